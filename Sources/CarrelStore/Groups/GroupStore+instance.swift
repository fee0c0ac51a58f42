import CarrelModel
import GRDB

// Groups of an instance: only people of the instance can be in them, only its servers show their folders, and they go with it.
extension GroupStore {
    /// The groups that belong to an instance, by name, with their members.
    public func all(inInstance instance: Int64) async throws -> [GroupWithMembers] {
        try await database.read { database in
            let groups = GroupRecord.filter(GroupRecord.Field.instanceId == instance).order(GroupRecord.Field.name)
            return try Self.withMembers(groups.fetchAll(database), database)
        }
    }

    /// The groups a user is in whose folders a server of this instance shows, by name.
    public func places(ofUser userID: Int64, shownIn instance: Int64) async throws -> [GroupPlace] {
        try await places(ofUser: userID).filter { place in
            place.group.instanceId == nil || place.group.instanceId == instance
        }
    }

    /// Goes on unless the group belongs to an instance that one of these users isn't in.
    static func refuseOutsiders(_ users: [Int64], of group: GroupRecord, _ database: Database) throws {
        guard let id = group.instanceId, let instance = try InstanceRecord.fetchOne(database, key: id) else { return }
        for user in try UserRecord.fetchAll(database, keys: Set(users)) {
            guard try !isInside(user, of: instance, database) else { continue }
            throw StoreError.notInInstance(user.name.text, instance.name.text)
        }
    }

    /// Whether somebody belongs to an instance, or can enter it with their account as it is.
    private static func isInside(_ user: UserRecord, of instance: InstanceRecord, _ database: Database) throws -> Bool {
        let settings = instance.settings
        if let only = user.onlyInstanceId { return only == instance.id }
        if user.isAdmin || settings.managers.contains(user.name.text) || settings.entry.contains(.account) {
            return true
        }
        if try InstanceMemberStore.find(user: user.id ?? 0, in: instance.id ?? 0, database) != nil { return true }
        guard settings.entry.contains(.group) else { return false }
        let groups = MembershipRecord.filter(MembershipRecord.Field.userId == user.id)
            .select(MembershipRecord.Field.groupId, as: Int64.self)
        return try !GroupRecord.filter(groups.contains(GroupRecord.Field.id))
            .filter(settings.groups.contains(GroupRecord.Field.name.collating(.binary)))
            .isEmpty(database)
    }

    /// Takes a user out of the groups of an instance that they leave.
    static func leave(_ user: Int64, groupsOf instance: Int64, _ database: Database) throws {
        let groups = GroupRecord.filter(GroupRecord.Field.instanceId == instance)
            .select(GroupRecord.Field.id, as: Int64.self)
        try MembershipRecord
            .filter(MembershipRecord.Field.userId == user)
            .filter(groups.contains(MembershipRecord.Field.groupId))
            .deleteAll(database)
    }
}
