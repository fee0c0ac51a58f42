import CarrelModel
import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelAuth

/// Cheap enough for a test; the standard cost is used where it matters.
private let cheap = PasswordHash.Cost(logRounds: 4, blockSize: 8, parallelism: 1) ?? .standard

@Suite struct PasswordHashTests {
    /// RFC 7914 §12.
    @Test(arguments: [
        (
            "password", "NaCl", 10, 8, 16,
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        ),
        (
            "pleaseletmein", "SodiumChloride", 14, 8, 1,
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
        ),
    ])
    func `the function is that of RFC 7914`(
        _ vector: (password: String, salt: String, ln: Int, r: Int, p: Int, hex: String)
    ) throws {
        let cost = try #require(PasswordHash.Cost(logRounds: vector.ln, blockSize: vector.r, parallelism: vector.p))
        let derived = try PasswordHash.derive(
            Data(vector.password.utf8),
            salt: Data(vector.salt.utf8),
            cost: cost,
            count: 64
        )
        #expect(Hex.encode(derived) == vector.hex)
    }

    @Test func `a hash that another program made is verified`() async throws {
        // Python: hashlib.scrypt("correct horse", salt=bytes(range(16)), n=2**14, r=8, p=5, maxmem=2**26, dklen=32)
        let text = "$scrypt$ln=14,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$1G5RfCzjKRcC/LgE3RJJUhGgvovUaGPhRY2m55Tfpi4"
        let hash = try PasswordHash(text: text)
        let verifier = PasswordVerifier(work: CountingWork())
        #expect(hash.cost == .standard && hash.text == text && !verifier.needsRehash(hash))
        #expect(try await verifier.verify("correct horse", against: hash))
        #expect(try await !verifier.verify("correct Horse", against: hash))
    }

    @Test func `a hash is read back from its text and verifies only its password`() async throws {
        var generator = SeededGenerator(seed: 1)
        let verifier = PasswordVerifier(work: CountingWork(), cost: cheap)
        let hash = try await verifier.hash(Password("blåbærsyltetøy"), using: &generator)
        let read = try PasswordHash(text: hash.text)
        #expect(read == hash && hash.text.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        #expect(try await verifier.verify("blåbærsyltetøy", against: read))
        #expect(try await !verifier.verify("blåbærsyltetøY", against: read))
        #expect(try await !verifier.verify("", against: read))
    }

    @Test func `two hashes of one password differ by their salt`() async throws {
        var generator = SeededGenerator(seed: 2)
        let verifier = PasswordVerifier(work: CountingWork(), cost: cheap)
        let first = try await verifier.hash(Password("the same"), using: &generator)
        let second = try await verifier.hash(Password("the same"), using: &generator)
        #expect(first.text != second.text)
    }

    @Test func `one password typed on two keyboards is the same`() async throws {
        var generator = SeededGenerator(seed: 3)
        let verifier = PasswordVerifier(work: CountingWork(), cost: cheap)
        let hash = try await verifier.hash(Password("re\u{301}sume\u{301} on\u{3000}desk"), using: &generator)
        #expect(try await verifier.verify("r\u{E9}sum\u{E9} on desk", against: hash))
        #expect(try await verifier.verify("r\u{E9}sum\u{E9} on\u{A0}desk", against: hash))
        #expect(try await !verifier.verify("r\u{E9}sum\u{E9} ondesk", against: hash))
    }

    @Test(arguments: ["right password", "wrong password", "", "line\nbreak", String(repeating: "x", count: 5000)])
    func `an unknown user costs one hashing, whatever is typed`(_ typed: String) async throws {
        let work = CountingWork()
        let verifier = PasswordVerifier(work: work, cost: cheap)
        #expect(try await !verifier.verify(typed, against: nil))
        #expect(await work.runs == 1)
    }

    @Test func `the decoy costs what a new hash costs and nothing matches it`() throws {
        let decoy = PasswordHash.decoy(cost: cheap)
        #expect(decoy.cost == cheap)
        #expect(try !decoy.matches(Password("unfit")))
    }

    @Test func `a hash of another cost is to be made again`() async throws {
        var generator = SeededGenerator(seed: 4)
        let hash = try await PasswordVerifier(work: CountingWork(), cost: cheap).hash(
            Password("abc"),
            using: &generator
        )
        #expect(PasswordVerifier(work: CountingWork()).needsRehash(hash))
        #expect(!PasswordVerifier(work: CountingWork(), cost: cheap).needsRehash(hash))
    }

    @Test(arguments: [
        "", "$", "$$$$", "plain", "$scrypt$", "$scrypt$ln=14,r=8,p=5$AAECAwQFBgcICQoLDA0ODw",
        "$bcrypt$ln=14,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=0,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=63,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=64,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=18,r=8,p=64$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=16,r=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=14,r=0,p=5$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=14,r=8,p=0$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=14,r=8,p=-5$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=99999999999999999999,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=014,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$r=8,ln=14,p=5$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=14,r=8,p=5,x=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=14,r=8,p=5$$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=14,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$",
        "$scrypt$ln=14,r=8,p=5$AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=14,r=8,p=5$AAECAwQFBgcICQoLDA0ODx$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=14,r=8,p=5$AAE!AwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=14,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw$x",
        "$scrypt$ln=１４,r=8,p=5$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
    ])
    func `a malformed or absurd stored hash is refused`(_ text: String) {
        #expect(throws: AuthError.malformedPasswordHash) { try PasswordHash(text: text) }
    }

