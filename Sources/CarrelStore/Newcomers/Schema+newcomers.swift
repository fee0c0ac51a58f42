import GRDB

extension Schema {
    /// Links by which users choose a password, and people who asked for an account and wait for an answer.
    static func newcomers(_ database: Database) throws {
        try database.alter(table: "user") { table in
            table.add(column: "email", .text).check(sql: "length(CAST(email AS BLOB)) <= 254")
        }
        try database.create(table: "passwordLink") { table in
            table.autoIncrementedPrimaryKey("id")
            table.belongsTo("user", onDelete: .cascade).notNull().unique()
            table.column("secretHash", .text).notNull().unique()
            table.column("createdBy", .text).notNull()
            table.column("expiresAt", .datetime).notNull()
        }
        try database.create(table: "signUp") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("name", .text).notNull().unique()
            table.column("skeleton", .text).notNull().unique()
            table.column("passwordHash", .text).notNull()
            table.column("email", .text).check(sql: "length(CAST(email AS BLOB)) <= 254")
            table.column("address", .text).notNull()
            table.column("createdAt", .datetime).notNull()
            table.column("expiresAt", .datetime).notNull().indexed()
        }
        try database.create(table: "signUpCount") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("network", .text).notNull()
            table.column("at", .datetime).notNull().indexed()
        }
    }
}
