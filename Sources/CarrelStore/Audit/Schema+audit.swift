import GRDB

extension Schema {
    /// The audit record.
    ///
    /// Its rows can be added, and taken away from its beginning when they are old enough; nothing else.
    static func audit(_ database: Database) throws {
        try database.create(table: "auditEvent") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("at", .integer).notNull().indexed()
            table.column("actorKind", .text).notNull().check { ["user", "stranger", "command", "hub"].contains($0) }
            table.column("actorName", .text).notNull().indexed()
            table.column("actorId", .integer).indexed()
            table.column("action", .text).notNull().indexed()
            table.column("targetKind", .text).notNull()
            table.column("targetName", .text).notNull()
            table.column("subjectName", .text).indexed()
            table.column("subjectId", .integer).indexed()
            table.column("address", .text).notNull()
            table.column("userAgent", .text).notNull()
            table.column("way", .text).notNull().check { ["page", "api", "command", "hub"].contains($0) }
            table.column("wayId", .integer)
            table.column("outcome", .text).notNull().check { ["done", "refused", "failed"].contains($0) }
            table.column("reason", .text)
            table.column("count", .integer).notNull().check { $0 >= 1 }
            table.column("details", .text).notNull()
            table.column("chain", .text).notNull().check(sql: "length(chain) = 64")
        }
        try database.create(index: "auditEventOfStrangers", on: "auditEvent", columns: ["actorKind", "at"])
        try database.create(table: "auditFold") { table in
            table.primaryKey("key", .text)
            table.column("until", .integer).notNull()
            table.column("count", .integer).notNull()
            table.column("event", .text).notNull()
        }
        try database.create(table: "auditPruned") { table in
            table.primaryKey("id", .integer).check { $0 == 1 }
            table.column("lastId", .integer).notNull()
            table.column("chain", .text).notNull()
        }
        try database.execute(
            sql: "INSERT INTO auditPruned (id, lastId, chain) VALUES (1, 0, ?)",
            arguments: [String(repeating: "0", count: 64)],
        )
        try database.execute(sql: triggers)
    }

    /// A row that replaces one would take that away without a word, so it is refused as well.
    private static let triggers = """
        CREATE TRIGGER auditEventIsNew BEFORE INSERT ON auditEvent
            WHEN EXISTS (SELECT 1 FROM auditEvent WHERE id = NEW.id)
            BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
        CREATE TRIGGER auditEventIsUnchanged BEFORE UPDATE ON auditEvent
            BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
        CREATE TRIGGER auditEventIsKept BEFORE DELETE ON auditEvent
            WHEN OLD.id > (SELECT lastId FROM auditPruned)
            BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
        CREATE TRIGGER auditPrunedIsOld BEFORE UPDATE ON auditPruned
            WHEN NEW.lastId < OLD.lastId OR NOT EXISTS (
                SELECT 1 FROM auditEvent
                WHERE id = NEW.lastId AND chain = NEW.chain
                    AND at <= (SELECT at FROM auditEvent ORDER BY id DESC LIMIT 1) - 2592000000
            )
            BEGIN SELECT RAISE(ABORT, 'the audit record is kept for 30 days'); END;
        CREATE TRIGGER auditPrunedIsKept BEFORE DELETE ON auditPruned
            BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
        CREATE TRIGGER auditPrunedIsOne BEFORE INSERT ON auditPruned
            WHEN EXISTS (SELECT 1 FROM auditPruned)
            BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
        """
}
