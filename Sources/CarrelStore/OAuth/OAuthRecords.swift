public import Foundation
public import GRDB

/// A server in its part as an OAuth client of the hub.
public struct OAuthClientRecord: Codable, Sendable, Equatable {
    /// `jupyterhub-user-NAME[-SERVER]` (reference 1.3).
    public var identifier: String
    /// The server it stands for; the client goes when that stops.
    public var serverId: Int64
    /// SHA-256 of its secret, which is the server's own API token.
    public var secretHash: String
    /// The only redirect URI it may use; a path.
    public var redirectURI: String
    /// What it may ask for beyond access to itself.
    public var allowedScopes: [String]

    /// Makes a client.
    public init(
        identifier: String,
        serverId: Int64,
        secretHash: String,
        redirectURI: String,
        allowedScopes: [String],
    ) {
        self.identifier = identifier
        self.serverId = serverId
        self.secretHash = secretHash
        self.redirectURI = redirectURI
        self.allowedScopes = allowedScopes
    }
}

extension OAuthClientRecord: FetchableRecord, PersistableRecord {
    /// The table.
    public static let databaseTableName = "oauthClient"

    enum Field {
        static let serverId = Column(CodingKeys.serverId)
    }
}

/// An authorization code on its way from the hub through the browser to a server.
public struct OAuthCodeRecord: Codable, Sendable, Equatable {
    /// SHA-256 of the code.
    public var secretHash: String
    /// The client it was given to.
    public var clientIdentifier: String
    /// Who is signing in to the client.
    public var userId: Int64
    /// The browser session it was granted in.
    public var sessionId: Int64
    /// The redirect URI of the request, which the exchange must repeat.
    public var redirectURI: String
    /// What the token will be allowed to do.
    public var scopes: [String]
    /// The PKCE challenge, if the request had one (RFC 7636).
    public var challenge: String?
    /// `S256` or `plain`.
    public var challengeMethod: String?
    /// When it is too late to exchange it.
    public var expiresAt: Date
    /// When it was exchanged; a second time revokes what the first one gave.
    public var usedAt: Date?

    /// Makes a fresh code.
    public init(
        secretHash: String,
        clientIdentifier: String,
        userId: Int64,
        sessionId: Int64,
        redirectURI: String,
        scopes: [String],
        challenge: String?,
        challengeMethod: String?,
        expiresAt: Date,
    ) {
        self.secretHash = secretHash
        self.clientIdentifier = clientIdentifier
        self.userId = userId
        self.sessionId = sessionId
        self.redirectURI = redirectURI
        self.scopes = scopes
        self.challenge = challenge
        self.challengeMethod = challengeMethod
        self.expiresAt = expiresAt
    }
}

extension OAuthCodeRecord: FetchableRecord, PersistableRecord {
    /// The table.
    public static let databaseTableName = "oauthCode"

    enum Field {
        static let secretHash = Column(CodingKeys.secretHash)
        static let usedAt = Column(CodingKeys.usedAt)
        static let expiresAt = Column(CodingKeys.expiresAt)
    }
}
