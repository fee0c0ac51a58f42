/// An OAuth client as it is stored.
public struct OAuthClient: Sendable, Equatable {
    /// Whether people are asked before a token is granted.
    public enum Confirmation: Sendable, Equatable {
        /// A person confirms once, unless it is their own server.
        case ask
        /// Never: the operator vouches for it (`oauth_no_confirm`).
        case never
    }

    /// For example `jupyterhub-user-alice`.
    public let id: String
    /// The hash of its secret; for a server that is its API token.
    public let secretHash: SecretHash
    /// The only address that codes are sent to: a path of this hub, or a whole http(s) URL.
    public let redirectURI: String
    /// What it is; nil when that was removed, and then nobody gets a token for it.
    public let resource: OAuthResource?
    /// What it may ask for beyond entering and knowing who entered (`oauth_client_allowed_scopes`).
    public let allowedScopes: [Scope]
    /// Whether people are asked.
    public let confirmation: Confirmation
    /// What to call it before a person.
    public let title: String

    /// Makes a record.
    public init(
        id: String,
        secretHash: SecretHash,
        redirectURI: String,
        resource: OAuthResource?,
        allowedScopes: [Scope] = [],
        confirmation: Confirmation = .ask,
        title: String,
    ) {
        self.id = id
        self.secretHash = secretHash
        self.redirectURI = redirectURI
        self.resource = resource
        self.allowedScopes = allowedScopes
        self.confirmation = confirmation
        self.title = title
    }
}
