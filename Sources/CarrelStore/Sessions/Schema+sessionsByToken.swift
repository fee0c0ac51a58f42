import GRDB

extension Schema {
    /// Sessions that began with nothing but a token that programs have, too.
    static func sessionsByToken(_ database: Database) throws {
        try database.alter(table: "session") { table in
            table.add(column: "isByToken", .boolean).notNull().defaults(to: false)
        }
    }
}
