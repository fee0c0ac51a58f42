import GRDB

extension Schema {
    /// Archives of users' files.
    static func takeouts(_ database: Database) throws {
        try database.create(table: "takeout") { table in
            table.primaryKey("id", .text)
            table.belongsTo("user", onDelete: .cascade).notNull()
            table.column("instance", .text).notNull()
            table.column("slug", .text).notNull()
            table.column("path", .text).notNull()
            table.column("format", .text).notNull()
            table.column("leavesCachesOut", .boolean).notNull()
            table.column("folder", .text).notNull()
            table.column("fileName", .text).notNull()
            table.column("state", .text).notNull().indexed()
                .check { ["waiting", "making", "ready", "failed"].contains($0) }
            table.column("attempts", .integer).notNull()
            table.column("failure", .text)
            table.column("size", .integer).check { $0 >= 0 }
            table.column("entries", .integer)
            table.column("bytes", .integer)
            table.column("createdAt", .datetime).notNull()
            table.column("finishedAt", .datetime)
            table.column("expiresAt", .datetime)
        }
    }
}
