import GRDB

extension Schema {
    /// Groups that belong to an instance and go with it.
    static func instanceGroups(_ database: Database) throws {
        try database.alter(table: "group") { table in
            table.add(column: "instanceId", .integer).references("instance", onDelete: .restrict)
        }
        try database.create(index: "groupOfInstance", on: "group", columns: ["instanceId"])
    }
}
