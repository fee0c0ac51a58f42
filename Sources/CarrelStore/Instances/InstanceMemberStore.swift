import CarrelModel
public import Foundation
import GRDB

/// Reads and changes who belongs to instances.
public struct InstanceMemberStore: Sendable {
    let database: AuditedDatabase

    /// A user's place in an instance, if they have one.
    public func find(user: Int64, in instance: Int64) async throws -> InstanceMemberRecord? {
        try await database.read { try Self.find(user: user, in: instance, $0) }
    }

    /// Everybody in an instance with their accounts, by name.
    public func all(in instance: Int64) async throws -> [InstanceMember] {
        try await database.read { database in
            let places = try InstanceMemberRecord.filter(InstanceMemberRecord.Field.instanceId == instance)
                .fetchAll(database)
            let users = try UserRecord.fetchAll(database, keys: Set(places.map(\.userId)))
            let byID = Dictionary(uniqueKeysWithValues: users.map { ($0.id, $0) })
            return places.compactMap { place in byID[place.userId].map { InstanceMember(place: place, user: $0) } }
                .sorted { $0.user.name < $1.user.name }
        }
    }

    /// A user's places, by the instance's id.
    public func places(of user: Int64) async throws -> [Int64: InstanceMemberRecord] {
        try await database.read { database in
            let places = try InstanceMemberRecord.filter(InstanceMemberRecord.Field.userId == user).fetchAll(database)
            return Dictionary(places.map { ($0.instanceId, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// Gives a user a place, as long as there is one; who has one already keeps it, and a member can become a manager.
    ///
    /// - Throws: ``StoreError/instanceFull(_:)``: of two who ask for the last place at once, one gets it.
    public func join(
        _ user: Int64,
        _ instance: InstanceRecord,
        as role: InstanceMemberRecord.Role,
        at now: Date,
    ) async throws {
        try await database.write { try Self.join(user, instance, as: role, at: now, $0) }
    }

    /// Notes that a user agrees to the instance's terms as they are now.
    public func agree(_ user: Int64, to instance: InstanceRecord, at now: Date) async throws {
        let agreement = AgreementRecord(
            instanceId: instance.id ?? 0,
            userId: user,
            terms: AgreementRecord.text(of: instance.settings.terms),
            agreedAt: now,
        )
        try await database.write { try agreement.save($0) }
    }

    /// Whether a user has agreed to the instance's terms as they are now; there is nothing to agree to without terms.
    public func hasAgreed(_ user: Int64, to instance: InstanceRecord) async throws -> Bool {
        guard !instance.settings.terms.isEmpty else { return true }
        let id = instance.id ?? 0
        let agreement = try await database.read { database in
            try AgreementRecord
                .filter(AgreementRecord.Field.instanceId == id)
                .filter(AgreementRecord.Field.userId == user)
                .fetchOne(database)
        }
        return agreement?.terms == AgreementRecord.text(of: instance.settings.terms)
    }

    /// Takes a user's place away, and those in the instance's groups.
    public func leave(_ user: Int64, _ instance: Int64) async throws {
        _ = try await database.write { database in
            try GroupStore.leave(user, groupsOf: instance, database)
            return
                try InstanceMemberRecord
                .filter(InstanceMemberRecord.Field.instanceId == instance)
                .filter(InstanceMemberRecord.Field.userId == user)
                .deleteAll(database)
        }
    }

    // MARK: As part of something larger

    static func find(user: Int64, in instance: Int64, _ database: Database) throws -> InstanceMemberRecord? {
        try InstanceMemberRecord
            .filter(InstanceMemberRecord.Field.instanceId == instance)
            .filter(InstanceMemberRecord.Field.userId == user)
            .fetchOne(database)
    }

    /// Gives a place; managers don't take one from the others.
    static func join(
        _ user: Int64,
        _ instance: InstanceRecord,
        as role: InstanceMemberRecord.Role,
        at now: Date,
        _ database: Database,
    ) throws {
        let id = instance.id ?? 0
        if var place = try find(user: user, in: id, database) {
            guard place.role == .member, role == .manager else { return }
            place.role = role
            return try place.update(database)
        }
        if role == .member, let places = instance.settings.places {
            let taken =
                try InstanceMemberRecord
                .filter(InstanceMemberRecord.Field.instanceId == id)
                .filter(InstanceMemberRecord.Field.role == InstanceMemberRecord.Role.member.rawValue)
                .fetchCount(database)
            guard taken < places else { throw StoreError.instanceFull(instance.name.text) }
        }
        try InstanceMemberRecord(instanceId: id, userId: user, role: role, joinedAt: now).insert(database)
    }
}

/// Somebody in an instance.
public struct InstanceMember: Sendable, Equatable {
    /// Their place.
    public var place: InstanceMemberRecord
    /// Their account.
    public var user: UserRecord

    /// Joins the two.
    public init(place: InstanceMemberRecord, user: UserRecord) {
        self.place = place
        self.user = user
    }
}
