public import CarrelModel
public import Foundation
import GRDB

/// Reads and changes the servers.
///
/// Each step of a server's life is one transaction.
public struct ServerStore: Sendable {
    let database: AuditedDatabase

    // MARK: Looking

    /// The server of this name, if it was ever asked for.
    public func find(_ key: ServerKey) async throws -> OwnedServer? {
        try await database.read { database in
            guard
                let owner = try UserRecord.filter(UserRecord.Field.name == key.user.text).fetchOne(database),
                let server =
                    try ServerRecord
                    .filter(ServerRecord.Field.userId == owner.id)
                    .filter(ServerRecord.Field.name == key.server.text)
                    .fetchOne(database),
                let instance = try InstanceRecord.fetchOne(database, key: server.instanceId)
            else { return nil }
            return OwnedServer(server: server, owner: owner, instance: instance)
        }
    }

    /// The server with this id, if it still exists.
    public func withID(_ id: Int64) async throws -> OwnedServer? {
        try await database.read { database in
            guard
                let server = try ServerRecord.fetchOne(database, key: id),
                let owner = try UserRecord.fetchOne(database, key: server.userId),
                let instance = try InstanceRecord.fetchOne(database, key: server.instanceId)
            else { return nil }
            return OwnedServer(server: server, owner: owner, instance: instance)
        }
    }

    /// A user's servers by name, the default server first.
    public func all(ofUser userID: Int64) async throws -> [ServerRecord] {
        try await database.read { database in
            try ServerRecord
                .filter(ServerRecord.Field.userId == userID)
                .order(ServerRecord.Field.name)
                .fetchAll(database)
        }
    }

    /// All servers of an instance with their users, by user.
    public func all(in instance: InstanceRecord) async throws -> [OwnedServer] {
        try await database.read { database in
            let servers =
                try ServerRecord.filter(ServerRecord.Field.instanceId == instance.id).fetchAll(database)
            let owners = try UserRecord.fetchAll(database, keys: Set(servers.map(\.userId)))
            let byID = Dictionary(uniqueKeysWithValues: owners.map { ($0.id, $0) })
            return servers.compactMap { server in
                byID[server.userId].map { OwnedServer(server: server, owner: $0, instance: instance) }
            }.sorted { $0.key < $1.key }
        }
    }

    /// Every server that isn't at rest (stopped, and wanted so), in the order they were asked for.
    public func live() async throws -> [OwnedServer] {
        try await database.read { database in
            let servers =
                try ServerRecord
                .filter(
                    ServerRecord.Field.observed != ServerRecord.Observed.stopped.rawValue
                        || ServerRecord.Field.wanted == ServerRecord.Wanted.running.rawValue
                )
                .order(ServerRecord.Field.requestedAt, ServerRecord.Field.id)
                .fetchAll(database)
            let owners = try UserRecord.fetchAll(database, keys: Set(servers.map(\.userId)))
            let byID = Dictionary(uniqueKeysWithValues: owners.map { ($0.id, $0) })
            let instances = try InstanceRecord.fetchAll(database, keys: Set(servers.map(\.instanceId)))
            let instanceByID = Dictionary(uniqueKeysWithValues: instances.map { ($0.id, $0) })
            return servers.compactMap { server in
                guard let owner = byID[server.userId], let instance = instanceByID[server.instanceId] else {
                    return nil
                }
                return OwnedServer(server: server, owner: owner, instance: instance)
            }
        }
    }

    // MARK: What is wanted

