import GRDB

extension Schema {
    /// Who people are at providers, what they have by them, and the sessions that began there.
    static func identities(_ database: Database) throws {
        try database.create(table: "identity") { table in
            table.autoIncrementedPrimaryKey("id")
            table.belongsTo("user", onDelete: .cascade).notNull()
            table.column("provider", .text).notNull()
            table.column("subject", .text).notNull()
            table.column("label", .text).notNull()
            table.column("createdAt", .datetime).notNull()
            table.column("signedInAt", .datetime)
            table.column("checkedAt", .datetime).notNull()
            table.column("lapsedAt", .datetime)
            table.column("gaveAdmin", .boolean).notNull().defaults(to: false)
            table.uniqueKey(["provider", "subject"])
            table.uniqueKey(["provider", "userId"])
        }
        try database.create(table: "givenMembership") { table in
            table.primaryKey {
                table.belongsTo("identity", onDelete: .cascade)
                table.belongsTo("group", onDelete: .cascade)
            }
            table.column("formerRole", .text)
        }
        try database.alter(table: "session") { table in
            table.add(column: "identityId", .integer).references("identity", onDelete: .cascade)
            table.add(column: "providerSession", .text)
        }
    }
}
