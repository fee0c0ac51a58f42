import GRDB

extension Schema {
    /// Whether anything was ever started in an instance: homes outlive the rows of their users.
    static func usedInstances(_ database: Database) throws {
        try database.alter(table: "instance") { table in
            table.add(column: "isUsed", .boolean).notNull().defaults(to: false)
        }
        // What was there before may have homes of users that were removed.
        try database.execute(sql: "UPDATE instance SET isUsed = TRUE")
    }
}
