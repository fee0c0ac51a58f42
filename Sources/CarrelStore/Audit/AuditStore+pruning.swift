import GRDB

extension AuditStore {
    /// The shortest time that events are kept, in milliseconds; the database holds to it whatever the configuration says.
    static let shortestKept: Int64 = 30 * 86_400_000
    /// How much older than it has to be the oldest event may become, so that pruning isn't noted every minute.
    private static let slack: Int64 = 86_400_000

    /// Removes events that are older than they have to be, from the beginning of the chain on, and notes how many.
    ///
    /// The last of them is remembered, and the chain goes on from there.
    ///
    /// - Parameters:
    ///   - kept: how long events are kept.
    ///   - event: what notes it; its time is the present.
    /// - Returns: how many were removed.
    /// - Throws: what the database says.
    @discardableResult
    public func prune(keeping kept: Duration, noting event: AuditEvent) async throws -> Int {
        let length = max(Int64(kept / .milliseconds(1)), Self.shortestKept)
        return try await database.write { database in
            let limit = AuditRecord.milliseconds(event.at) - length
            let oldest = try AuditRecord.order(AuditRecord.Field.id).fetchOne(database)
            guard let oldest, oldest.at < limit - Self.slack else { return 0 }
            // Up to the first that stays: a clock that was set back leaves no gap.
            let staying =
                try AuditRecord.filter(sql: "+at >= ?", arguments: [limit]).order(AuditRecord.Field.id).fetchOne(
                    database
                )
            let going = AuditRecord.filter(AuditRecord.Field.id < (staying?.id ?? .max))
            guard let last = try going.order(AuditRecord.Field.id.desc).fetchOne(database) else { return 0 }
            var event = event
            event.details["count"] = "\(try going.fetchCount(database))"
            event.details["last"] = "\(last.id)"
            try Self.append(AuditRecord(event, subjectId: nil), database)
            try AuditPruned(id: 1, lastId: last.id, chain: last.chain).update(database)
            return try AuditRecord.filter(AuditRecord.Field.id <= last.id).deleteAll(database)
        }
    }
}

/// The last event that was pruned, from which the chain goes on.
struct AuditPruned: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "auditPruned"

    let id: Int64
    let lastId: Int64
    let chain: String

    static func current(_ database: Database) throws -> AuditPruned {
        try AuditPruned.fetchOne(database, key: 1) ?? AuditPruned(id: 1, lastId: 0, chain: AuditChain.beginning)
    }
}
