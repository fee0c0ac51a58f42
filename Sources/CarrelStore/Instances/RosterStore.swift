public import CarrelModel
public import Foundation
import GRDB

/// Puts a list of people into an instance.
public struct RosterStore: Sendable {
    let database: AuditedDatabase

    /// What there is already of the people on a list.
    public struct Known: Sendable, Equatable {
        /// The hub's accounts by name, each with its place in the instance if it has one.
        public var users: [UserName: Found] = [:]
        /// The names of accounts by how they look.
        public var names: [String: UserName] = [:]
        /// How many further members there is a place for; nil for any number.
        public var freePlaces: Int?

        /// An account.
        public struct Found: Sendable, Equatable {
            /// Whether it exists for another instance only.
            public var isForOther: Bool
            /// What it is in the instance.
            public var role: InstanceMemberRecord.Role?
        }
    }

    /// Looks at what there is already, in one step however long the list is.
    public func known(to instance: InstanceRecord) async throws -> Known {
        try await database.read { database in
            let places = try InstanceMemberRecord.filter(InstanceMemberRecord.Field.instanceId == instance.id)
                .fetchAll(database)
            let roles = Dictionary(places.map { ($0.userId, $0.role) }, uniquingKeysWith: { first, _ in first })
            var known = Known()
            for user in try UserRecord.fetchAll(database) {
                let isForOther = user.onlyInstanceId.map { $0 != instance.id } ?? false
                known.users[user.name] = Known.Found(isForOther: isForOther, role: user.id.flatMap { roles[$0] })
                known.names[user.skeleton] = user.name
            }
            let members = places.count { $0.role == .member }
            known.freePlaces = instance.settings.places.map { max(0, $0 - members) }
            return known
        }
    }

    /// Makes accounts that exist for the instance only, and gives them and others their places: all or nothing.
    ///
    /// - Throws: ``StoreError/userExists(_:)`` or ``StoreError/userLooksLike(_:other:)`` for a name that was taken
    ///   meanwhile, ``StoreError/noSuchUser(_:)`` for an account that went, or ``StoreError/instanceFull(_:)``.
    public func add(
        new: [UserRecord],
        existing: [UserName],
        to instance: InstanceRecord,
        at now: Date,
    ) async throws {
        try await database.write { database in
            for user in new {
                var user = user
                user.onlyInstanceId = instance.id
                let made = try UserStore.insert(user, database)
                try InstanceMemberStore.join(made.id ?? 0, instance, as: .member, at: now, database)
            }
            for name in existing {
                guard let user = try UserRecord.filter(UserRecord.Field.name == name.text).fetchOne(database) else {
                    throw StoreError.noSuchUser(name.text)
                }
                try InstanceMemberStore.join(user.id ?? 0, instance, as: .member, at: now, database)
            }
        }
    }
}
