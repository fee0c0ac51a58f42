import GRDB

extension Schema {
    /// Passwords for people's files.
    static func filePasswords(_ database: Database) throws {
        try database.create(table: "filePassword") { table in
            table.autoIncrementedPrimaryKey("id")
            table.belongsTo("user", onDelete: .cascade).notNull()
            table.column("secretHash", .text).notNull().unique()
            table.column("note", .text).notNull().check(sql: "length(note) <= 200")
            table.column("isWritable", .boolean).notNull()
            table.column("mount", .text)
            table.column("createdAt", .datetime).notNull()
            table.column("expiresAt", .datetime)
            table.column("lastUsedAt", .datetime)
            table.uniqueKey(["userId", "mount"])
        }
    }
}