    @Test func `whatever is stored, reading it never crashes and what is accepted is written back alike`() {
        var generator = SeededGenerator(for: "password hash")
        let pieces = [
            "$", "scrypt", "ln=", "r=", "p=", ",", "1", "4", "14", "8", "5", "AAECAwQFBgcICQoLDA0ODw", "=", "é", "/",
            "+",
        ]
        for _ in 0..<3000 {
            let text = generator.text(of: pieces, upTo: 16)
            if let hash = try? PasswordHash(text: text) { #expect(hash.text == text) }
        }
        let costs = (0..<2000).compactMap { _ in
            PasswordHash.Cost(
                logRounds: Int.random(in: -5...70, using: &generator),
                blockSize: Int.random(in: -5...70, using: &generator),
                parallelism: Int.random(in: -5...70, using: &generator),
            )
        }
        #expect(costs.allSatisfy { (128 * $0.blockSize) << $0.logRounds <= 256 << 20 })
    }

    @Test(arguments: [1, 2, 8], [1, 2, 64])
    func `every cost that is accepted can be computed`(_ blockSize: Int, _ parallelism: Int) throws {
        let cost = try #require(PasswordHash.Cost(logRounds: 2, blockSize: blockSize, parallelism: parallelism))
        let hash = try PasswordHash.make(Password("x"), cost: cost, salt: Data(count: 16))
        #expect(try hash.matches(Password("x")))
    }

    @Test func `nothing secret is printed`() throws {
        let hash = try PasswordHash.make(Password("hunter2hunter2"), cost: cheap, salt: Data(count: 16))
        var dumped = ""
        dump(([try Password("hunter2hunter2")], hash), to: &dumped)
        for text in ["\(try Password("hunter2hunter2"))", "\(hash)", String(reflecting: hash), dumped] {
            #expect(text.contains("hidden") && !text.contains("hunter2") && !text.contains("$scrypt"))
        }
    }
}

@Suite struct PasswordRuleTests {
    private let rule = PasswordRule()

    @Test(arguments: [
        ("", PasswordFault.empty), ("short", .tooShort(minimum: 10)), ("ninechars", .tooShort(minimum: 10)),
        (String(repeating: "aB3-", count: 257), .tooLong), ("tabs\tin here please", .unprintable),
        ("nul\u{0}byte is here", .unprintable), ("two\nlines of text", .unprintable),
        ("Password123!", .common), ("p4$$w0rd2024", .common), ("QWERTYUIOP", .common), ("JupyterHub1!", .common),
        ("1q2w3e4r5t", .common), ("ｐａｓｓｗｏｒｄ１２３", .common),
        ("astrid.lindgren", .likeUserName), ("Astrid.Lindgren12", .likeUserName),
        ("astrid.lindgrenastrid.lindgren", .likeUserName), ("nergdnil.dirtsa1", .likeUserName),
        ("aaaaaaaaaaaa", .pattern), ("abababababab", .pattern), ("abcdefghijkl", .pattern), ("9876543210", .pattern),
        ("aaaabbbbccccdddd", .pattern),
    ])
    func `a weak password is refused with its reason`(_ typed: String, _ fault: PasswordFault) {
        #expect(throws: AuthError.passwordRefused(fault)) {
            try rule.accept(typed, for: "astrid.lindgren@lu.se")
        }
    }

    @Test(arguments: [
        "correct zebra lamp 7", "Zq8-vv2.Tm", "blåbærsyltetøy", "пароль не простой", "七転び八起きの日曜日です",
        " leading and trailing ",
        "my password is astrid.lindgren", String(repeating: "aB3-", count: 256),
    ])
    func `a good password is accepted`(_ typed: String) throws {
        _ = try rule.accept(typed, for: "astrid.lindgren@lu.se")
    }

    @Test(arguments: ["", "a", "@", "@@", "..", "Ünï@x.org"])
    func `an odd user name breaks nothing`(_ name: String) throws {
        _ = try rule.accept("correct zebra lamp 7", for: name)
    }

    @Test func `upper and lower case count, and blanks at the ends stay`() throws {
        #expect(try Password("aB").bytes != Password("Ab").bytes)
        #expect(try Password(" a ").bytes == Data(" a ".utf8))
    }

    @Test func `a password that grows by normalisation is still held to the limit`() {
        // U+FB2C becomes three scalars of two bytes each in NFC.
        #expect(throws: PasswordFault.tooLong) { try Password(String(repeating: "\u{FB2C}", count: 300)) }
    }

    @Test(arguments: [(0, 8), (8, 8), (12, 12), (1000, 64)])
    func `the minimum is held within reason`(_ given: Int, _ kept: Int) {
        #expect(PasswordRule(minimumLength: given).minimumLength == kept)
    }
}

@Suite struct OneTimePasswordTests {
    @Test func `it is readable, passes the rule and has more than 60 bits`() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let text = OneTimePassword.generate(using: &generator)
            #expect(text.split(separator: "-").map(\.count) == [5, 5, 5])
            #expect(text.allSatisfy { !"0125oilu".contains($0) && $0 == Character($0.lowercased()) })
            _ = try PasswordRule(minimumLength: 12).accept(text, for: "admin")
        }
        #expect(Set(OneTimePassword.alphabet).count == OneTimePassword.alphabet.count)
        #expect(log2(Double(OneTimePassword.alphabet.count)) * 15 > 60)
    }

    @Test func `it differs each time`() {
        var generator = SystemRandomNumberGenerator()
        #expect(Set((0..<100).map { _ in OneTimePassword.generate(using: &generator) }).count == 100)
    }
}
