public import CarrelModel
public import Foundation
import GRDB

extension InstanceEndStore {
    // MARK: Records

    /// The deletions so far, the newest first.
    public func deletions() async throws -> [DeletionRecord] {
        try await database.read { try DeletionRecord.order(DeletionRecord.Field.id.desc).fetchAll($0) }
    }

    /// One deletion.
    public func deletion(_ id: Int64) async throws -> DeletionRecord? {
        try await database.read { try DeletionRecord.fetchOne($0, key: id) }
    }

    // MARK: Deleting

    /// Begins the deletion of an instance: from now on nothing starts in it and nobody finds it, whatever happens.
    ///
    /// Beginning again what has begun changes nothing.
    ///
    /// - Parameters:
    ///   - name: which.
    ///   - cause: why; after the end, it must be over still.
    ///   - by: who gave the command.
    ///   - now: when.
    /// - Throws: ``StoreError/noSuchInstance(_:)``, ``StoreError/instanceIsDefault``, or
    ///   ``StoreError/instanceInFile(_:)`` for a command while the file offers it.
    public func beginDeletion(
        _ name: InstanceName,
        because cause: DeletionReport.Cause,
        by: String? = nil,
        at now: Date,
    ) async throws {
        try await database.write { database in
            guard var instance = try InstanceStore.find(name, database) else {
                throw StoreError.noSuchInstance(name.text)
            }
            guard !name.isDefault else { throw StoreError.instanceIsDefault }
            switch cause {
            case .end: guard instance.state == .ended else { return }
            case .command:
                guard instance.state != .deleting else { return }
                guard instance.origin == .page || instance.state != .open else {
                    throw StoreError.instanceInFile(name.text)
                }
            }
            instance.state = .deleting
            try instance.update(database)
            let report = DeletionReport(
                instance: name.text,
                title: instance.settings.title,
                kind: instance.settings.kind,
                cause: cause,
                by: by,
                createdAt: instance.createdAt,
                endsAt: instance.endsAt,
                endedAt: instance.endedAt,
                startedAt: now,
            )
            var record = try DeletionRecord(report)
            try record.insert(database)
        }
    }

    /// Begins the report of a deletion anew that was lost, of an instance that is being deleted.
    public func restartDeletion(_ instance: InstanceRecord, at now: Date) async throws {
        try await database.write { database in
            var record = try DeletionRecord(
                DeletionReport(
                    instance: instance.name.text,
                    title: instance.settings.title,
                    kind: instance.settings.kind,
                    cause: instance.endedAt == nil ? .command : .end,
                    by: nil,
                    createdAt: instance.createdAt,
                    endsAt: instance.endsAt,
                    endedAt: instance.endedAt,
                    startedAt: now,
                )
            )
            try record.insert(database)
        }
    }

    /// The deletion of an instance that is under way.
    public func deletionUnderWay(of instance: InstanceName) async throws -> DeletionRecord? {
        try await database.read { database in
            try DeletionRecord.filter(DeletionRecord.Field.instance == instance.text)
                .filter(DeletionRecord.Field.finishedAt == nil)
                .order(DeletionRecord.Field.id.desc)
                .fetchOne(database)
        }
    }

    /// Notes how far a deletion is.
    public func note(_ report: DeletionReport, of id: Int64) async throws {
        let text = try report.text()
        try await database.write { database in
            guard var record = try DeletionRecord.fetchOne(database, key: id), record.finishedAt == nil else { return }
            record.record = text
            try record.update(database)
        }
    }

    /// The servers of an instance, whoever's they are.
    public func servers(in instance: InstanceRecord) async throws -> [OwnedServer] {
        try await database.read { database in
            let servers = try ServerRecord.filter(ServerRecord.Field.instanceId == instance.id).fetchAll(database)
            let owners = try UserRecord.fetchAll(database, keys: Set(servers.map(\.userId)))
            let byID = Dictionary(uniqueKeysWithValues: owners.map { ($0.id, $0) })
            return servers.compactMap { server in
                byID[server.userId].map { OwnedServer(server: server, owner: $0, instance: instance) }
            }
        }
    }

    /// Removes all rows of an instance whose files are gone, and itself, and signs what was deleted: in one step.
    ///
    /// - Parameters:
    ///   - instance: which; its deletion has begun.
    ///   - id: the deletion.
    ///   - report: what is known of its files.
    ///   - now: when.
    ///   - sign: makes the signature of a text.
    /// - Returns: false when a server of it isn't at rest, and nothing was removed.
    /// - Throws: what `sign` or the database says; nothing was removed then.
    public func finishDeletion(
        of instance: InstanceRecord,
        _ id: Int64,
        _ report: DeletionReport,
        at now: Date,
        sign: @escaping @Sendable (String) throws -> String,
    ) async throws -> Bool {
        try await database.write { database in
            guard let key = instance.id, var record = try DeletionRecord.fetchOne(database, key: id),
                try Self.live(in: instance, database).isEmpty(database)
            else { return false }
            var report = report
            try Self.removeRows(of: key, into: &report, database)
            report.finishedAt = now
            record.record = try report.text()
            record.signature = try sign(record.record)
            record.finishedAt = now
            try record.update(database)
            _ = try InstanceRecord.deleteOne(database, key: key)
            return true
        }
    }

    private static func removeRows(of instance: Int64, into report: inout DeletionReport, _ database: Database) throws {
        func count(_ sql: String) throws -> Int { try Int.fetchOne(database, sql: sql, arguments: [instance]) ?? 0 }
        let only = "SELECT id FROM user WHERE onlyInstanceId = ?1"
        let servers = "SELECT id FROM server WHERE instanceId = ?1 OR userId IN (\(only))"
        report.servers = try count("SELECT count(*) FROM server WHERE id IN (\(servers))")
        report.tokens = try count("SELECT count(*) FROM token WHERE serverId IN (\(servers)) OR userId IN (\(only))")
        report.sessions = try count("SELECT count(*) FROM session WHERE userId IN (\(only))")
        report.invitations = try count("SELECT count(*) FROM invitation WHERE instanceId = ?1")
        report.messages = try count("SELECT count(*) FROM instanceMessage WHERE instanceId = ?1")
        report.members = try String.fetchAll(
            database,
            sql: """
                SELECT user.name FROM instanceMember JOIN user ON user.id = userId WHERE instanceId = ? ORDER BY 1
                """,
            arguments: [instance],
        )
        report.accounts = try String.fetchAll(
            database,
            sql: "SELECT name FROM user WHERE onlyInstanceId = ? ORDER BY 1",
            arguments: [instance],
        )
        // The hub removes the files of archives that have no row.
        try database.execute(
            sql: "DELETE FROM takeout WHERE instance = (SELECT name FROM instance WHERE id = ?)",
            arguments: [instance],
        )
        // Tokens and OAuth clients go with servers; sessions, places and agreements with accounts and the instance.
        try database.execute(sql: "DELETE FROM \"group\" WHERE instanceId = ?", arguments: [instance])
        try database.execute(sql: "DELETE FROM server WHERE id IN (\(servers))", arguments: [instance])
        try database.execute(sql: "DELETE FROM user WHERE onlyInstanceId = ?", arguments: [instance])
    }
}
