public import CarrelModel
public import Foundation
import GRDB

/// A place in a group that an identity gives.
public struct GivenMembership: Sendable, Equatable {
    /// Which group; made if there is none.
    public var group: GroupName
    /// What one is in it.
    public var role: GroupRole

    /// Joins the two.
    public init(group: GroupName, role: GroupRole) {
        self.group = group
        self.role = role
    }
}

/// What changed for a user by what their provider said.
public struct GivenChanges: Sendable, Equatable {
    /// The groups they came into.
    public var joined: [GroupName] = []
    /// The groups they left.
    public var left: [GroupName] = []
    /// What they are now; nil when that is as before.
    public var isAdmin: Bool?

    /// Whether nothing changed.
    public var isEmpty: Bool { self == GivenChanges() }

    /// Nothing.
    public init() {}
}

extension IdentityStore {
    /// Puts to use what a provider says that somebody belongs to: all of it, and nothing else.
    ///
    /// What they have in other ways, by hand or by another identity, stays as it is.
    ///
    /// - Parameters:
    ///   - memberships: all places in groups that the identity gives now.
    ///   - admin: whether it makes its user an admin.
    ///   - id: the identity.
    ///   - now: when.
    /// - Returns: what changed.
    /// - Throws: what the database says.
    public func give(
        _ memberships: [GivenMembership],
        admin: Bool,
        by id: Int64,
        at now: Date,
    ) async throws -> GivenChanges {
        try await database.write { database in
            // What isn't vouched for gives nothing, also when that is found out in the middle of a sign-in.
            guard let identity = try IdentityRecord.fetchOne(database, key: id), identity.lapsedAt == nil else {
                return GivenChanges()
            }
            for membership in memberships where try GroupStore.find(membership.group, database) == nil {
                _ = try GroupRecord(name: membership.group, createdAt: now).inserted(database)
            }
            return try Self.give(memberships, admin: admin, by: identity, database)
        }
    }

    /// Notes that the provider doesn't vouch for an identity any more: its sessions end, and what it gave goes.
    ///
    /// - Returns: what changed for its user.
    /// - Throws: what the database says.
    public func lapse(_ id: Int64, at now: Date) async throws -> GivenChanges {
        try await database.write { database in
            guard var identity = try IdentityRecord.fetchOne(database, key: id), identity.lapsedAt == nil else {
                return GivenChanges()
            }
            let changes = try Self.give([], admin: false, by: identity, database)
            identity = try IdentityRecord.fetchOne(database, key: id) ?? identity
            identity.lapsedAt = now
            try identity.update(database)
            try Self.forgetGrant(of: identity, database)
            try SessionRecord.filter(SessionRecord.Field.identityId == id).deleteAll(database)
            try TokenRecord.filter(TokenRecord.Field.identityId == id).deleteAll(database)
            return changes
        }
    }

    @discardableResult
    static func give(
        _ memberships: [GivenMembership],
        admin: Bool,
        by identity: IdentityRecord,
        _ database: Database,
    ) throws -> GivenChanges {
        var changes = GivenChanges()
        let before =
            try GivenMembershipRecord
            .filter(GivenMembershipRecord.Field.identityId == identity.id)
            .fetchAll(database)
        var wanted: Set<Int64> = []
        for membership in memberships {
            // A group that belongs to an instance is for the people of that.
            guard let group = try GroupStore.find(membership.group, database), let id = group.id,
                group.instanceId == nil
            else { continue }
            guard wanted.insert(id).inserted else { continue }
            if try join(membership.role, in: id, by: identity, database) { changes.joined.append(group.name) }
        }
        for gone in before where !wanted.contains(gone.groupId) {
            if let name = try leave(gone, by: identity, database) { changes.left.append(name) }
        }
        changes.isAdmin = try makeAdmin(admin, by: identity, database)
        return changes
    }

