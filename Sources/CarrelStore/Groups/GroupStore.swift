public import CarrelModel
import GRDB

/// Reads and changes groups and who is in them.
public struct GroupStore: Sendable {
    let database: AuditedDatabase

    /// Adds a group without members.
    ///
    /// - Throws: ``StoreError/groupExists(_:)``.
    @discardableResult
    public func add(_ group: GroupRecord) async throws -> GroupRecord {
        try await database.write { try Self.insert(group, $0) }
    }

    /// Adds groups, each with these members.
    ///
    /// - Throws: ``StoreError/groupExists(_:)`` or ``StoreError/noSuchUser(_:)``, and no group is added.
    @discardableResult
    public func add(
        _ groups: [GroupRecord],
        members: [UserName],
        as role: GroupRole = .member,
    ) async throws -> [GroupRecord] {
        try await database.write { database in
            try groups.map { group in
                let added = try Self.insert(group, database)
                try Self.join(members, as: role, added, database)
                return added
            }
        }
    }

    /// Changes a group in one step.
    ///
    /// - Returns: the row as it is now.
    /// - Throws: ``StoreError/noSuchGroup(_:)``, or what `change` throws.
    @discardableResult
    public func change(
        _ name: GroupName,
        _ change: @escaping @Sendable (inout GroupRecord) throws -> Void,
    ) async throws -> GroupRecord {
        try await database.write { database in
            var group = try Self.existing(name, database)
            try change(&group)
            try group.update(database)
            return group
        }
    }

    /// Removes a group; its members stay users, and its project folder isn't touched.
    ///
    /// - Throws: ``StoreError/noSuchGroup(_:)``, or ``StoreError/groupOfInstance(_:)``, whose folder would stay for good.
    public func remove(_ name: GroupName) async throws {
        try await database.write { database in
            let group = try Self.existing(name, database)
            guard group.instanceId == nil else { throw StoreError.groupOfInstance(name.text) }
            try group.delete(database)
        }
    }

    /// Puts users into a group; who is in it already stays.
    ///
    /// - Throws: ``StoreError/noSuchGroup(_:)`` or ``StoreError/noSuchUser(_:)``, and nobody is put in.
    public func addMembers(_ names: [UserName], to group: GroupName) async throws {
        try await database.write { database in
            try Self.join(names, try Self.existing(group, database), database)
        }
    }

    /// Takes users out of a group; who isn't in it stays out.
    ///
    /// - Parameters:
    ///   - names: whom.
    ///   - group: of which group.
    ///   - last: what happens when the group has managers and would have none.
    /// - Throws: ``StoreError/noSuchGroup(_:)``, ``StoreError/noSuchUser(_:)`` or ``StoreError/lastManager(_:)``, and nobody
    ///   is taken out.
    public func removeMembers(
        _ names: [UserName],
        from group: GroupName,
        _ last: LastManager = .mayGo,
    ) async throws {
        try await database.write { database in
            let id = try Self.existing(group, database).id ?? 0
            let users = try Self.users(names, database)
            if last == .stays { try Self.keepManager(besides: users, of: id, group, database) }
            try Self.noteByHand(nil, of: users, in: id, database)
            try MembershipRecord
                .filter(MembershipRecord.Field.groupId == id)
                .filter(users.contains(MembershipRecord.Field.userId))
                .deleteAll(database)
        }
    }

    // MARK: How it is done

    private static func insert(_ group: GroupRecord, _ database: Database) throws -> GroupRecord {
        if let twin = try find(group.name, database) { throw StoreError.groupExists(twin.name.text) }
        return try group.inserted(database)
    }

    /// Puts users into a group, as part of something larger.
    static func join(
        _ names: [UserName],
        as role: GroupRole = .member,
        _ group: GroupRecord,
        _ database: Database
    ) throws {
        let users = try users(names, database)
        try refuseOutsiders(users, of: group, database)
        for user in users {
            try MembershipRecord(groupId: group.id ?? 0, userId: user, role: role)
                .insert(database, onConflict: .ignore)
        }
    }

    static func find(_ name: GroupName, _ database: Database) throws -> GroupRecord? {
        try GroupRecord.filter(GroupRecord.Field.name.collating(.nocase) == name.text).fetchOne(database)
    }

    /// The group of exactly this name.
    static func existing(_ name: GroupName, _ database: Database) throws -> GroupRecord {
        guard let group = try find(name, database), group.name == name else {
            throw StoreError.noSuchGroup(name.text)
        }
        return group
    }

    static func users(_ names: [UserName], _ database: Database) throws -> [Int64] {
        try names.map { name in
            guard let id = try UserRecord.filter(UserRecord.Field.name == name.text).fetchOne(database)?.id else {
                throw StoreError.noSuchUser(name.text)
            }
            return id
        }
    }
}
