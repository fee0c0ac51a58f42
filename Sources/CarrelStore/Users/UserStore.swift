public import CarrelModel
public import Foundation
import GRDB

/// Reads and changes the users.
public struct UserStore: Sendable {
    let database: AuditedDatabase

    /// Adds a user.
    ///
    /// - Throws: ``StoreError/userExists(_:)``, or ``StoreError/userLooksLike(_:other:)`` for a name that can't be told from
    ///   another one by eye.
    public func add(_ user: UserRecord) async throws -> UserRecord {
        try await database.write { try Self.insert(user, $0) }
    }

    static func insert(_ user: UserRecord, _ database: Database) throws -> UserRecord {
        let twin = try UserRecord.filter(UserRecord.Field.skeleton == user.skeleton).fetchOne(database)
        if let twin {
            throw twin.name == user.name
                ? StoreError.userExists(user.name.text)
                : StoreError.userLooksLike(user.name.text, other: twin.name.text)
        }
        return try user.inserted(database)
    }

    /// The user of this name, if there is one.
    public func named(_ name: UserName) async throws -> UserRecord? {
        try await database.read { try UserRecord.filter(UserRecord.Field.name == name.text).fetchOne($0) }
    }

    /// The user with this id, if it still exists.
    public func withID(_ id: Int64) async throws -> UserRecord? {
        try await database.read { try UserRecord.fetchOne($0, key: id) }
    }

    /// All users by name.
    public func all() async throws -> [UserRecord] {
        try await database.read { try UserRecord.order(UserRecord.Field.name).fetchAll($0) }
    }

    /// Whether nobody was ever added.
    public func isEmpty() async throws -> Bool {
        try await database.read { try UserRecord.fetchCount($0) == 0 }
    }

    /// Changes a user in one step.
    ///
    /// - Parameters:
    ///   - name: whose row.
    ///   - change: is given the row as it is at that moment.
    /// - Returns: the row as it is now.
    /// - Throws: ``StoreError/noSuchUser(_:)``, or what `change` throws.
    @discardableResult
    public func change(
        _ name: UserName,
        _ change: @escaping @Sendable (inout UserRecord) throws -> Void,
    ) async throws -> UserRecord {
        try await database.write { database in
            guard var user = try UserRecord.filter(UserRecord.Field.name == name.text).fetchOne(database) else {
                throw StoreError.noSuchUser(name.text)
            }
            try change(&user)
            try user.update(database)
            return user
        }
    }

    /// Sets a new password hash; ends every session and OAuth token except those of one session, and the link by which a
    /// password could be chosen.
    ///
    /// - Parameters:
    ///   - hash: the text form of the new hash.
    ///   - name: whose password.
    ///   - mustChange: whether it was chosen by somebody else.
    ///   - session: the session that goes on, of the person who typed the password.
    /// - Throws: ``StoreError/noSuchUser(_:)``.
    public func setPassword(
        _ hash: String,
        of name: UserName,
        mustChange: Bool,
        keeping session: Int64?,
    ) async throws {
        try await database.write { database in
            guard let user = try UserRecord.filter(UserRecord.Field.name == name.text).fetchOne(database) else {
                throw StoreError.noSuchUser(name.text)
            }
            try Self.setPassword(hash, of: user, mustChange: mustChange, keeping: session, database)
        }
    }

    /// Makes a user an admin, or takes that away; it is so by somebody's word then, whatever providers said before.
    ///
    /// - Throws: ``StoreError/noSuchUser(_:)``.
    public func setAdmin(_ isAdmin: Bool, of name: UserName) async throws {
        try await database.write { database in
            guard var user = try UserRecord.filter(UserRecord.Field.name == name.text).fetchOne(database) else {
                throw StoreError.noSuchUser(name.text)
            }
            user.isAdmin = isAdmin
            try user.update(database)
            try IdentityRecord.filter(IdentityRecord.Field.userId == user.id)
                .updateAll(database, IdentityRecord.Field.gaveAdmin.set(to: false))
        }
    }