    /// Gives a place, and notes what was there before; whether it is new.
    private static func join(
        _ role: GroupRole,
        in group: Int64,
        by identity: IdentityRecord,
        _ database: Database,
    ) throws -> Bool {
        let given = try given(toUser: identity.userId, in: group, database)
        let present = try place(of: identity.userId, in: group).fetchOne(database)
        if var mine = given.first(where: { $0.identityId == identity.id }) {
            mine.role = role.rawValue
            try mine.update(database)
        } else {
            // A place that another identity gave goes with the last of them.
            try GivenMembershipRecord(
                identityId: identity.id ?? 0,
                groupId: group,
                role: role.rawValue,
                formerRole: given.first.map(\.formerRole) ?? present?.role.rawValue,
            ).insert(database)
        }
        try settle(identity.userId, in: group, database)
        return present == nil
    }

    /// Takes a place away that no other identity gives, or gives back the role from before; the group when it was left.
    private static func leave(
        _ given: GivenMembershipRecord,
        by identity: IdentityRecord,
        _ database: Database,
    ) throws -> GroupName? {
        try given.delete(database)
        let former = given.formerRole.flatMap { GroupRole(rawValue: $0) }
        try settle(identity.userId, in: given.groupId, former: former, database)
        guard try place(of: identity.userId, in: given.groupId).fetchCount(database) == 0 else { return nil }
        return try GroupRecord.fetchOne(database, key: given.groupId)?.name
    }

    /// Has somebody be in a group what the best of their identities makes them, or what they were before if that is more;
    /// not in it when there is neither.
    private static func settle(
        _ user: Int64,
        in group: Int64,
        former: GroupRole? = nil,
        _ database: Database,
    ) throws {
        let given = try given(toUser: user, in: group, database)
        let roles = (given.map(\.role) + given.map(\.formerRole)).compactMap { $0.flatMap { GroupRole(rawValue: $0) } }
        guard let best = (roles + [former].compactMap(\.self)).max() else {
            try place(of: user, in: group).deleteAll(database)
            return
        }
        try MembershipRecord(groupId: group, userId: user, role: best).save(database)
    }

    /// What identities of a user give in a group.
    private static func given(
        toUser user: Int64,
        in group: Int64,
        _ database: Database,
    ) throws -> [GivenMembershipRecord] {
        let identities = IdentityRecord.filter(IdentityRecord.Field.userId == user)
            .select(IdentityRecord.Field.id, as: Int64.self)
        return
            try GivenMembershipRecord
            .filter(GivenMembershipRecord.Field.groupId == group)
            .filter(identities.contains(GivenMembershipRecord.Field.identityId))
            .fetchAll(database)
    }

    /// Makes the user an admin, or takes away what this identity gave; what they are now if that is new.
    private static func makeAdmin(
        _ admin: Bool,
        by identity: IdentityRecord,
        _ database: Database,
    ) throws -> Bool? {
        guard var user = try UserRecord.fetchOne(database, key: identity.userId) else { return nil }
        let given =
            try IdentityRecord
            .filter(IdentityRecord.Field.userId == identity.userId && IdentityRecord.Field.gaveAdmin == true)
            .select(IdentityRecord.Field.id, as: Int64.self)
            .fetchSet(database)
        let others = given.subtracting([identity.id ?? 0])
        // Who is an admin by nobody's word but a person's stays one.
        guard admin || given.contains(identity.id ?? 0), !(user.isAdmin && given.isEmpty) else { return nil }
        var identity = identity
        identity.gaveAdmin = admin
        try identity.update(database)
        let isAdmin = admin || !others.isEmpty
        guard user.isAdmin != isAdmin else { return nil }
        user.isAdmin = isAdmin
        try user.update(database)
        return isAdmin
    }

    private static func place(of user: Int64, in group: Int64) -> QueryInterfaceRequest<MembershipRecord> {
        MembershipRecord
            .filter(MembershipRecord.Field.groupId == group)
            .filter(MembershipRecord.Field.userId == user)
    }
}
