import GRDB

/// Reads and changes who people are at providers.
public struct IdentityStore: Sendable {
    let database: AuditedDatabase

    /// The identity with this subject at a provider, and its user.
    public func find(_ subject: String, at provider: String) async throws -> (IdentityRecord, UserRecord)? {
        try await database.read { database in
            guard
                let identity =
                    try IdentityRecord
                    .filter(IdentityRecord.Field.provider == provider)
                    .filter(IdentityRecord.Field.subject == subject)
                    .fetchOne(database),
                let user = try UserRecord.fetchOne(database, key: identity.userId)
            else { return nil }
            return (identity, user)
        }
    }

    /// The identity of this number, if it is still there.
    public func withID(_ id: Int64) async throws -> IdentityRecord? {
        try await database.read { try IdentityRecord.fetchOne($0, key: id) }
    }

    /// A user's identities, by provider.
    public func all(ofUser userID: Int64) async throws -> [IdentityRecord] {
        try await database.read { database in
            try IdentityRecord.filter(IdentityRecord.Field.userId == userID)
                .order(IdentityRecord.Field.provider).fetchAll(database)
        }
    }

    /// Adds a user together with the identity by which they come.
    ///
    /// - Throws: ``StoreError/userExists(_:)`` or ``StoreError/userLooksLike(_:other:)``, and nothing is added: a name of the
    ///   hub is nobody's because they have it elsewhere.
    public func add(
        _ user: UserRecord,
        with identity: IdentityRecord,
    ) async throws -> (IdentityRecord, UserRecord) {
        try await database.write { database in
            let user = try UserStore.insert(user, database)
            var identity = identity
            identity.userId = user.id ?? 0
            return (try identity.inserted(database), user)
        }
    }

    /// Gives a user a further identity.
    ///
    /// - Throws: ``StoreError/identityTaken`` when it is somebody else's, or the user has another one at this provider.
    public func link(_ identity: IdentityRecord) async throws -> IdentityRecord {
        try await database.write { database in
            let same = IdentityRecord.filter(IdentityRecord.Field.provider == identity.provider)
            let taken = try same.filter(IdentityRecord.Field.subject == identity.subject).fetchCount(database)
            let other = try same.filter(IdentityRecord.Field.userId == identity.userId).fetchCount(database)
            guard taken == 0, other == 0 else { throw StoreError.identityTaken }
            return try identity.inserted(database)
        }
    }

    /// Takes an identity away with what its user had by it; the sessions that began with it end.
    ///
    /// - Throws: ``StoreError/lastWayIn`` when the user couldn't sign in any more.
    public func unlink(_ id: Int64) async throws {
        try await database.write { database in
            guard let identity = try IdentityRecord.fetchOne(database, key: id),
                let user = try UserRecord.fetchOne(database, key: identity.userId)
            else { return }
            let others =
                try IdentityRecord
                .filter(IdentityRecord.Field.userId == identity.userId)
                .filter(IdentityRecord.Field.id != id && IdentityRecord.Field.lapsedAt == nil)
                .fetchCount(database)
            guard others > 0 || user.passwordHash != nil else { throw StoreError.lastWayIn }
            try Self.give([], admin: false, by: identity, database)
            try Self.forgetGrant(of: identity, database)
            try identity.delete(database)
        }
    }

    /// Changes an identity in one step, if it is still there.
    @discardableResult
    public func change(
        _ id: Int64,
        _ change: @escaping @Sendable (inout IdentityRecord) -> Void,
    ) async throws -> IdentityRecord? {
        try await database.write { database in
            guard var identity = try IdentityRecord.fetchOne(database, key: id) else { return nil }
            change(&identity)
            try identity.update(database)
            return identity
        }
    }

    /// Whether every way to sign in that a user has is one that its provider doesn't vouch for any more.
    static func hasLapsed(_ user: UserRecord, _ database: Database) throws -> Bool {
        guard user.passwordHash == nil else { return false }
        let all = try IdentityRecord.filter(IdentityRecord.Field.userId == user.id).fetchAll(database)
        return !all.isEmpty && all.allSatisfy { $0.lapsedAt != nil }
    }

    static func forgetGrant(of identity: IdentityRecord, _ database: Database) throws {
        try CredentialRecord
            .filter(CredentialRecord.Field.userId == identity.userId)
            .filter(CredentialRecord.Field.source == identity.grantSource)
            .deleteAll(database)
    }
}

extension IdentityRecord {
    /// What the grant of its provider is kept under in the vault.
    public var grantSource: String { "sign-in:\(provider)" }
}
