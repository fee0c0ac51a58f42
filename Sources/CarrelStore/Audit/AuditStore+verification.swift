import GRDB

/// What came of going through the audit record from its beginning.
public struct AuditVerification: Sendable, Equatable {
    /// Where the record isn't what the hub wrote.
    public enum Fault: Sendable, Equatable {
        /// The row isn't as it was, or isn't the one that followed the row before.
        case changed(Int64)
        /// The rows from the one to the other are gone.
        case missing(from: Int64, to: Int64)
    }

    /// How many rows are as they were written.
    public let count: Int
    /// The last of them, with its link of the chain; where one kept this elsewhere, rows before can't be made anew unseen.
    public let last: Int64
    /// The link of that row.
    public let chain: String
    /// How many of the oldest rows were pruned.
    public let pruned: Int64
    /// The first place where something is wrong.
    public let fault: Fault?
}

extension AuditStore {
    /// Goes through all rows and follows the chain, up to the first fault.
    ///
    /// - Returns: how far it holds.
    /// - Throws: what the database says.
    public func verify() async throws -> AuditVerification {
        try await database.read { database in
            let pruned = try AuditPruned.current(database)
            var (count, last, chain) = (0, pruned.lastId, pruned.chain)
            func found(_ fault: AuditVerification.Fault?) -> AuditVerification {
                AuditVerification(count: count, last: last, chain: chain, pruned: pruned.lastId, fault: fault)
            }
            let rows = try Row.fetchCursor(database, sql: "SELECT * FROM auditEvent ORDER BY id")
            while let row = try rows.next() {
                let id: Int64 = row["id"]
                guard id == last + 1 else { return found(.missing(from: last + 1, to: id - 1)) }
                // A word that no version of the hub writes can't be read as a record either.
                guard let record = try? AuditRecord(row: row), AuditChain.link(after: chain, record) == record.chain
                else { return found(.changed(id)) }
                (count, last, chain) = (count + 1, id, record.chain)
            }
            let highest = try Self.lastNumber(database)
            return found(highest > last ? .missing(from: last + 1, to: highest) : nil)
        }
    }

    /// The link of a row, if the row is there.
    public func link(of id: Int64) async throws -> String? {
        try await database.read { try AuditRecord.fetchOne($0, key: id)?.chain }
    }
}
