import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelAuth

@Suite struct SecretTests {
    @Test(arguments: zip(Secret.Kind.allCases, [32, 64, 32, 32]))
    func `a secret has its length and differs each time`(_ kind: Secret.Kind, _ length: Int) {
        var generator = SystemRandomNumberGenerator()
        let secrets = (0..<100).map { _ in Secret.generate(kind, using: &generator).reveal() }
        #expect(Set(secrets).count == 100 && secrets.allSatisfy { $0.utf8.count == length && Hex.isHex($0) })
    }

    @Test func `a code has at least 30 characters, as clients expect`() {
        var generator = SystemRandomNumberGenerator()
        #expect(Secret.generate(.code, using: &generator).reveal().count >= 30)
    }

    @Test func `all bytes come from the injected generator`() {
        var first = SeededGenerator(seed: 7)
        var second = SeededGenerator(seed: 7)
        let one = Secret.generate(.session, using: &first)
        #expect(one.reveal() == Secret.generate(.session, using: &second).reveal())
        #expect(one.reveal() != Secret.generate(.session, using: &second).reveal())
    }

    /// The hash is that of `printf %s 0123456789abcdef | sha256sum`.
    @Test func `the stored hash is SHA-256 in hex and finds the secret`() throws {
        let secret = try #require(Secret(presented: "0123456789abcdef"))
        let hex = "9f9f5111f7b27a781f1f1ddde5ebc2dd2b796bfc7365c9c28b548e564176929f"
        #expect(secret.hash.hex == hex)
        let stored = try #require(SecretHash(hex: hex))
        #expect(stored == secret.hash && stored.matches(secret))
        #expect(try !stored.matches(#require(Secret(presented: "0123456789abcdeg"))))
    }

    @Test(arguments: [
        "", "1234567", String(repeating: "a", count: 65), "with space", "tab\there", "ünicode-token", "nul\u{0}nulnul",
    ])
    func `what can't be a secret isn't looked up`(_ text: String) {
        #expect(Secret(presented: text) == nil)
    }

    @Test(arguments: [
        ("token 0123456789abcdef", true), ("Token 0123456789abcdef", true), ("bearer 0123456789abcdef", true),
        ("BEARER  0123456789abcdef", true), ("Basic 0123456789abcdef", false), ("token", false), ("token ", false),
        ("0123456789abcdef", false), ("token a b", false), ("token:0123456789abcdef", false), ("", false),
        ("token " + String(repeating: "a", count: 100_000), false),
    ])
    func `a token is taken from its header`(_ header: String, _ isTaken: Bool) {
        #expect((Secret(authorization: header)?.reveal() == "0123456789abcdef") == isTaken)
        #expect((Secret(authorization: header) != nil) == isTaken)
    }

    @Test(arguments: [
        ("short-but-not-empty", false), ("aaaaaaaaaaaaaaaaaaaaaaaa", false), ("9f9f5111f7b27a781f1f1ddd", true),
    ])
    func `a configured token must be hard to guess`(_ text: String, _ isFit: Bool) {
        #expect(((try? Secret(configured: text)) != nil) == isFit)
    }

    @Test(arguments: ["", "9f9f", String(repeating: "g", count: 64), String(repeating: "A", count: 64)])
    func `a stored hash that isn't one is refused`(_ hex: String) {
        #expect(SecretHash(hex: hex) == nil)
    }

    @Test func `nothing secret is printed`() throws {
        let secret = try #require(Secret(presented: "0123456789abcdef"))
        var dumped = ""
        dump([(secret, secret.hash)], to: &dumped)
        for text in [
            "\(secret)", "\(secret.hash)", String(reflecting: secret), String(describing: [secret.hash]), dumped,
        ] {
            #expect(text.contains("hidden") && !text.contains("0123456789") && !text.contains("9f9f"))
        }
    }

    @Test(arguments: [
        ("", "", true), ("a", "a", true), ("a", "b", false), ("ab", "a", false), ("é", "e\u{301}", false),
    ])
    func `comparison is by bytes`(_ first: String, _ second: String, _ isEqual: Bool) {
        #expect(ConstantTime.equal(first, second) == isEqual)
    }
}

@Suite struct HubKeyTests {
    @Test func `a signature is bound to texts, their borders, purpose and key`() throws {
        let key = try #require(HubKey(bytes: Data(repeating: 1, count: 32)))
        let other = try #require(HubKey(bytes: Data(repeating: 2, count: 32)))
        let signature = key.sign(["ab", "c"], purpose: "p")
        #expect(key.verify(signature, of: ["ab", "c"], purpose: "p"))
        #expect(!key.verify(signature, of: ["a", "bc"], purpose: "p"))
        #expect(!key.verify(signature, of: ["abc"], purpose: "p"))
        #expect(!key.verify(signature, of: ["ab", "c"], purpose: "q"))
        #expect(!other.verify(signature, of: ["ab", "c"], purpose: "p"))
        #expect(!key.verify("", of: ["ab", "c"], purpose: "p"))
    }

    @Test func `a short key is refused`() {
        var generator = SystemRandomNumberGenerator()
        #expect(HubKey(bytes: Data(count: 31)) == nil)
        #expect(HubKey(bytes: HubKey.newBytes(using: &generator)) != nil)
    }
}
