import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelAuth

/// The secret of RFC 6238's appendix B, `12345678901234567890`.
private let known = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

@Suite struct TOTPSecretTests {
    private let secret: TOTPSecret

    init() throws { secret = try TOTPSecret(text: known) }

    /// The appendix has eight digits; six are the last six of them.
    @Test(arguments: [
        (59, 1, "94287082"), (1_111_111_109, 37_037_036, "07081804"), (1_111_111_111, 37_037_037, "14050471"),
        (1_234_567_890, 41_152_263, "89005924"), (2_000_000_000, 66_666_666, "69279037"),
        (20_000_000_000, 666_666_666, "65353130"),
    ])
    func `the codes are those of RFC 6238`(_ second: Int, _ step: Int64, _ code: String) {
        let time = Date(timeIntervalSince1970: Double(second))
        #expect(TOTPSecret.step(at: time) == step && secret.code(of: step) == code.suffix(6))
        #expect(secret.matches(code: String(code.suffix(6)), at: time, after: nil) == step)
    }

    /// RFC 4226's appendix D.
    @Test func `the codes of single steps are those of RFC 4226`() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        #expect((0..<10).map(secret.code(of:)) == codes)
    }

    @Test(arguments: [(-3, false), (-2, false), (-1, true), (0, true), (1, true), (2, false), (3, false)])
    func `a code holds one step before and one after its own`(_ offset: Int64, _ isRight: Bool) {
        let time = Date(timeIntervalSince1970: 30 * 1000 + 29.9)
        let matched = secret.matches(code: secret.code(of: 1000 + offset), at: time, after: nil)
        #expect(matched == (isRight ? 1000 + offset : nil))
    }

    @Test func `a code is good once, and so is none before it`() {
        let time = Date(timeIntervalSince1970: 30 * 1000)
        #expect(secret.matches(code: secret.code(of: 1000), at: time, after: 1000) == nil)
        #expect(secret.matches(code: secret.code(of: 999), at: time, after: 1000) == nil)
        #expect(secret.matches(code: secret.code(of: 1001), at: time, after: 1000) == 1001)
        #expect(secret.matches(code: secret.code(of: 1000), at: time + 30, after: 999) == 1000)
        #expect(secret.matches(code: secret.code(of: 1000), at: time, after: .max) == nil)
        #expect(secret.matches(code: secret.code(of: 1000), at: time, after: .min) == 1000)
    }

    @Test(arguments: [
        ("287082", true), ("287 082", true), (" 287-082\n", true), ("2 8 7 0 8 2", true), ("287\u{00A0}082", true),
        ("287–082", true), ("", false), ("28708", false), ("2870820", false), ("28708a", false), ("２８７０８２", false),
        ("٢٨٧٠٨٢", false), ("-287082e0", false), ("287082\u{0}", false),
        (String(repeating: " ", count: 100) + "287082", false),
        (String(repeating: "2", count: 200_000), false),
    ])
    func `a code may be typed in groups, and nothing else passes`(_ typed: String, _ isRight: Bool) {
        #expect((secret.matches(code: typed, at: Date(timeIntervalSince1970: 59), after: nil) == 1) == isRight)
    }

    @Test(arguments: [-1, -1e300, 1e300, .infinity, -.infinity, .nan])
    func `a clock that tells nonsense lets nobody in`(_ second: Double) {
        #expect(secret.matches(code: "755224", at: Date(timeIntervalSince1970: second), after: nil) == nil)
        #expect(secret.matches(code: "755224", at: .distantPast, after: nil) == nil)
    }

    @Test func `the first seconds of 1970 have their codes`() {
        #expect(secret.matches(code: "755224", at: Date(timeIntervalSince1970: 0), after: nil) == 0)
        #expect(secret.matches(code: "287082", at: Date(timeIntervalSince1970: 0), after: nil) == 1)
    }

    @Test func `a new secret has 160 bits, differs each time and is read again`() throws {
        var generator = SystemRandomNumberGenerator()
        let texts = (0..<100).map { _ in TOTPSecret.generate(using: &generator).reveal() }
        #expect(Set(texts).count == 100 && texts.allSatisfy { $0.utf8.count == 32 })
        for text in texts { #expect(try TOTPSecret(text: text).reveal() == text) }
    }

    @Test(arguments: [
        "", "GEZDGNBV", known.lowercased(), known + "=", known + " ", "0" + known.dropFirst(), "é" + known.dropFirst(),
        String(known.dropLast()), String(repeating: "A", count: 104), String(repeating: "A", count: 200_000),
    ])
    func `a stored secret that isn't one is refused`(_ text: String) {
        #expect(throws: AuthError.malformedTOTPSecret) { try TOTPSecret(text: text) }
    }

    @Test func `nothing secret is printed`() {
        var dumped = ""
        dump([secret], to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped] {
            #expect(text.contains("hidden") && !text.contains("GEZD") && !text.contains("49"))
        }
    }
}

