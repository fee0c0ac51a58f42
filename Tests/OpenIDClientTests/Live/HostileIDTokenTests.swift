import Crypto
import CryptoExtras
import Foundation
import Testing

@testable import OpenIDClient

/// An ID token that mustn't be believed, and why; or one at the border that must be.
struct HostileToken: Sendable, CustomTestStringConvertible {
    let name: String
    let error: OpenIDError?
    let make: @Sendable (TrialToken) throws -> String

    var testDescription: String { name }

    /// A token with something changed and then signed as it should be.
    init(_ name: String, _ fault: TokenFault?, _ change: @escaping @Sendable (inout TrialToken) throws -> Void) {
        self.name = name
        error = fault.map(OpenIDError.invalidToken)
        make = { token in
            var token = token
            try change(&token)
            return try token.text
        }
    }

    /// A text made in any other way.
    init(_ name: String, text error: OpenIDError, _ make: @escaping @Sendable (TrialToken) throws -> String) {
        self.name = name
        self.error = error
        self.make = make
    }
}

@Suite struct HostileIDTokenTests {
    @Test(arguments: HostileToken.signatures + HostileToken.forms + HostileToken.claims + HostileToken.times)
    func `an ID token holds only if everything about it is right`(_ hostile: HostileToken) async throws {
        try await withProvider { provider in
            let error = await failure { try await provider.signIn(hostile.make) }
            #expect(error == hostile.error)
        }
    }

    @Test(arguments: SigningAlgorithm.allCases)
    func `each algorithm that is allowed is understood`(_ algorithm: SigningAlgorithm) async throws {
        try await withProvider { provider in
            let key: TrialKey =
                switch algorithm {
                case .es256: .p256(.init())
                case .es384: .p384(.init())
                case .es512: .p521(.init())
                case .edDSA: .ed25519(.init())
                default: .one
                }
            try provider.change { $0.keys = [try key.published("k")] }
            let tokens = try await provider.signIn { token in
                var token = token
                token.key = key
                token.header = ["alg": .string(algorithm.rawValue), "kid": "k"]
                token.claims["at_hash"] = .string(algorithm.accessTokenHash("acce55"))
                return try token.text
            }
            #expect(tokens.claims.subject == "alice@example.org")
        }
    }

    @Test(arguments: SigningAlgorithm.allCases)
    func `a signature with one other bit is refused`(_ algorithm: SigningAlgorithm) async throws {
        try await withProvider { provider in
            let key: TrialKey =
                switch algorithm {
                case .es256: .p256(.init())
                case .es384: .p384(.init())
                case .es512: .p521(.init())
                case .edDSA: .ed25519(.init())
                default: .one
                }
            try provider.change { $0.keys = [try key.published("k")] }
            let error = await failure {
                try await provider.signIn { token in
                    var token = token
                    token.header = ["alg": .string(algorithm.rawValue), "kid": "k"]
                    let signed = try token.unsigned
                    var signature = try key.signature(over: signed, algorithm.rawValue)
                    signature[signature.startIndex + 20] ^= 1
                    return signed + "." + Base64URL.encode(signature)
                }
            }
            #expect(error == .invalidToken(.signature))
        }
    }
}

