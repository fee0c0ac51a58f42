public import Foundation
import GRDB

/// Reads and changes users' links to data sources, each together with its credential.
public struct ConnectionStore: Sendable {
    let database: AuditedDatabase

    /// A user's, by source.
    public func all(ofUser userID: Int64) async throws -> [ConnectionRecord] {
        try await database.read { database in
            try ConnectionRecord.filter(ConnectionRecord.Field.userId == userID)
                .order(ConnectionRecord.Field.source).fetchAll(database)
        }
    }

    /// A user's link to a source.
    public func find(ofUser userID: Int64, to source: String) async throws -> ConnectionRecord? {
        try await database.read { try Self.one(userID, source).fetchOne($0) }
    }

    /// Keeps a link and its credential, in the place of those that its user gave for the source before.
    public func put(_ connection: ConnectionRecord, with credential: CredentialRecord) async throws {
        try await database.write { database in
            var (connection, credential) = (connection, credential)
            if let before = try Self.one(connection.userId, connection.source).fetchOne(database) {
                connection.createdAt = before.createdAt
            }
            try Self.removeAll(connection.userId, connection.source, database)
            try connection.insert(database)
            try credential.insert(database)
        }
    }

    /// Forgets a link and its credential; whether there was one.
    @discardableResult
    public func remove(ofUser userID: Int64, to source: String) async throws -> Bool {
        try await database.write { database in
            try Self.conflicts(userID, source).deleteAll(database)
            return try Self.removeAll(userID, source, database)
        }
    }

    /// Says whether a credential outlasts the session.
    public func setRemember(_ remember: Bool, ofUser userID: Int64, to source: String, at date: Date) async throws {
        _ = try await database.write { database in
            try Self.one(userID, source).filter(ConnectionRecord.Field.remember != remember).updateAll(
                database,
                ConnectionRecord.Field.remember.set(to: remember),
                ConnectionRecord.Field.changedAt.set(to: date),
            )
        }
    }

    /// Notes what became of a link when it was used or tried; not of one that was changed since it was read.
    public func note(_ state: String, of connection: ConnectionRecord, at date: Date) async throws {
        _ = try await database.write { database in
            try ConnectionRecord
                .filter(
                    ConnectionRecord.Field.id == connection.id
                        && ConnectionRecord.Field.changedAt == connection.changedAt
                )
                .updateAll(
                    database,
                    ConnectionRecord.Field.lastState.set(to: state),
                    ConnectionRecord.Field.lastStateAt.set(to: date),
                )
        }
    }

    /// Those that couldn't be tried yet, the latest given first.
    public func untried(atMost count: Int) async throws -> [ConnectionRecord] {
        try await database.read { database in
            try ConnectionRecord.filter(ConnectionRecord.Field.lastState == nil)
                .order(ConnectionRecord.Field.changedAt.desc).limit(count).fetchAll(database)
        }
    }

    // MARK: For this session only

    /// Those that aren't to be remembered, of people who have no session and no server any more.
    ///
    /// - Parameter date: one that was changed since then is left: its server may be about to start.
    /// - Returns: the links, each of a user who is still there.
    /// - Throws: what the database says.
    public func ended(before date: Date) async throws -> [ConnectionRecord] {
        try await database.read { database in
            try ConnectionRecord.fetchAll(
                database,
                sql: "SELECT * FROM connection WHERE \(Self.hasEnded)",
                arguments: [date]
            )
        }
    }

    /// Forgets a link that is among ``ended(before:)`` still; whether it was.
    @discardableResult
    public func removeEnded(_ connection: ConnectionRecord, before date: Date) async throws -> Bool {
        try await database.write { database in
            let sql = "SELECT * FROM connection WHERE id = ? AND \(Self.hasEnded)"
            guard
                let found = try ConnectionRecord.fetchOne(database, sql: sql, arguments: [connection.id, date])
            else { return false }
            try Self.conflicts(found.userId, found.source).deleteAll(database)
            return try Self.removeAll(found.userId, found.source, database)
        }
    }

    private static let hasEnded = """
        NOT remember AND changedAt < ?
        AND NOT EXISTS (SELECT * FROM session WHERE session.userId = connection.userId)
        AND NOT EXISTS (
            SELECT * FROM server WHERE server.userId = connection.userId
            AND (server.wanted <> 'stopped' OR server.observed <> 'stopped')
        )
        """

    @discardableResult
    private static func removeAll(_ userID: Int64, _ source: String, _ database: Database) throws -> Bool {
        let credential = ConnectionRecord.credentialSource(of: source)
        try CredentialRecord
            .filter(CredentialRecord.Field.userId == userID && CredentialRecord.Field.source == credential)
            .deleteAll(database)
        return try one(userID, source).deleteAll(database) > 0
    }

    private static func one(_ userID: Int64, _ source: String) -> QueryInterfaceRequest<ConnectionRecord> {
        ConnectionRecord.filter(ConnectionRecord.Field.userId == userID && ConnectionRecord.Field.source == source)
    }
}
