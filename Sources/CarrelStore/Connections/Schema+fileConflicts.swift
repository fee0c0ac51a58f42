import GRDB

extension Schema {
    /// Files of data sources of which two versions were kept, until their owner has seen that.
    static func fileConflicts(_ database: Database) throws {
        try database.create(table: "fileConflict") { table in
            table.autoIncrementedPrimaryKey("id")
            table.belongsTo("user", onDelete: .cascade).notNull()
            table.column("source", .text).notNull()
            table.column("path", .text).notNull()
            table.column("noticedAt", .datetime).notNull()
            table.column("seenAt", .datetime)
            table.uniqueKey(["userId", "source", "path"])
        }
    }
}
