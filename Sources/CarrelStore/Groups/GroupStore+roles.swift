public import CarrelModel
import GRDB

/// Whether a change may leave a group that has managers without one.
public enum LastManager: Sendable {
    /// It is refused.
    case stays
    /// It is meant so.
    case mayGo
}

/// A group as one of its members sees it.
public struct GroupPlace: Sendable, Equatable {
    /// The group.
    public var group: GroupRecord
    /// What the member may do.
    public var role: GroupRole

    /// Joins the two.
    public init(group: GroupRecord, role: GroupRole) {
        self.group = group
        self.role = role
    }
}

extension GroupStore {
    /// The groups a user is in, by name, with what they may do in each.
    public func places(ofUser userID: Int64) async throws -> [GroupPlace] {
        try await database.read { database in
            let places = try MembershipRecord.filter(MembershipRecord.Field.userId == userID).fetchAll(database)
            let roles = Dictionary(uniqueKeysWithValues: places.map { ($0.groupId, $0.role) })
            return
                try GroupRecord
                .filter(roles.keys.contains(GroupRecord.Field.id))
                .order(GroupRecord.Field.name)
                .fetchAll(database)
                .map { GroupPlace(group: $0, role: roles[$0.id ?? 0] ?? .member) }
        }
    }

    /// Puts users into a group with a role; who is in it already gets the role too.
    ///
    /// - Parameters:
    ///   - names: whom.
    ///   - group: into which group.
    ///   - role: what they may do.
    ///   - last: what happens when the group has managers and would have none.
    /// - Throws: ``StoreError/noSuchGroup(_:)``, ``StoreError/noSuchUser(_:)`` or ``StoreError/lastManager(_:)``, and nothing
    ///   is changed.
    public func addMembers(
        _ names: [UserName],
        to group: GroupName,
        as role: GroupRole,
        _ last: LastManager = .mayGo,
    ) async throws {
        try await database.write { database in
            let found = try Self.existing(group, database)
            let users = try Self.users(names, database)
            try Self.join(names, as: role, found, database)
            if last == .stays, role != .manager {
                try Self.keepManager(besides: users, of: found.id ?? 0, group, database)
            }
            try Self.noteByHand(role, of: users, in: found.id ?? 0, database)
            try MembershipRecord
                .filter(MembershipRecord.Field.groupId == found.id)
                .filter(users.contains(MembershipRecord.Field.userId))
                .updateAll(database, MembershipRecord.Field.role.set(to: role.rawValue))
        }
    }

    /// Gives a member of a group another role.
    ///
    /// - Throws: ``StoreError/noSuchGroup(_:)``, ``StoreError/notMember(_:of:)`` or ``StoreError/lastManager(_:)``.
    public func setRole(
        _ role: GroupRole,
        of user: UserName,
        in group: GroupName,
        _ last: LastManager = .mayGo,
    ) async throws {
        try await database.write { database in
            let found = try Self.existing(group, database)
            guard let id = try UserRecord.filter(UserRecord.Field.name == user.text).fetchOne(database)?.id,
                var place =
                    try MembershipRecord
                    .filter(MembershipRecord.Field.groupId == found.id)
                    .filter(MembershipRecord.Field.userId == id)
                    .fetchOne(database)
            else { throw StoreError.notMember(user.text, of: group.text) }
            if last == .stays, role != .manager {
                try Self.keepManager(besides: [id], of: found.id ?? 0, group, database)
            }
            if place.role != role {
                place.role = role
                try place.update(database)
            }
            try Self.noteByHand(role, of: [id], in: found.id ?? 0, database)
        }
    }

    /// Notes what users have in a group by somebody's hand, which is what stays when a provider gives them nothing any more.
    static func noteByHand(_ role: GroupRole?, of users: [Int64], in group: Int64, _ database: Database) throws {
        let identities = IdentityRecord.filter(users.contains(IdentityRecord.Field.userId))
            .select(IdentityRecord.Field.id, as: Int64.self)
        try GivenMembershipRecord
            .filter(GivenMembershipRecord.Field.groupId == group)
            .filter(identities.contains(GivenMembershipRecord.Field.identityId))
            .updateAll(database, GivenMembershipRecord.Field.formerRole.set(to: role?.rawValue))
    }

    /// Goes on unless the group's only managers are among these users.
    static func keepManager(
        besides users: [Int64],
        of id: Int64,
        _ group: GroupName,
        _ database: Database,
    ) throws {
        let managers =
            MembershipRecord
            .filter(MembershipRecord.Field.groupId == id)
            .filter(MembershipRecord.Field.role == GroupRole.manager.rawValue)
        let rest = managers.filter(!users.contains(MembershipRecord.Field.userId))
        guard try managers.fetchCount(database) == 0 || rest.fetchCount(database) > 0 else {
            throw StoreError.lastManager(group.text)
        }
    }
}