extension HostileToken {
    static let signatures: [HostileToken] = [
        .init("nothing wrong", nil) { _ in },
        .init("no signature and alg none", text: .invalidToken(.algorithm)) { token in
            try token.with(header: "alg", "none").unsigned + "."
        },
        .init("alg None in other letters", text: .invalidToken(.algorithm)) { token in
            try token.with(header: "alg", "nOnE").unsigned + "."
        },
        .init("alg none with the right signature", .algorithm) { $0.header["alg"] = "none" },
        .init("HMAC with the public key in PEM as secret", text: .invalidToken(.algorithm)) { token in
            guard case .rsa(let key) = TrialKey.one else { return "" }
            return try token.hmac(Data(key.publicKey.pemRepresentation.utf8))
        },
        .init("HMAC with the public modulus as secret", text: .invalidToken(.algorithm)) { token in
            guard case .rsa(let key) = TrialKey.one else { return "" }
            return try token.hmac(key.publicKey.getKeyPrimitives().modulus)
        },
        .init("HMAC with the client's secret", text: .invalidToken(.algorithm)) { try $0.hmac(Data("s3cret".utf8)) },
        .init("an algorithm in small letters", .algorithm) { $0.header["alg"] = "rs256" },
        .init("an algorithm of encryption", .algorithm) { $0.header["alg"] = "RSA-OAEP" },
        .init("an algorithm that isn't known", .algorithm) { $0.header["alg"] = "RS1" },
        .init("no algorithm", .malformed) { $0.header["alg"] = nil },
        .init("a number as algorithm", .malformed) { $0.header["alg"] = 256 },
        .init("signed with another key under the known name", .signature) { $0.key = .other },
        .init("signed by RS384 but called RS256", text: .invalidToken(.signature)) { token in
            let signed = try token.unsigned
            return try signed + "." + Base64URL.encode(token.key.signature(over: signed, "RS384"))
        },
        .init("signed by PS256 but called RS256", text: .invalidToken(.signature)) { token in
            let signed = try token.unsigned
            return try signed + "." + Base64URL.encode(token.key.signature(over: signed, "PS256"))
        },
        .init("an algorithm of another kind of key", .unfitKey) { $0.header["alg"] = "ES256" },
        .init("EdDSA with an RSA key's name", .unfitKey) { $0.header["alg"] = "EdDSA" },
        .init("a key that isn't known", .unknownKey) { $0.header["kid"] = "two" },
        .init("the retired key", .unknownKey) { token in
            token.header["kid"] = "zero"
            token.key = .other
        },
        .init("an empty key name", .unknownKey) { $0.header["kid"] = "" },
        .init("a number as key name", .malformed) { $0.header["kid"] = 1 },
        .init("a path as key name", .unknownKey) { $0.header["kid"] = "../../dev/null" },
        .init("no key name, and one key", nil) { $0.header["kid"] = nil },
        .init("a key of its own in the header", .unknownKey) { token in
            token.key = .other
            token.header["kid"] = "mine"
            token.header["jwk"] = try TrialKey.other.published("mine")
        },
        .init("the address of a key set of its own", .signature) { token in
            token.key = .other
            token.header["jku"] = "https://evil.example/keys"
        },
        .init("no signature", text: .invalidToken(.signature)) { try $0.unsigned + "." },
        .init("a signature cut in half", text: .invalidToken(.signature)) { token in
            let signed = try token.unsigned
            return try signed + "." + Base64URL.encode(token.key.signature(over: signed, "RS256").prefix(128))
        },
        .init("claims changed after signing", text: .invalidToken(.signature)) { token in
            let parts = try token.text.split(separator: ".")
            var other = token
            other.claims["sub"] = "mallory"
            let claims = try other.unsigned.split(separator: ".")[1]
            return "\(parts[0]).\(claims).\(parts[2])"
        },
    ]

