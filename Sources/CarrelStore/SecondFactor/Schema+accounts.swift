import GRDB

extension Schema {
    /// Second factors of accounts with a password, their recovery codes, and the history of sign-ins.
    static func accounts(_ database: Database) throws {
        try database.create(table: "secondFactor") { table in
            table.primaryKey("userId", .integer).references("user", onDelete: .cascade)
            table.column("createdAt", .datetime).notNull()
            table.column("lastStep", .integer).notNull()
        }
        try signInEvents(database)
        try database.create(table: "recoveryCode") { table in
            table.primaryKey {
                table.column("userId", .integer).references("secondFactor", onDelete: .cascade)
                table.column("secretHash", .text)
            }
        }
    }
}
