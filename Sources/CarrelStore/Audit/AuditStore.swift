import CarrelModel
import GRDB

/// The audit record: who did what to whom, from where, when, and what came of it.
///
/// Rows are added and never changed. What changes the store is noted with it in one transaction: see ``Store/noting(_:)``.
public struct AuditStore: Sendable {
    let database: any DatabaseWriter

    /// How many events of strangers are kept of a day; what goes beyond is only counted.
    public static let strangersADay = 1000
    /// How many of those, refused from one address, and how many that concern one account.
    public static let addressADay = 50
    /// How many events of a person are noted each by itself within an hour; the same again is only counted then.
    public static let personAnHour = 300
    /// For how long refusals of one kind are counted before they are noted, in milliseconds.
    static let minute: Int64 = 60_000
    /// The same for what goes beyond ``strangersADay``.
    static let hour: Int64 = 3_600_000

    /// Adds events, all or none.
    public func add(_ events: [AuditEvent]) async throws {
        try await database.write { database in
            for event in events {
                try Self.note(
                    AuditRecord(event, subjectId: try Self.number(of: event.subject, database)),
                    database
                )
            }
        }
    }

    /// Adds an event, unless its actor did the same to the same in the same session, with the same outcome.
    public func addOnce(_ event: AuditEvent) async throws {
        try await database.write { database in
            let record = try AuditRecord(event, subjectId: try Self.number(of: event.subject, database))
            let isNew =
                try AuditRecord
                .filter(AuditRecord.Field.actorId == record.actorId)
                .filter(AuditRecord.Field.action == record.action)
                .filter(AuditRecord.Field.targetName == record.targetName)
                .filter(AuditRecord.Field.way == record.way.rawValue && AuditRecord.Field.wayId == record.wayId)
                .filter(AuditRecord.Field.outcome == record.outcome.rawValue)
                .filter(AuditRecord.Field.subjectId == record.subjectId)
                .isEmpty(database)
            if isNew { try Self.append(record, database) }
        }
    }

    /// Opens the record for reading, beside a hub that writes it or without one.
    ///
    /// - Parameter path: the database file, which an up-to-date hub has opened before.
    /// - Returns: the record.
    /// - Throws: ``StoreError/unavailable(path:reason:)``.
    public static func open(readOnlyAt path: String) throws(StoreError) -> AuditStore {
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            guard try queue.read({ try $0.tableExists(AuditRecord.databaseTableName) }) else {
                throw StoreError.unavailable(path: path, reason: "it has no audit record yet; start the hub once")
            }
            return AuditStore(database: queue)
        } catch let error as StoreError {
            throw error
        } catch {
            throw .unavailable(path: path, reason: String(describing: error))
        }
    }

    // MARK: How

    /// Adds a row, or counts it where somebody has done the same to the same again and again: nobody fills the disk with what
    /// they may do.
    static func note(_ record: AuditRecord, _ database: Database) throws {
        guard let actor = record.actorId else { return try append(record, database) }
        let key = "busy \(actor) \(record.action) \(record.targetName) \(record.subjectName ?? "")"
        try settle(at: record.at, database)
        if try AuditFold.count(key, database) { return }
        try append(record, database)
        let some = try AuditRecord.filter(AuditRecord.Field.actorId == actor).order(AuditRecord.Field.id.desc)
            .limit(1, offset: Self.personAnHour - 1).fetchOne(database)
        guard let some, some.at > record.at - Self.hour else { return }
        try AuditFold(key: key, until: record.at + Self.hour, count: 0, event: record.text).insert(database)
    }

    /// Adds a row at the end of the chain.
    static func append(_ record: AuditRecord, _ database: Database) throws {
        let last = try Self.last(database)
        var record = record
        // Never a number that was used before, so that rows that were taken away from the end leave a gap.
        record.id = max(last.id, try lastNumber(database)) + 1
        record.chain = AuditChain.link(after: last.chain, record)
        try record.insert(database)
    }

    /// The newest row, or the newest of those that were pruned.
    static func last(_ database: Database) throws -> (id: Int64, chain: String) {
        if let row = try AuditRecord.order(AuditRecord.Field.id.desc).fetchOne(database) { return (row.id, row.chain) }
        let pruned = try AuditPruned.current(database)
        return (pruned.lastId, pruned.chain)
    }

    /// The highest number that a row ever had.
    static func lastNumber(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'auditEvent'") ?? 0
    }

    /// The number of the user of a name.
    static func number(of name: UserName?, _ database: Database) throws -> Int64? {
        guard let name else { return nil }
        return try UserRecord.filter(UserRecord.Field.name == name.text).fetchOne(database)?.id
    }
}

extension Store {
    /// This store, whose next change is noted in the audit record in the same transaction.
    ///
    /// For one change: each that changes a row notes the events.
    public func noting(_ events: AuditEvent...) -> Store { Store(database: database, noting: events) }

    /// This store, whose next change is noted in the audit record in the same transaction.
    public func noting(_ events: [AuditEvent]) -> Store { Store(database: database, noting: events) }
}
