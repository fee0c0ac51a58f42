public import Foundation

/// What an authorization code stands for, as it is stored under the code's ``SecretHash``.
///
/// Kept after use until it expires, so that a second use is noticed.
public struct OAuthCode: Sendable, Equatable {
    /// How long a code is valid (observed in JupyterHub; RFC 6749 §4.1.2 asks for ten minutes at most).
    public static let lifetime: Duration = .seconds(300)

    /// The client it was made for.
    public let clientID: String
    /// Who gave it, by the store's number, which a rename doesn't change.
    public let userID: Int64
    /// The browser session it was given in; tokens made from it end with that session.
    public let sessionID: String
    /// The address it was sent to.
    public let redirectURI: String
    /// What was granted, as written.
    public let scopes: [Scope]
    /// The PKCE challenge, if the client sent one.
    public let challenge: PKCEChallenge?
    /// From when on it is worth nothing.
    public let expires: Date
    /// Whether a token was made from it already; set in one transaction with making the token.
    public let isUsed: Bool

    /// Makes a record.
    public init(
        clientID: String,
        userID: Int64,
        sessionID: String,
        redirectURI: String,
        scopes: [Scope],
        challenge: PKCEChallenge?,
        expires: Date,
        isUsed: Bool = false,
    ) {
        self.clientID = clientID
        self.userID = userID
        self.sessionID = sessionID
        self.redirectURI = redirectURI
        self.scopes = scopes
        self.challenge = challenge
        self.expires = expires
        self.isUsed = isUsed
    }
}
