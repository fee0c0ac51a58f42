public import Foundation
import GRDB

/// Reads and changes the tokens.
public struct TokenStore: Sendable {
    let database: AuditedDatabase

    /// Adds a token.
    public func add(_ token: TokenRecord) async throws -> TokenRecord {
        try await database.write { try token.inserted($0) }
    }

    /// The live token with this secret and the user it belongs to, if that user may still use it.
    public func live(secretHash: String, now: Date) async throws -> (token: TokenRecord, user: UserRecord)? {
        try await database.read { database in
            guard
                let token =
                    try TokenRecord
                    .filter(TokenRecord.Field.secretHash == secretHash)
                    .filter(TokenRecord.Field.expiresAt == nil || TokenRecord.Field.expiresAt > now)
                    .fetchOne(database),
                let user = try UserRecord.fetchOne(database, key: token.userId),
                !user.isDisabled, try token.isLent || !IdentityStore.hasLapsed(user, database)
            else { return nil }
            return (token, user)
        }
    }

    /// Whose a token is; nil when there is none.
    public func owner(of id: Int64) async throws -> UserRecord? {
        try await database.read { database in
            guard let token = try TokenRecord.fetchOne(database, key: id) else { return nil }
            return try UserRecord.fetchOne(database, key: token.userId)
        }
    }

    /// Notes that a token was used.
    public func used(_ id: Int64, at time: Date) async throws {
        try await database.write { database in
            _ = try TokenRecord.filter(key: id)
                .updateAll(database, TokenRecord.Field.lastUsedAt.set(to: time))
        }
    }

    /// The live tokens that a user made for themselves, the newest first; not those of servers or OAuth clients.
    public func ownTokens(ofUser userID: Int64, now: Date) async throws -> [TokenRecord] {
        try await database.read { database in
            try TokenRecord.own(ofUser: userID)
                .filter(TokenRecord.Field.expiresAt == nil || TokenRecord.Field.expiresAt > now)
                .order(TokenRecord.Field.id.desc)
                .fetchAll(database)
        }
    }

    /// Revokes a token.
    ///
    /// - Throws: ``StoreError/noSuchToken(_:)``.
    public func revoke(_ id: Int64) async throws {
        guard try await database.write({ try TokenRecord.deleteOne($0, key: id) }) else {
            throw StoreError.noSuchToken(id)
        }
    }
    /// Removes a token whose work is done; one that is gone already is no error.
    public func forget(_ token: TokenRecord) async throws {
        _ = try await database.write { try token.delete($0) }
    }

    /// Forgets tokens that have ended.
    @discardableResult
    public func forgetExpired(now: Date) async throws -> Int {
        try await database.write { database in
            try TokenRecord.filter(TokenRecord.Field.expiresAt <= now).deleteAll(database)
        }
    }
}

extension TokenRecord {
    /// Those that a user made for themselves; not those of servers or OAuth clients.
    static func own(ofUser userID: Int64) -> QueryInterfaceRequest<TokenRecord> {
        filter(Field.userId == userID).filter(Field.serverId == nil && Field.clientIdentifier == nil)
    }
}
