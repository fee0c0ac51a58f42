public import Foundation

/// Where tokens come from.
public protocol StorageHubTokenSource: Sendable {
    /// A token that is good now.
    ///
    /// - Parameter refused: one that the service has just refused; it isn't given again.
    /// - Returns: a token.
    /// - Throws: ``StorageHubError/tokenExpired``, ``StorageHubError/tokenRefused``, ``StorageHubError/signInOver``,
    ///   ``StorageHubError/contextRefused``, and whatever the network does.
    func token(insteadOf refused: StorageHubToken?) async throws(StorageHubError) -> StorageHubToken
}

/// One token that somebody typed, which can't be renewed.
public struct FixedStorageHubToken: StorageHubTokenSource {
    private let token: StorageHubToken
    private let now: @Sendable () -> Date

    /// Keeps a token.
    ///
    /// - Parameters:
    ///   - token: as it was typed.
    ///   - now: the time.
    public init(_ token: StorageHubToken, now: @escaping @Sendable () -> Date = { Date() }) {
        self.token = token
        self.now = now
    }

    /// The token, until it is over or was refused.
    ///
    /// - Parameter refused: what the service has just refused.
    /// - Returns: the token.
    /// - Throws: ``StorageHubError/tokenExpired`` or ``StorageHubError/tokenRefused``.
    public func token(insteadOf refused: StorageHubToken?) async throws(StorageHubError) -> StorageHubToken {
        if let expires = token.expires, expires <= now() { throw .tokenExpired }
        guard refused != token, token.isSendable else { throw .tokenRefused }
        return token
    }
}
