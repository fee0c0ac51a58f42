import Foundation

/// The answer of a token endpoint (RFC 6749 §5.1, Core §3.1.3.3), of which only the form is checked yet.
struct TokenAnswer {
    let accessToken: String
    let idToken: String?
    let refreshToken: String?
    /// How long the access token lives, in seconds.
    let lifetime: TimeInterval?
    let scopes: [String]?

    /// - Throws: ``OpenIDError/nonsense(_:_:)`` for a member that is missing or of the wrong kind.
    init(_ object: [String: OpenIDValue]) throws(OpenIDError) {
        guard let accessToken = try Self.token("access_token", in: object) else { throw Self.fault("access_token") }
        guard object["token_type"]?.string?.lowercased() == "bearer" else { throw Self.fault("token_type") }
        self.accessToken = accessToken
        idToken = try Self.token("id_token", in: object)
        refreshToken = try Self.token("refresh_token", in: object)
        lifetime = try Self.lifetime(object["expires_in"])
        switch object["scope"] {
        case nil, .null: scopes = nil
        case .string(let text): scopes = text.split(separator: " ").map(String.init)
        default: throw Self.fault("scope")
        }
    }

    /// A token, which must be able to stand in a header field (RFC 6750 §2.1); nil for none.
    private static func token(_ name: String, in object: [String: OpenIDValue]) throws(OpenIDError) -> String? {
        switch object[name] {
        case nil, .null: return nil
        case .string(let text) where text.isBearerToken: return text
        // A larger ID token is told apart where it is taken apart.
        case .string(let text) where name == "id_token": return text
        default: throw fault(name)
        }
    }

    /// Seconds as a number; as a text too, for some providers write it so.
    private static func lifetime(_ value: OpenIDValue?) throws(OpenIDError) -> TimeInterval? {
        let seconds: Double? =
            switch value {
            case nil, .null: nil
            case .integer(let value): Double(value)
            case .number(let value): value
            case .string(let text): Double(text) ?? -1
            default: -1
            }
        guard let seconds else { return nil }
        guard (0...3_153_600_000).contains(seconds) else { throw fault("expires_in") }
        return seconds
    }

    private static func fault(_ name: String) -> OpenIDError { .nonsense(.token, .member(name)) }
}

extension String {
    /// Whether it can be sent as a token: 1 to 65,536 visible characters of ASCII.
    var isBearerToken: Bool {
        (1...SignedToken.largest).contains(utf8.count) && utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
}
