import CarrelModel
import GRDB

/// A database whose changes are noted in the audit record in the same transaction: both happen, or neither does.
struct AuditedDatabase: Sendable {
    let writer: any DatabaseWriter
    /// What is noted of a transaction that changes something.
    var events: [AuditEvent] = []

    /// Reads.
    func read<Value: Sendable>(_ value: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await writer.read(value)
    }

    /// Writes, and notes the events if anything was changed by it.
    func write<Value: Sendable>(_ change: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        guard !events.isEmpty else { return try await writer.write(change) }
        return try await writer.write { [events] database in
            // Who is removed has a number before only, who is added afterwards.
            let before = try events.map { try AuditStore.number(of: $0.subject, database) }
            let count = database.totalChangesCount
            let value = try change(database)
            guard database.totalChangesCount > count else { return value }
            for (event, number) in zip(events, before) {
                let number = try number ?? AuditStore.number(of: event.subject, database)
                try AuditStore.note(AuditRecord(event, subjectId: number), database)
            }
            return value
        }
    }
}
