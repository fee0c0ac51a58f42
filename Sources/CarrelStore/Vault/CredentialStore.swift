public import Foundation
import GRDB

/// Reads and changes users' encrypted credentials.
public struct CredentialStore: Sendable {
    let database: AuditedDatabase

    /// A user's, those for some kind of source only, by source.
    ///
    /// - Parameters:
    ///   - userID: whose.
    ///   - prefix: what the source begins with, such as `git:`.
    /// - Returns: the credentials.
    /// - Throws: what the database says.
    public func all(ofUser userID: Int64, for prefix: String) async throws -> [CredentialRecord] {
        try await database.read { database in
            try CredentialRecord.filter(CredentialRecord.Field.userId == userID)
                .order(CredentialRecord.Field.source).fetchAll(database)
                .filter { $0.source.hasPrefix(prefix) }
        }
    }

    /// A user's credential for a source.
    public func find(ofUser userID: Int64, for source: String) async throws -> CredentialRecord? {
        try await database.read { try Self.one(userID, source).fetchOne($0) }
    }

    /// Keeps a credential, in the place of the one that its user gave for the source before.
    public func put(_ credential: CredentialRecord) async throws {
        try await database.write { database in
            var credential = credential
            try Self.one(credential.userId, credential.source).deleteAll(database)
            try credential.insert(database)
        }
    }

    /// Forgets a user's credential for a source; whether there was one.
    @discardableResult
    public func remove(ofUser userID: Int64, for source: String) async throws -> Bool {
        try await database.write { try Self.one(userID, source).deleteAll($0) > 0 }
    }

    /// Notes that a credential was used.
    public func used(_ id: Int64, at date: Date) async throws {
        _ = try await database.write { database in
            try CredentialRecord.filter(CredentialRecord.Field.id == id)
                .updateAll(database, CredentialRecord.Field.lastUsedAt.set(to: date))
        }
    }

    // MARK: New keys

    /// Everybody's, to be encrypted anew.
    public func everything() async throws -> [CredentialRecord] {
        try await database.read { try CredentialRecord.fetchAll($0) }
    }

    /// Puts newly encrypted bytes in the place of others, unless they were changed meanwhile; whether it did.
    @discardableResult
    public func replace(_ id: Int64, _ old: Data, with new: Data) async throws -> Bool {
        try await database.write { database in
            try CredentialRecord
                .filter(CredentialRecord.Field.id == id && CredentialRecord.Field.sealed == old)
                .updateAll(database, CredentialRecord.Field.sealed.set(to: new)) > 0
        }
    }

    private static func one(_ userID: Int64, _ source: String) -> QueryInterfaceRequest<CredentialRecord> {
        CredentialRecord.filter(CredentialRecord.Field.userId == userID && CredentialRecord.Field.source == source)
    }
}
