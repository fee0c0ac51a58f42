import Foundation
import OpenIDClient

/// What a provider gave the hub for somebody, to ask again with; kept in the vault.
struct OpenIDGrant: Codable, Sendable, Equatable {
    let accessToken: String
    let refreshToken: String?
    /// The latest ID token, which the provider wants to see at the end.
    let idToken: String?
    /// When the access token ends; nil where the provider doesn't say.
    let expires: Date?
    /// The context of D4Science that its owner came from; nil for none.
    let context: String?

    /// - Parameters:
    ///   - tokens: what came.
    ///   - before: what there was, whose ID token stays when none came.
    ///   - context: where its owner comes from, if that is said anew.
    init(_ tokens: OpenIDTokens, before: OpenIDGrant?, context: String? = nil) {
        accessToken = tokens.accessToken
        refreshToken = tokens.refreshToken ?? before?.refreshToken
        idToken = tokens.idToken ?? before?.idToken
        expires = tokens.expires
        self.context = context ?? before?.context
    }

    /// Reads what was stored; nil when it isn't one.
    init?(stored: Data) {
        guard let grant = try? JSONDecoder().decode(OpenIDGrant.self, from: stored) else { return nil }
        self = grant
    }

    /// As it is stored.
    var stored: Data? { try? JSONEncoder().encode(self) }
}
