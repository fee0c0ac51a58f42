import Foundation

/// How a client shows a provider who it is (RFC 6749 §2.3.1, Core §9).
enum ClientAuthentication: Sendable, Equatable {
    /// Name and secret in the header field `Authorization`.
    case basic
    /// Name and secret in the form.
    case post
    /// The name only, in the form: a public client.
    case none

    /// Chooses what both sides can do.
    ///
    /// - Parameters:
    ///   - offered: what the provider announces; nothing means `client_secret_basic` (Discovery 1.0 §3).
    ///   - hasSecret: whether the client has one.
    /// - Throws: ``OpenIDError/unfitRegistration(_:)`` when there is nothing.
    init(offered: [String]?, hasSecret: Bool) throws(OpenIDError) {
        let offered = offered ?? ["client_secret_basic"]
        if !hasSecret {
            self = .none
        } else if offered.contains("client_secret_basic") {
            self = .basic
        } else if offered.contains("client_secret_post") {
            self = .post
        } else {
            throw .unfitRegistration(.clientAuthentication)
        }
    }

    /// The `Authorization` field, if there is one.
    func header(_ registration: OpenIDRegistration) -> String? {
        guard self == .basic, let secret = registration.clientSecret else { return nil }
        let pair = FormText.escape(registration.clientID) + ":" + FormText.escape(secret)
        return "Basic " + Data(pair.utf8).base64EncodedString()
    }

    /// What is added to the form.
    func fields(_ registration: OpenIDRegistration) -> [(name: String, value: String)] {
        switch self {
        case .basic: []
        case .none: [("client_id", registration.clientID)]
        case .post:
            [("client_id", registration.clientID)] + (registration.clientSecret.map { [("client_secret", $0)] } ?? [])
        }
    }
}
