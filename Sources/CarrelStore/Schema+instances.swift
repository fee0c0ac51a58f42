import Foundation
import GRDB

extension Schema {
    /// Instances, who belongs to them, and what is said and kept about them.
    static func instances(_ database: Database) throws {
        try database.create(table: "instance") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("name", .text).notNull().unique()
            table.column("origin", .text).notNull().check { ["file", "page"].contains($0) }
            table.column("settings", .text)
            table.column("state", .text).notNull().check { ["open", "archived", "ended", "deleting"].contains($0) }
            table.column("isClosed", .boolean).notNull().defaults(to: false)
            table.column("endsAt", .datetime)
            table.column("endedAt", .datetime)
            table.column("codeHash", .text)
            table.column("createdAt", .datetime).notNull()
            table.column("createdBy", .text)
        }
        // The default instance is always number 1: servers of earlier versions belong to it.
        try database.execute(
            sql: "INSERT INTO instance (id, name, origin, state, createdAt) VALUES (1, 'default', 'file', 'open', ?)",
            arguments: [Date()],
        )
        try database.alter(table: "server") { table in
            table.add(column: "instanceId", .integer).notNull().defaults(to: 1)
                .references("instance", onDelete: .restrict)
            table.add(column: "options", .text)
        }
        try database.create(index: "serverOfInstance", on: "server", columns: ["instanceId"])
        try database.alter(table: "user") { table in
            // Somebody who exists for one instance only, and goes with it: a visitor, or a member of a course.
            table.add(column: "onlyInstanceId", .integer).references("instance", onDelete: .restrict)
            table.add(column: "isVisitor", .boolean).notNull().defaults(to: false)
        }
        try database.create(table: "instanceMember") { table in
            table.primaryKey {
                table.belongsTo("instance", onDelete: .cascade)
                table.belongsTo("user", onDelete: .cascade)
            }
            table.column("role", .text).notNull().check { ["member", "manager"].contains($0) }
            table.column("joinedAt", .datetime).notNull()
        }
        try database.create(table: "agreement") { table in
            table.primaryKey {
                table.belongsTo("instance", onDelete: .cascade)
                table.belongsTo("user", onDelete: .cascade)
            }
            table.column("terms", .text).notNull()
            table.column("agreedAt", .datetime).notNull()
        }
        try invitationsAndMessages(database)
        // When the hub last looked whether an instance is over, by the clock of that moment.
        try database.create(table: "instanceLook") { table in
            table.primaryKey { table.belongsTo("instance", onDelete: .cascade) }
            table.column("lookedAt", .datetime).notNull()
            table.column("unsteadySince", .datetime)
        }
        try database.create(table: "deletion") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("instance", .text).notNull()
            table.column("startedAt", .datetime).notNull()
            table.column("finishedAt", .datetime)
            table.column("record", .text).notNull()
            table.column("signature", .text)
        }
    }

    private static func invitationsAndMessages(_ database: Database) throws {
        try database.create(table: "invitation") { table in
            table.autoIncrementedPrimaryKey("id")
            table.belongsTo("instance", onDelete: .cascade).notNull()
            table.column("secretHash", .text).notNull().unique()
            table.column("note", .text).notNull().check(sql: "length(note) <= 200")
            table.column("role", .text).notNull().check { ["member", "manager"].contains($0) }
            table.column("uses", .integer).notNull().defaults(to: 0).check { $0 >= 0 }
            table.column("maximumUses", .integer).check { $0 > 0 }
            table.column("createdAt", .datetime).notNull()
            table.column("createdBy", .text).notNull()
            table.column("expiresAt", .datetime)
            table.column("revokedAt", .datetime)
        }
        try database.create(table: "instanceMessage") { table in
            table.autoIncrementedPrimaryKey("id")
            table.belongsTo("instance", onDelete: .cascade).notNull()
            table.column("text", .text).notNull().check(sql: "length(text) <= 2000")
            table.column("createdAt", .datetime).notNull()
            table.column("createdBy", .text).notNull()
            table.column("endsAt", .datetime)
        }
    }
}
