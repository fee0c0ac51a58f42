import CarrelAuth
import CarrelModel
import OpenIDClient

extension OpenIDAuthenticator {
    /// Words for people instead of the protocol's.
    func translated(_ error: OpenIDError) -> AuthenticatorError {
        let title = settings.title
        return switch error {
        case .unreachable, .slow, .cancelled: .unreachable(title)
        case .nonsense, .notOffered, .invalidToken: .nonsense(title, reason: "\(error)")
        case .mismatch: .foreign(title)
        case .unfitRegistration: .misconfigured(title, reason: "\(error)")
        case .refused(_, let code, _) where Self.isAboutTheHub(code): .misconfigured(title, reason: "\(error)")
        case .refused(_, "access_denied", let words): .refused(title, words: words ?? "")
        case .refused(_, "invalid_grant", _): .foreign(title)
        case .refused(_, let code, let words): .refused(title, words: words ?? code)
        }
    }

    /// Whether an error of OAuth speaks of how the hub is registered (RFC 6749 §4.1.2.1, §5.2).
    private static func isAboutTheHub(_ code: String) -> Bool {
        ["invalid_client", "unauthorized_client", "invalid_scope", "invalid_request", "unsupported_response_type"]
            .contains(code)
    }
}

extension OpenIDError {
    /// Whether it says, of a question for a context's token, that somebody isn't in it, or that there is none of that name.
    ///
    /// Elsewhere the same codes speak of the hub itself. Keycloak's `access_denied`, and `invalid_client` for an audience that it doesn't know (`not_authorized` came with 403).
    var deniesContext: Bool {
        if case .refused(.token, let code, _) = self {
            ["access_denied", "invalid_client", "not_authorized"].contains(code)
        } else {
            false
        }
    }
}
