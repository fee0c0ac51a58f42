public import Foundation

/// What a provider gave for a code or a refresh token, checked.
public struct OpenIDTokens: Codable, Sendable, Equatable {
    /// For userinfo, and for whatever else the scopes are good for.
    public let accessToken: String
    /// As it came, for the end of the session; nil when a refresh brought none.
    public let idToken: String?
    /// For new tokens; nil when the provider gives none.
    public let refreshToken: String?
    /// When the access token ends; nil when the provider doesn't say.
    public let expires: Date?
    /// What was granted, which may be less than what was asked for.
    public let scopes: [String]
    /// Those of the ID token; empty if a refresh brought none.
    public let claims: OpenIDClaims
}

extension OpenIDTokens: OpenIDHidden {}
