/// What a client was registered with at an OpenID Connect provider, and how patient it is.
public struct OpenIDRegistration: Sendable, Equatable {
    /// The provider's name, an address without query and fragment; compared letter by letter (Discovery 1.0 §4.3).
    public var issuer: String
    /// The client's name at the provider.
    public var clientID: String
    /// What the client shows it is itself with; nil for a public client, which has PKCE only.
    public var clientSecret: String?
    /// Where the provider sends people back to, letter by letter as it was registered.
    public var redirectURI: String
    /// What is asked for; `openid` is added when it is missing.
    public var scopes: [String]
    /// How long one call to the provider may take, up to the last byte of the answer.
    public var deadline: Duration
    /// How far the provider's clock and ours may differ.
    public var leeway: Duration

    /// Puts a registration together.
    ///
    /// - Parameters:
    ///   - issuer: the provider's name, `https://…`; `http://…` on a loopback address only.
    ///   - clientID: the client's name at the provider.
    ///   - clientSecret: nil for a public client.
    ///   - redirectURI: where people come back to.
    ///   - scopes: what is asked for.
    ///   - deadline: for each call to the provider.
    ///   - leeway: between the two clocks.
    public init(
        issuer: String,
        clientID: String,
        clientSecret: String? = nil,
        redirectURI: String,
        scopes: [String] = ["openid"],
        deadline: Duration = .seconds(5),
        leeway: Duration = .seconds(120),
    ) {
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.redirectURI = redirectURI
        self.scopes = scopes
        self.deadline = deadline
        self.leeway = leeway
    }

    /// The scopes that are sent.
    var requestedScopes: [String] {
        scopes.contains("openid") ? scopes : ["openid"] + scopes
    }
}

extension OpenIDRegistration: OpenIDHidden {}
