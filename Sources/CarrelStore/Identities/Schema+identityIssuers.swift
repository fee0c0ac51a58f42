import GRDB

extension Schema {
    /// Who vouches for identities, what each of them gives in a group, and the tokens that were made with them.
    static func identityIssuers(_ database: Database) throws {
        try database.alter(table: "identity") { table in
            table.add(column: "issuer", .text)
        }
        try database.alter(table: "givenMembership") { table in
            table.add(column: "role", .text)
        }
        try database.alter(table: "token") { table in
            table.add(column: "identityId", .integer).references("identity", onDelete: .cascade)
        }
        // What was given until now is what people have.
        try database.execute(
            sql: """
                UPDATE givenMembership SET role = (
                    SELECT membership.role FROM membership
                    JOIN identity ON identity.userId = membership.userId
                    WHERE identity.id = givenMembership.identityId AND membership.groupId = givenMembership.groupId
                )
                """
        )
    }
}