@Suite struct TOTPAddressTests {
    private let secret: TOTPSecret

    init() throws { secret = try TOTPSecret(text: known) }

    @Test(arguments: [
        ("Carrel", "alice", "Carrel:alice", "Carrel"),
        ("Uni Köln", "ünï@x.org", "Uni%20K%C3%B6ln:%C3%BCn%C3%AF%40x.org", "Uni%20K%C3%B6ln"),
        ("A: B&C=d?#/%", "a:b", "A%20B%26C%3Dd%3F%23%2F%25:a%20b", "A%20B%26C%3Dd%3F%23%2F%25"),
        ("A+B", "a\r\nb\u{0}", "A%2BB:ab", "A%2BB"),
    ])
    func `names are escaped, and none can add a field`(
        _ issuer: String,
        _ account: String,
        _ label: String,
        _ field: String,
    ) {
        let rest = "secret=\(known)&issuer=\(field)&algorithm=SHA1&digits=6&period=30"
        #expect(secret.uri(issuer: issuer, account: account) == "otpauth://totp/\(label)?\(rest)")
    }

    @Test func `without an issuer there is none`() {
        let rest = "secret=\(known)&algorithm=SHA1&digits=6&period=30"
        #expect(secret.uri(issuer: " : ", account: "alice") == "otpauth://totp/alice?\(rest)")
    }

    @Test(arguments: ["x", "ü", "漢", "👩‍👩‍👧‍👦", "e\u{301}"])
    func `long names are cut at whole letters and fit a code`(_ letter: String) throws {
        let long = String(repeating: letter, count: 300)
        let uri = secret.uri(issuer: long, account: long)
        #expect(uri.utf8.count <= 578 && uri.utf8.allSatisfy { $0 < 0x80 })
        _ = try QRCode(uri)
        let components = try #require(URLComponents(string: uri))
        let label = components.path.dropFirst().split(separator: ":")
        #expect(
            label.count == 2 && label.allSatisfy { $0.hasSuffix("…") && $0.dropLast().allSatisfy { "\($0)" == letter } }
        )
        #expect(components.queryItems?.first { $0.name == "issuer" }?.value == label.first.map(String.init))
    }
}

@Suite struct Base32Tests {
    /// RFC 4648 §10, without padding.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ])
    func `bytes are written as RFC 4648 says`(_ plain: String, _ text: String) {
        #expect(Base32.encode(plain.utf8) == text && Base32.decode(text) == Array(plain.utf8))
    }

    @Test(arguments: ["M", "MZX", "MZXW6Y", "MZ", "MY======", "my", "M1", "M8", "MY ", "MÝ"])
    func `every other spelling is refused`(_ text: String) {
        #expect(Base32.decode(text) == nil)
    }

    @Test func `whatever is written is read again`() {
        var generator = SeededGenerator(for: "base32")
        for count in 0..<100 {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            #expect(Base32.decode(Base32.encode(bytes)) == bytes)
        }
    }
}
