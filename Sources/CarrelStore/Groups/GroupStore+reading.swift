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
            let ids = MembershipRecord.filter(MembershipRecord.Field.groupId == group.id)
                .select(MembershipRecord.Field.userId, as: Int64.self)
            return try UserRecord.filter(ids.contains(UserRecord.Field.id)).order(UserRecord.Field.name)
                .fetchAll(database).map(\.name)
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
}
