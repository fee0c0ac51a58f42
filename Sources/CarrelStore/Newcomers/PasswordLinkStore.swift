public import Foundation
import GRDB

/// Reads and changes the links by which users choose a password.
public struct PasswordLinkStore: Sendable {
    let database: AuditedDatabase

    /// Keeps a link, in the place of the one that its user had before.
    public func put(_ link: PasswordLinkRecord) async throws {
        try await database.write { database in
            var link = link
            try Self.forget(ofUser: link.userId, database)
            try link.insert(database)
        }
    }

    /// The number of the good link with this secret, given as its SHA-256.
    public func find(_ secretHash: String, now: Date) async throws -> Int64? {
        try await database.read { database in
            let found = try PasswordLinkRecord.filter(PasswordLinkRecord.Field.secretHash == secretHash)
                .fetchOne(database)
            guard let id = found?.id, try Self.user(of: id, now: now, database) != nil else { return nil }
            return id
        }
    }

    /// Whose password a good link is for; nil when it was used, replaced, is too old, or its user may not sign in.
    public func user(of id: Int64, now: Date) async throws -> UserRecord? {
        try await database.read { try Self.user(of: id, now: now, $0) }
    }

    /// The good link that a user has; nil when there is none.
    public func find(ofUser userID: Int64, now: Date) async throws -> PasswordLinkRecord? {
        try await database.read { database in
            try PasswordLinkRecord
                .filter(PasswordLinkRecord.Field.userId == userID)
                .filter(PasswordLinkRecord.Field.expiresAt > now)
                .fetchOne(database)
        }
    }

    /// Uses a link: sets its user's password and ends every session of theirs.
    ///
    /// - Parameters:
    ///   - id: the link.
    ///   - hash: the text form of the new password's hash.
    ///   - now: the clock.
    /// - Returns: false when the link isn't good any more, and nothing was changed.
    /// - Throws: what the database says.
    public func use(_ id: Int64, hash: String, now: Date) async throws -> Bool {
        try await database.write { database in
            guard let user = try Self.user(of: id, now: now, database) else { return false }
            try UserStore.setPassword(hash, of: user, mustChange: false, keeping: nil, database)
            return true
        }
    }

    /// Forgets links that are too old.
    public func forgetExpired(now: Date) async throws {
        _ = try await database.write { database in
            try PasswordLinkRecord.filter(PasswordLinkRecord.Field.expiresAt <= now).deleteAll(database)
        }
    }

    /// Ends the link that a user has, if any.
    static func forget(ofUser userID: Int64?, _ database: Database) throws {
        try PasswordLinkRecord.filter(PasswordLinkRecord.Field.userId == userID).deleteAll(database)
    }

    private static func user(of id: Int64, now: Date, _ database: Database) throws -> UserRecord? {
        guard
            let link = try PasswordLinkRecord.filter(PasswordLinkRecord.Field.expiresAt > now)
                .filter(PasswordLinkRecord.Field.id == id).fetchOne(database),
            let user = try UserRecord.fetchOne(database, key: link.userId), !user.isDisabled
        else { return nil }
        return user
    }
}
