import GRDB

extension Schema {
    /// Who signed in where, and who tried to.
    ///
    /// Tries of names that nobody has have no user.
    static func signInEvents(_ database: Database) throws {
        try database.create(table: "signInEvent") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("userId", .integer).indexed().references("user", onDelete: .cascade)
            table.column("at", .datetime).notNull().indexed()
            table.column("address", .text).notNull()
            table.column("userAgent", .text).notNull()
            table.column("way", .text).notNull()
            table.column("outcome", .text).notNull()
                .check { ["done", "codeAsked", "wrongPassword", "wrongCode", "disabled"].contains($0) }
            table.column("count", .integer).notNull().defaults(to: 1)
        }
    }
}
