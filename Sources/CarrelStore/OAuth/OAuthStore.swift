public import Foundation
import GRDB

/// Reads and changes OAuth clients and codes.
public struct OAuthStore: Sendable {
    let database: any DatabaseWriter

    /// The client of this name.
    public func client(_ identifier: String) async throws -> OAuthClientRecord? {
        try await database.read { try OAuthClientRecord.fetchOne($0, key: identifier) }
    }

    /// Keeps a fresh code.
    public func add(_ code: OAuthCodeRecord) async throws {
        try await database.write { try code.insert($0) }
    }

    /// The code with this secret, used or not, expired or not.
    public func code(secretHash: String) async throws -> OAuthCodeRecord? {
        try await database.read { try OAuthCodeRecord.fetchOne($0, key: secretHash) }
    }

    /// Exchanges a code for a token in one step, so that only the first of two exchanges at once wins.
    ///
    /// - Returns: the token with its id, or nil when the code was used meanwhile.
    public func exchange(code hash: String, for token: TokenRecord, now: Date) async throws -> TokenRecord? {
        try await database.write { database in
            let unused =
                OAuthCodeRecord
                .filter(OAuthCodeRecord.Field.secretHash == hash)
                .filter(OAuthCodeRecord.Field.usedAt == nil)
            guard try unused.updateAll(database, OAuthCodeRecord.Field.usedAt.set(to: now)) == 1 else { return nil }
            return try token.inserted(database)
        }
    }

    /// Revokes the tokens that a code was exchanged for (RFC 6749 §4.1.2: a code used more than once).
    ///
    /// - Returns: how many.
    @discardableResult
    public func revokeTokens(ofCode hash: String) async throws -> Int {
        try await database.write { database in
            try TokenRecord.filter(TokenRecord.Field.codeHash == hash).deleteAll(database)
        }
    }

    /// Forgets codes that ended before a time.
    public func forgetCodes(expiredBefore time: Date) async throws {
        try await database.write { database in
            _ = try OAuthCodeRecord.filter(OAuthCodeRecord.Field.expiresAt < time).deleteAll(database)
        }
    }
}
