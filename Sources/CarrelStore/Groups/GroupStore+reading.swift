public import CarrelModel
import GRDB

extension GroupStore {
    /// The group of this name, if there is one.
    public func named(_ name: GroupName) async throws -> GroupRecord? {
        try await database.read { database in
            let group = try Self.find(name, database)
            return group?.name == name ? group : nil
        }
    }

    /// All groups by name.
    public func all() async throws -> [GroupRecord] {
        try await database.read { try GroupRecord.order(GroupRecord.Field.name).fetchAll($0) }
    }

    /// The groups a user is in, by name.
    public func all(ofUser userID: Int64) async throws -> [GroupRecord] {
        try await database.read { database in
            let ids = MembershipRecord.filter(MembershipRecord.Field.userId == userID)
                .select(MembershipRecord.Field.groupId, as: Int64.self)
            return
                try GroupRecord
                .filter(ids.contains(GroupRecord.Field.id))
                .order(GroupRecord.Field.name)
                .fetchAll(database)
        }
    }

    /// Who is in a group, by name; nobody when there is no such group.
    public func members(of name: GroupName) async throws -> [UserName] {
        try await database.read { database in
            guard let group = try Self.find(name, database), group.name == name else { return [] }
            return try Self.withMembers([group], database).first?.members ?? []
        }
    }

    /// Everybody's groups, by the user's id and then by name: for lists of many users.
    public func byUser() async throws -> [Int64: [GroupRecord]] {
        try await database.read { database in
            let groups = try GroupRecord.order(GroupRecord.Field.name).fetchAll(database)
            let places = try MembershipRecord.fetchAll(database)
            let members = Dictionary(grouping: places, by: \.groupId).mapValues { $0.map(\.userId) }
            return groups.reduce(into: [:]) { result, group in
                for user in members[group.id ?? 0] ?? [] { result[user, default: []].append(group) }
            }
        }
    }

    /// Some of the groups by their number, the oldest first, and how many there are in all.
    ///
    /// - Parameters:
    ///   - names: counts and gives only those of these names; nil: all.
    ///   - offset: how many are left out at the beginning.
    ///   - limit: how many are given at most.
    /// - Returns: the groups with their members by name, and the number of all that count.
    /// - Throws: when the database can't be read.
    public func page(
        of names: Set<String>?,
        offset: Int,
        limit: Int,
    ) async throws -> (groups: [GroupWithMembers], total: Int) {
        try await database.read { database in
            var all = GroupRecord.order(GroupRecord.Field.id)
            // Names in `!group=` filters are meant as they are written, and this column compares without regard to case.
            if let names { all = all.filter(names.contains(GroupRecord.Field.name.collating(.binary))) }
            let groups = try all.limit(limit, offset: offset).fetchAll(database)
            return (try Self.withMembers(groups, database), try all.fetchCount(database))
        }
    }

    /// All groups by name, with their members by name.
    public func allWithMembers() async throws -> [GroupWithMembers] {
        try await database.read { database in
            try Self.withMembers(GroupRecord.order(GroupRecord.Field.name).fetchAll(database), database)
        }
    }

    /// The group of this name with its members, if there is one.
    public func withMembers(_ name: GroupName) async throws -> GroupWithMembers? {
        try await database.read { database in
            guard let group = try Self.find(name, database), group.name == name else { return nil }
            return try Self.withMembers([group], database).first
        }
    }

    /// Who is in each of these groups; one that doesn't exist is left out.
    public func members(ofEach names: Set<GroupName>) async throws -> [GroupName: Set<UserName>] {
        guard !names.isEmpty else { return [:] }
        return try await database.read { database in
            let groups = try names.compactMap { name in
                try Self.find(name, database).flatMap { $0.name == name ? $0 : nil }
            }
            let found = try Self.withMembers(groups, database).map { ($0.group.name, Set($0.members)) }
            return Dictionary(found, uniquingKeysWith: { first, _ in first })
        }
    }

    static func withMembers(_ groups: [GroupRecord], _ database: Database) throws -> [GroupWithMembers] {
        try groups.map { group in
            let places = try MembershipRecord.filter(MembershipRecord.Field.groupId == group.id).fetchAll(database)
            let roles = Dictionary(uniqueKeysWithValues: places.map { ($0.userId, $0.role) })
            let users = try UserRecord.filter(roles.keys.contains(UserRecord.Field.id)).order(UserRecord.Field.name)
                .fetchAll(database)
            let byName = users.map { ($0.name, roles[$0.id ?? 0] ?? .member) }
            return GroupWithMembers(
                group: group,
                members: users.map(\.name),
                roles: Dictionary(uniqueKeysWithValues: byName),
            )
        }
    }
}

/// A group together with who is in it.
public struct GroupWithMembers: Sendable, Equatable {
    /// The group.
    public var group: GroupRecord
    /// Its members by name.
    public var members: [UserName]
    /// What each may do.
    public var roles: [UserName: GroupRole]

    /// Joins them; who has no role is an ordinary member.
    public init(group: GroupRecord, members: [UserName], roles: [UserName: GroupRole] = [:]) {
        self.group = group
        self.members = members
        self.roles = roles
    }

    /// What a user may do; nil for somebody else.
    public func role(of user: UserName) -> GroupRole? {
        members.contains(user) ? roles[user] ?? .member : nil
    }
}