    static let forms: [HostileToken] = [
        .init("an empty text", text: .invalidToken(.malformed)) { _ in "" },
        .init("one part", text: .invalidToken(.malformed)) { _ in "token" },
        .init("two parts", text: .invalidToken(.malformed)) { try $0.unsigned },
        .init("five parts, as encrypted ones have", text: .invalidToken(.malformed)) { try $0.text + ".a.b" },
        .init("nothing but dots", text: .invalidToken(.malformed)) { _ in ".." },
        .init("padding", text: .invalidToken(.malformed)) { try $0.text + "=" },
        .init("a line break", text: .invalidToken(.malformed)) { try $0.text + "\n" },
        .init("the usual alphabet of base64", text: .invalidToken(.malformed)) { token in
            try token.text.split(separator: ".").prefix(2).joined(separator: ".") + ".++//"
        },
        .init("a header that isn't JSON", text: .invalidToken(.malformed)) { token in
            try "bm9uZQ." + token.text.split(separator: ".").dropFirst().joined(separator: ".")
        },
        .init("a list as header", text: .invalidToken(.malformed)) { token in
            try Base64URL.encode(Data("[]".utf8)) + "."
                + token.text.split(separator: ".").dropFirst().joined(separator: ".")
        },
        .init("a list as claims", text: .invalidToken(.malformed)) { try $0.signed(payload: Data("[]".utf8)) },
        .init("claims that aren't UTF-8", text: .invalidToken(.malformed)) {
            try $0.signed(payload: Data([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))
        },
        .init("claims in UTF-16", text: .invalidToken(.malformed)) {
            try $0.signed(payload: try #require(#"{"sub":"alice"}"#.data(using: .utf16)))
        },
        .init("claims ten thousand deep", text: .invalidToken(.malformed)) {
            let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
            return try $0.signed(payload: Data("{\"sub\":\(deep)}".utf8))
        },
        .init("a header ten thousand deep", text: .invalidToken(.malformed)) { _ in
            let deep = String(repeating: "{\"a\":", count: 1_000)
            return Base64URL.encode(Data("{\"alg\":\"RS256\",\"a\":\(deep)".utf8)) + ".e30."
        },
        .init("a number beyond all numbers", text: .invalidToken(.malformed)) {
            try $0.signed(payload: Data(#"{"exp":1e999}"#.utf8))
        },
        .init("200 kB of entitlements", .tooLarge) {
            $0.claims["eduperson_entitlement"] = .array(
                (0..<3000).map { .string("urn:mace:egi.eu:group:vo\($0).example.org:role=member#aai.egi.eu") }
            )
        },
        .init("a megabyte", text: .nonsense(.token, .tooLarge)) { _ in String(repeating: "a", count: 1 << 20) },
        .init("a header of 10 kB", .malformed) { $0.header["x"] = .string(String(repeating: "x", count: 10_000)) },
        .init("crit", .critical) { token in
            token.header["crit"] = ["b64"]
            token.header["b64"] = false
        },
        .init("an empty crit", .critical) { $0.header["crit"] = [] },
        .init("null as crit", .critical) { $0.header["crit"] = OpenIDValue.null },
        .init("an access token's type", .wrongKind) { $0.header["typ"] = "at+jwt" },
        .init("a logout token's type", .wrongKind) { $0.header["typ"] = "application/logout+jwt" },
        .init("a type in other letters", nil) { $0.header["typ"] = "jwt" },
        .init("a number as type", .malformed) { $0.header["typ"] = 1 },
        .init("Keycloak's access token", .wrongKind) { $0.claims["typ"] = "Bearer" },
        .init("Keycloak's refresh token", .wrongKind) { $0.claims["typ"] = "Refresh" },
        .init("Keycloak's ID token", nil) { $0.claims["typ"] = "ID" },
        .init("a logout token", .wrongKind) {
            $0.claims["events"] = ["http://schemas.openid.net/event/backchannel-logout": [:]]
        },
    ]
}

extension HostileToken {
    static let claims: [HostileToken] = [
        .init("another issuer", .foreignIssuer) { $0.claims["iss"] = "https://evil.example" },
        .init("the issuer with a slash", .foreignIssuer) { token in
            token.claims["iss"] = .string((token.claims["iss"]?.string ?? "") + "/")
        },
        .init("the issuer in a list", .wrongType("iss")) { $0.claims["iss"] = .array([$0.claims["iss"] ?? .null]) },
        .init("no issuer", .missing("iss")) { $0.claims["iss"] = nil },
        .init("another audience", .foreignAudience) { $0.claims["aud"] = "other" },
        .init("no audience", .missing("aud")) { $0.claims["aud"] = nil },
        .init("an empty list of audiences", .foreignAudience) { $0.claims["aud"] = [] },
        .init("a number among audiences", .wrongType("aud")) { $0.claims["aud"] = ["carrel", 1] },
        .init("the audience in other letters", .foreignAudience) { $0.claims["aud"] = "Carrel" },
        .init("one audience in a list", nil) { $0.claims["aud"] = ["carrel"] },
        .init("several audiences and nobody it was issued to", .foreignParty) {
            $0.claims["aud"] = ["carrel", "other"]
        },
        .init("several audiences, issued to us", nil) { token in
            token.claims["aud"] = ["other", "carrel"]
            token.claims["azp"] = "carrel"
        },
        .init("several audiences, issued to another", .foreignParty) { token in
            token.claims["aud"] = ["other", "carrel"]
            token.claims["azp"] = "other"
        },
        .init("one audience, issued to another", .foreignParty) { $0.claims["azp"] = "other" },
        .init("a number as who it was issued to", .foreignParty) { $0.claims["azp"] = 1 },
        .init("no subject", .missing("sub")) { $0.claims["sub"] = nil },
        .init("an empty subject", .missing("sub")) { $0.claims["sub"] = "" },
        .init("a number as subject", .wrongType("sub")) { $0.claims["sub"] = 7 },
        .init("null as subject", .wrongType("sub")) { $0.claims["sub"] = .null },
        .init("a list as subject", .wrongType("sub")) { $0.claims["sub"] = ["alice@example.org"] },
        .init("a subject of 256 letters", .wrongType("sub")) {
            $0.claims["sub"] = .string(String(repeating: "a", count: 256))
        },
        .init("a subject with a zero byte", .wrongType("sub")) { $0.claims["sub"] = "alice\u{0}" },
        .init("a subject with a letter that looks like another", .wrongType("sub")) { $0.claims["sub"] = "аlice" },
        .init("another access token's hash", .accessTokenHash) { $0.claims["at_hash"] = "77QmUPtjPfzWtF2AnpK9RQ" },
        .init("a number as hash", .accessTokenHash) { $0.claims["at_hash"] = 1 },
        .init("a whole hash in the place of half", .accessTokenHash) {
            $0.claims["at_hash"] = .string(Base64URL.encode(SHA256.hash(data: Data("acce55".utf8))))
        },
        .init("another nonce", text: .mismatch(.nonce)) { try $0.with(claim: "nonce", "other").text },
        .init("no nonce", text: .mismatch(.nonce)) { token in
            var token = token
            token.claims["nonce"] = nil
            return try token.text
        },
        .init("the nonce in a list", text: .mismatch(.nonce)) { token in
            try token.with(claim: "nonce", .array([token.claims["nonce"] ?? .null])).text
        },
    ]

    /// Clocks may differ by two minutes.
    static let times: [HostileToken] = [
        .init("no end", .missing("exp")) { $0.claims["exp"] = nil },
        .init("no beginning", .missing("iat")) { $0.claims["iat"] = nil },
        .init("a text as end", .wrongType("exp")) { $0.claims["exp"] = "tomorrow" },
        .init("the end in milliseconds", .wrongType("exp")) { $0.claims["exp"] = 1_800_000_000_000_000 },
        .init("a negative end", .wrongType("exp")) { $0.claims["exp"] = -1 },
        .init("the largest of all numbers as end", .wrongType("exp")) { $0.claims["exp"] = .integer(.max) },
        .init("an end just within the leeway", nil) { $0.claims["exp"] = TrialToken.seconds(-119) },
        .init("an end at the leeway", .expired) { $0.claims["exp"] = TrialToken.seconds(-120) },
        .init("an end beyond the leeway", .expired) { $0.claims["exp"] = TrialToken.seconds(-121) },
        .init("expired for years", .expired) { $0.claims["exp"] = 1_000_000_000 },
        .init("made by a clock two minutes fast", nil) { $0.claims["iat"] = TrialToken.seconds(120) },
        .init("made by a clock faster than that", .notYetValid) { $0.claims["iat"] = TrialToken.seconds(121) },
        .init("valid from two minutes on", nil) { $0.claims["nbf"] = TrialToken.seconds(120) },
        .init("valid later than that", .notYetValid) { $0.claims["nbf"] = TrialToken.seconds(121) },
        .init("a text as beginning", .wrongType("nbf")) { $0.claims["nbf"] = "now" },
        .init("an end with a fraction", nil) { $0.claims["exp"] = 1_800_000_000.5 },
    ]
}

extension TrialToken {
    func with(header name: String, _ value: OpenIDValue) -> TrialToken {
        var token = self
        token.header[name] = value
        return token
    }

    func with(claim name: String, _ value: OpenIDValue) -> TrialToken {
        var token = self
        token.claims[name] = value
        return token
    }

    /// Signed with a secret that everybody knows.
    func hmac(_ secret: Data) throws -> String {
        let signed = try with(header: "alg", "HS256").unsigned
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: secret))
        return signed + "." + Base64URL.encode(Data(code))
    }

    /// Any bytes as claims, signed as they should be.
    func signed(payload: Data) throws -> String {
        let signed = try Self.part(.object(header)) + "." + Base64URL.encode(payload)
        return try signed + "." + Base64URL.encode(key.signature(over: signed, "RS256"))
    }
}