    /// Ends every session of a user, and what their servers and other programs got in them.
    ///
    /// - Parameters:
    ///   - id: whose.
    ///   - hash: the text form of the hash of a new password; nil leaves the account as it is.
    ///   - tokens: whether the tokens that they made themselves are revoked too.
    /// - Returns: how many tokens were revoked.
    /// - Throws: what the database says; then all is as before.
    public func shutOut(_ id: Int64, newPassword hash: String?, tokens: Bool) async throws -> Int {
        try await database.write { database in
            if let hash, let user = try UserRecord.fetchOne(database, key: id) {
                try Self.setPassword(hash, of: user, mustChange: false, keeping: nil, database)
            }
            try SessionRecord.filter(SessionRecord.Field.userId == id).deleteAll(database)
            guard tokens else { return 0 }
            return try TokenRecord.own(ofUser: id).deleteAll(database)
                + FilePasswordStore.seen(byUser: id).deleteAll(database)
        }
    }

    static func setPassword(
        _ hash: String,
        of user: UserRecord,
        mustChange: Bool,
        keeping session: Int64?,
        _ database: Database,
    ) throws {
        var user = user
        (user.passwordHash, user.mustChangePassword) = (hash, mustChange)
        try user.update(database)
        try PasswordLinkStore.forget(ofUser: user.id, database)
        try SessionRecord
            .filter(SessionRecord.Field.userId == user.id)
            .filter(SessionRecord.Field.id != (session ?? -1))
            .deleteAll(database)
    }

    /// Disables a user, signs them out everywhere and ends the link by which they could choose a password, or enables them again.
    ///
    /// - Throws: ``StoreError/noSuchUser(_:)``.
    public func setDisabled(_ isDisabled: Bool, of name: UserName) async throws {
        try await database.write { database in
            guard var user = try UserRecord.filter(UserRecord.Field.name == name.text).fetchOne(database) else {
                throw StoreError.noSuchUser(name.text)
            }
            user.isDisabled = isDisabled
            try user.update(database)
            guard isDisabled else { return }
            try PasswordLinkStore.forget(ofUser: user.id, database)
            try SessionRecord.filter(SessionRecord.Field.userId == user.id).deleteAll(database)
            try ServerRecord.filter(ServerRecord.Field.userId == user.id)
                .updateAll(database, ServerRecord.Field.wanted.set(to: ServerRecord.Wanted.stopped.rawValue))
        }
    }

    /// Removes a user with sessions and tokens; their servers must be stopped, and none asked for.
    ///
    /// - Throws: ``StoreError/noSuchUser(_:)``.
    /// - Returns: false when a server of theirs isn't stopped, and nothing was removed.
    public func remove(_ name: UserName) async throws -> Bool {
        try await database.write { database in
            guard let user = try UserRecord.filter(UserRecord.Field.name == name.text).fetchOne(database) else {
                throw StoreError.noSuchUser(name.text)
            }
            let servers = ServerRecord.filter(ServerRecord.Field.userId == user.id)
            let live = servers.filter(
                ServerRecord.Field.observed != ServerRecord.Observed.stopped.rawValue
                    || ServerRecord.Field.wanted != ServerRecord.Wanted.stopped.rawValue
            )
            guard try live.fetchCount(database) == 0 else { return false }
            try servers.deleteAll(database)
            try user.delete(database)
            return true
        }
    }

    /// Moves the time of last activity forward.
    public func recordActivity(of id: Int64, at time: Date) async throws {
        try await database.write { database in
            try database.execute(
                sql: """
                    UPDATE user SET lastActivityAt = :time
                    WHERE id = :id AND (lastActivityAt IS NULL OR lastActivityAt < :time)
                    """,
                arguments: ["time": time, "id": id],
            )
        }
    }
}
