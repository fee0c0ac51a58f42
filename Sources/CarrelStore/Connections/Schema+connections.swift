import GRDB

extension Schema {
    /// People's links to data sources; what they sign in there with is a `credential`.
    static func connections(_ database: Database) throws {
        try database.create(table: "connection") { table in
            table.autoIncrementedPrimaryKey("id")
            table.belongsTo("user", onDelete: .cascade).notNull()
            table.column("source", .text).notNull()
            table.column("remember", .boolean).notNull()
            table.column("createdAt", .datetime).notNull()
            table.column("changedAt", .datetime).notNull()
            table.column("lastState", .text)
            table.column("lastStateAt", .datetime)
            table.uniqueKey(["userId", "source"])
        }
    }
}
