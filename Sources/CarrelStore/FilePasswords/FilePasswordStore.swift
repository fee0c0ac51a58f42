public import Foundation
import GRDB

/// Reads and changes the passwords for people's files.
public struct FilePasswordStore: Sendable {
    let database: AuditedDatabase

    /// How many a user may have of their own.
    public static let most = 50

    /// Keeps a password.
    ///
    /// - Returns: the password; nil when its user has as many as they may.
    /// - Throws: what the database says.
    public func add(_ password: FilePasswordRecord) async throws -> FilePasswordRecord? {
        try await database.write { database in
            guard try Self.own(ofUser: password.userId).fetchCount(database) < Self.most else { return nil }
            return try password.inserted(database)
        }
    }

    /// Keeps the password of a mount, in the place of the one it had before.
    public func put(_ password: FilePasswordRecord) async throws {
        try await database.write { database in
            if let mount = password.mount { try Self.ofMount(mount, ofUser: password.userId).deleteAll(database) }
            _ = try password.inserted(database)
        }
    }

    /// The live password with this hash and the user whose it is, if that user may still use the hub.
    public func live(secretHash: String, now: Date) async throws -> (password: FilePasswordRecord, user: UserRecord)? {
        try await database.read { database in
            guard
                let password =
                    try FilePasswordRecord
                    .filter(FilePasswordRecord.Field.secretHash == secretHash)
                    .filter(FilePasswordRecord.Field.expiresAt == nil || FilePasswordRecord.Field.expiresAt > now)
                    .fetchOne(database),
                let user = try UserRecord.fetchOne(database, key: password.userId),
                !user.isDisabled, try !IdentityStore.hasLapsed(user, database)
            else { return nil }
            return (password, user)
        }
    }

    /// A user's own, the newest first.
    public func all(ofUser userID: Int64, now: Date) async throws -> [FilePasswordRecord] {
        try await database.read { database in
            try Self.own(ofUser: userID)
                .filter(FilePasswordRecord.Field.expiresAt == nil || FilePasswordRecord.Field.expiresAt > now)
                .order(FilePasswordRecord.Field.id.desc)
                .fetchAll(database)
        }
    }

    /// Takes back one of a user's own; whether there was such a one.
    public func revoke(_ id: Int64, ofUser userID: Int64) async throws -> Bool {
        try await database.write { database in
            try Self.own(ofUser: userID).filter(FilePasswordRecord.Field.id == id).deleteAll(database) > 0
        }
    }

    /// Takes back the password of a mount.
    public func revoke(mount: String, ofUser userID: Int64) async throws {
        _ = try await database.write { try Self.ofMount(mount, ofUser: userID).deleteAll($0) }
    }

    /// Notes that a password was used.
    public func used(_ id: Int64, at date: Date) async throws {
        _ = try await database.write { database in
            try FilePasswordRecord.filter(key: id)
                .updateAll(database, FilePasswordRecord.Field.lastUsedAt.set(to: date))
        }
    }

    /// Forgets those that have ended.
    public func forgetExpired(now: Date) async throws {
        _ = try await database.write { database in
            try FilePasswordRecord.filter(FilePasswordRecord.Field.expiresAt <= now).deleteAll(database)
        }
    }

    /// A user's own: not those of mounts.
    static func own(ofUser userID: Int64) -> QueryInterfaceRequest<FilePasswordRecord> {
        FilePasswordRecord.filter(FilePasswordRecord.Field.userId == userID)
            .filter(FilePasswordRecord.Field.mount == nil)
    }

    /// What people or programs of theirs have seen: all but what the hub gives to mounts that it keeps itself.
    static func seen(byUser userID: Int64) -> QueryInterfaceRequest<FilePasswordRecord> {
        FilePasswordRecord.filter(FilePasswordRecord.Field.userId == userID)
            .filter(
                FilePasswordRecord.Field.mount == nil
                    || FilePasswordRecord.Field.mount.like("%\(FilePasswordRecord.serverMark)")
            )
    }

    private static func ofMount(_ mount: String, ofUser userID: Int64) -> QueryInterfaceRequest<FilePasswordRecord> {
        FilePasswordRecord.filter(FilePasswordRecord.Field.userId == userID)
            .filter(FilePasswordRecord.Field.mount == mount)
    }
}
