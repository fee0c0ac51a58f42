import GRDB

/// The numbered, append-only steps that make the database what it is.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001-main-job", migrate: mainJob)
        migrator.registerMigration("0002-walls", migrate: walls)
        migrator.registerMigration("0003-groups", migrate: groups)
        migrator.registerMigration("0004-instances", migrate: instances)
        migrator.registerMigration("0005-project-roles", migrate: projectRoles)
        migrator.registerMigration("0006-takeouts", migrate: takeouts)
        migrator.registerMigration("0007-instance-groups", migrate: instanceGroups)
        migrator.registerMigration("0008-used-instances", migrate: usedInstances)
        migrator.registerMigration("0009-vault", migrate: vault)
        migrator.registerMigration("0010-builds", migrate: builds)
        migrator.registerMigration("0011-identities", migrate: identities)
        migrator.registerMigration("0012-accounts", migrate: accounts)
        migrator.registerMigration("0013-newcomers", migrate: newcomers)
        migrator.registerMigration("0014-audit", migrate: audit)
        migrator.registerMigration("0015-identity-issuers", migrate: identityIssuers)
        migrator.registerMigration("0016-connections", migrate: connections)
        migrator.registerMigration("0017-file-passwords", migrate: filePasswords)
        migrator.registerMigration("0018-file-conflicts", migrate: fileConflicts)
        migrator.registerMigration("0019-sessions-by-token", migrate: sessionsByToken)
        return migrator
    }

    /// Users, sessions, servers, tokens, OAuth clients and codes, failed sign-ins.
    private static func mainJob(_ database: Database) throws {
        try database.create(table: "user") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("name", .text).notNull().unique()
            table.column("skeleton", .text).notNull().unique()
            table.column("passwordHash", .text)
            table.column("mustChangePassword", .boolean).notNull().defaults(to: false)
            table.column("isAdmin", .boolean).notNull().defaults(to: false)
            table.column("isDisabled", .boolean).notNull().defaults(to: false)
            table.column("createdAt", .datetime).notNull()
            table.column("lastActivityAt", .datetime)
        }
        try database.create(table: "session") { table in
            table.autoIncrementedPrimaryKey("id")
            table.belongsTo("user", onDelete: .cascade).notNull()
            table.column("secretHash", .text).notNull().unique()
            table.column("address", .text).notNull()
            table.column("userAgent", .text).notNull()
            table.column("createdAt", .datetime).notNull()
            table.column("lastSeenAt", .datetime).notNull()
            table.column("expiresAt", .datetime).notNull()
        }
        try database.create(table: "server") { table in
            table.autoIncrementedPrimaryKey("id")
            table.belongsTo("user", onDelete: .restrict).notNull()
            table.column("name", .text).notNull()
            table.column("wanted", .text).notNull().check { ["running", "stopped"].contains($0) }
            table.column("observed", .text).notNull()
                .check { ["stopped", "queued", "starting", "ready", "stopping"].contains($0) }
            table.column("spawnState", .text)
            table.column("target", .text)
            table.column("requestedAt", .datetime)
            table.column("startedAt", .datetime)
            table.column("lastActivityAt", .datetime)
            table.column("failure", .text)
            table.uniqueKey(["userId", "name"])
        }
        try database.create(table: "oauthClient") { table in
            table.primaryKey("identifier", .text)
            table.belongsTo("server", onDelete: .cascade).notNull()
            table.column("secretHash", .text).notNull()
            table.column("redirectURI", .text).notNull()
            table.column("allowedScopes", .text).notNull()
        }
        try database.create(table: "oauthCode") { table in
            table.primaryKey("secretHash", .text)
            table.column("clientIdentifier", .text).notNull().indexed()
                .references("oauthClient", onDelete: .cascade)
            table.belongsTo("user", onDelete: .cascade).notNull()
            table.belongsTo("session", onDelete: .cascade).notNull()
            table.column("redirectURI", .text).notNull()
            table.column("scopes", .text).notNull()
            table.column("challenge", .text)
            table.column("challengeMethod", .text)
            table.column("expiresAt", .datetime).notNull()
            table.column("usedAt", .datetime)
        }
        try database.create(table: "token") { table in
            table.autoIncrementedPrimaryKey("id")
            table.belongsTo("user", onDelete: .cascade).notNull()
            table.column("secretHash", .text).notNull().unique()
            table.belongsTo("server", onDelete: .cascade)
            table.belongsTo("session", onDelete: .cascade)
            table.column("clientIdentifier", .text).indexed().references("oauthClient", onDelete: .cascade)
            table.column("codeHash", .text).indexed()
            table.column("scopes", .text).notNull()
            table.column("note", .text).notNull()
            table.column("createdAt", .datetime).notNull()
            table.column("expiresAt", .datetime)
            table.column("lastUsedAt", .datetime)
        }
        try database.create(table: "signInFailure") { table in
            table.primaryKey("key", .text)
            table.column("count", .integer).notNull()
            table.column("lastAt", .datetime).notNull()
        }
    }

    /// Quotas of single users, and what users ask for.
    private static func walls(_ database: Database) throws {
        try database.alter(table: "user") { table in
            table.add(column: "homeQuota", .integer).check { $0 >= 0 }
        }
        try database.create(table: "request") { table in
            table.autoIncrementedPrimaryKey("id")
            table.belongsTo("user", onDelete: .cascade).notNull()
            table.column("kind", .text).notNull()
                .check { ["storage", "package", "data", "group", "other"].contains($0) }
            table.column("text", .text).notNull().check(sql: "length(text) <= 2000")
            table.column("wantedBytes", .integer).check { $0 >= 0 }
            table.column("state", .text).notNull().indexed()
                .check { ["open", "granted", "declined", "withdrawn"].contains($0) }
            table.column("answer", .text).check(sql: "length(answer) <= 2000")
            table.column("createdAt", .datetime).notNull()
            table.column("answeredAt", .datetime)
            table.column("answeredBy", .text)
            table.column("seenAt", .datetime)
        }
    }

    /// Groups and their members.
    private static func groups(_ database: Database) throws {
        try database.create(table: "group") { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("name", .text).notNull().unique().collate(.nocase)
            table.column("properties", .text).notNull().defaults(to: "{}")
            table.column("homeQuota", .integer).check { $0 >= 0 }
            table.column("projectQuota", .integer).check { $0 >= 0 }
            table.column("createdAt", .datetime).notNull()
        }
        try database.create(table: "membership") { table in
            table.primaryKey {
                table.belongsTo("group", onDelete: .cascade)
                table.belongsTo("user", onDelete: .cascade)
            }
        }
    }
}
