import GRDB

extension Schema {
    /// Environments of repositories.
    static func builds(_ database: Database) throws {
        try database.create(table: "build") { table in
            table.primaryKey("id", .text)
            table.column("provider", .text).notNull()
            table.column("repository", .text).notNull()
            table.column("commit", .text).notNull()
            table.column("web", .text).notNull()
            table.column("state", .text).notNull().indexed()
                .check { ["waiting", "building", "built", "failed"].contains($0) }
            table.column("attempts", .integer).notNull()
            table.column("slot", .integer)
            table.column("userId", .integer).indexed().references("user", onDelete: .setNull)
            table.column("failure", .text)
            table.column("bytes", .integer).check { $0 >= 0 }
            table.column("askedAt", .datetime).notNull()
            table.column("finishedAt", .datetime)
            table.column("usedAt", .datetime).notNull()
        }
    }
}