    /// Asks for a server to run; makes it on first use.
    ///
    /// - Parameters:
    ///   - name: which of the user's servers.
    ///   - userID: whose.
    ///   - instance: the instance it belongs to.
    ///   - options: what was chosen; nil for what was chosen last.
    ///   - now: when.
    /// - Returns: the row as it is now. Asking again for a server that is wanted already changes nothing.
    /// - Throws: ``StoreError/instanceOver(_:)``.
    public func request(
        _ name: ServerName,
        ofUser userID: Int64,
        in instance: Int64 = InstanceRecord.defaultID,
        options: StartOptions? = nil,
        at now: Date,
    ) async throws -> ServerRecord {
        try await database.write { database in
            var server =
                try ServerRecord
                .filter(ServerRecord.Field.userId == userID)
                .filter(ServerRecord.Field.name == name.text)
                .fetchOne(database) ?? ServerRecord(userId: userID, name: name, instanceId: instance)
            guard server.wanted == .stopped else { return server }
            if let home = try InstanceRecord.fetchOne(database, key: server.instanceId), home.isOver {
                throw StoreError.instanceOver(home.name.text)
            }
            if let options { server.options = options }
            server.wanted = .running
            server.requestedAt = now
            server.failure = nil
            try server.save(database)
            return server
        }
    }

    /// Asks for a server to stop.
    ///
    /// - Parameters:
    ///   - id: which server.
    ///   - note: why, where it isn't its user who asks; shown to them afterwards.
    /// - Throws: what the database says.
    public func requestStop(_ id: Int64, because note: ServerRecord.Failure? = nil) async throws {
        try await change(id) { server in
            server.wanted = .stopped
            if let note { server.failure = note }
        }
    }

    // MARK: What was observed

    /// Changes a row in one step, if it is still there.
    ///
    /// - Returns: the row as it is now.
    @discardableResult
    public func change(
        _ id: Int64,
        _ change: @escaping @Sendable (inout ServerRecord) -> Void,
    ) async throws -> ServerRecord? {
        try await database.write { database in
            guard var server = try ServerRecord.fetchOne(database, key: id) else { return nil }
            change(&server)
            try server.update(database)
            return server
        }
    }

    /// Notes that a start begins, and gives the server its token and OAuth client in place of any earlier ones.
    public func beginStart(
        _ id: Int64,
        token: TokenRecord,
        client: OAuthClientRecord,
        at now: Date,
    ) async throws {
        try await database.write { database in
            try Self.removeCredentials(ofServer: id, database)
            try client.insert(database)
            var token = token
            try token.insert(database)
            guard var server = try ServerRecord.fetchOne(database, key: id) else { return }
            try database.execute(
                sql: "UPDATE instance SET isUsed = TRUE WHERE id = ? AND NOT isUsed",
                arguments: [server.instanceId],
            )
            server.observed = .starting
            server.startedAt = now
            server.lastActivityAt = now
            server.spawnState = nil
            server.target = nil
            try server.update(database)
        }
    }

    /// Notes that a server is gone, and removes its token, its OAuth client, and every token granted to that client.
    ///
    /// - Parameters:
    ///   - id: which server.
    ///   - failure: why it ended although it was wanted; a server that failed is no longer wanted.
    /// - Throws: what the database says.
    public func finish(_ id: Int64, failure: ServerRecord.Failure?) async throws {
        try await database.write { database in
            try Self.removeCredentials(ofServer: id, database)
            guard var server = try ServerRecord.fetchOne(database, key: id) else { return }
            server.observed = .stopped
            server.spawnState = nil
            server.target = nil
            server.startedAt = nil
            if let failure {
                server.failure = failure
                server.wanted = .stopped
            }
            try server.update(database)
        }
    }

    /// Moves a server's and its user's last activity forward, never back.
    public func recordActivity(of id: Int64, at time: Date) async throws {
        try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE server SET lastActivityAt = :time
                    WHERE id = :id AND (lastActivityAt IS NULL OR lastActivityAt < :time)
                    """,
                arguments: ["time": time, "id": id],
            )
            try database.execute(
                sql: """
                    UPDATE user SET lastActivityAt = :time
                    WHERE id = (SELECT userId FROM server WHERE id = :id)
                      AND (lastActivityAt IS NULL OR lastActivityAt < :time)
                    """,
                arguments: ["time": time, "id": id],
            )
        }
    }

    private static func removeCredentials(ofServer id: Int64, _ database: Database) throws {
        try TokenRecord.filter(TokenRecord.Field.serverId == id).deleteAll(database)
        try OAuthClientRecord.filter(OAuthClientRecord.Field.serverId == id).deleteAll(database)
    }
}
