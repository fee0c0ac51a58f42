import GRDB

extension Schema {
    /// Encrypted credentials of users.
    static func vault(_ database: Database) throws {
        try database.create(table: "credential") { table in
            table.autoIncrementedPrimaryKey("id")
            table.belongsTo("user", onDelete: .cascade).notNull()
            table.column("source", .text).notNull()
            table.column("label", .text).notNull()
            table.column("sealed", .blob).notNull()
            table.column("createdAt", .datetime).notNull()
            table.column("lastUsedAt", .datetime)
            table.uniqueKey(["userId", "source"])
        }
    }
}
