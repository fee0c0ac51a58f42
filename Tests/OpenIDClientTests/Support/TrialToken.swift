import Foundation

@testable import OpenIDClient

/// A token as a provider or somebody else would make it.
struct TrialToken: Sendable {
    var header: [String: OpenIDValue] = ["alg": "RS256", "kid": "one", "typ": "JWT"]
    var claims: [String: OpenIDValue]
    var key = TrialKey.one

    /// One that holds, for a client named `carrel`, an hour long from noon on.
    static func idToken(of issuer: String, nonce: String) -> TrialToken {
        TrialToken(claims: [
            "iss": .string(issuer), "aud": "carrel", "sub": "alice@example.org", "nonce": .string(nonce),
            "iat": seconds(0), "exp": seconds(3600),
        ])
    }

    static func accessToken(of issuer: String) -> TrialToken {
        TrialToken(claims: [
            "iss": .string(issuer), "aud": "carrel", "sub": "alice@example.org", "typ": "Bearer", "iat": seconds(0),
            "exp": seconds(3600),
        ])
    }

    static func logoutToken(of issuer: String) -> TrialToken {
        TrialToken(
            header: ["alg": "RS256", "kid": "one", "typ": "logout+jwt"],
            claims: [
                "iss": .string(issuer), "aud": "carrel", "sub": "alice@example.org", "sid": "s1", "jti": "j1",
                "iat": seconds(0), "exp": seconds(120),
                "events": ["http://schemas.openid.net/event/backchannel-logout": [:]],
            ]
        )
    }

    /// A time, in seconds from noon on.
    static func seconds(_ offset: Int64) -> OpenIDValue {
        .integer(Int64(noon.timeIntervalSince1970) + offset)
    }

    /// The token, signed.
    var text: String {
        get throws {
            let signed = try unsigned
            return try signed + "." + Base64URL.encode(key.signature(over: signed, header["alg"]?.string ?? ""))
        }
    }

    /// The first two parts.
    var unsigned: String {
        get throws { try Self.part(.object(header)) + "." + Self.part(.object(claims)) }
    }

    static func part(_ value: OpenIDValue) throws -> String {
        Base64URL.encode(try JSONEncoder().encode(value))
    }
}
