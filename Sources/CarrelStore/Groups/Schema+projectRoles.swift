import GRDB

extension Schema {
    /// What members of groups may do.
    static func projectRoles(_ database: Database) throws {
        try database.alter(table: "membership") { table in
            table.add(column: "role", .text).notNull().defaults(to: "member")
                .check { ["reader", "member", "dataManager", "manager"].contains($0) }
        }
    }
}
