public import CarrelModel
public import Foundation
import GRDB

/// Reads and changes the invitations into instances.
public struct InvitationStore: Sendable {
    let database: AuditedDatabase

    /// Adds an invitation.
    public func add(_ invitation: InvitationRecord) async throws -> InvitationRecord {
        try await database.write { try invitation.inserted($0) }
    }

    /// The invitations into an instance, the newest first.
    public func all(in instance: Int64) async throws -> [InvitationRecord] {
        try await database.read { database in
            try InvitationRecord.filter(InvitationRecord.Field.instanceId == instance)
                .order(InvitationRecord.Field.id.desc)
                .fetchAll(database)
        }
    }

    /// Takes an invitation back; who joined with it stays.
    public func revoke(_ id: Int64, in instance: Int64, at now: Date) async throws {
        try await database.write { database in
            guard var found = try InvitationRecord.fetchOne(database, key: id), found.instanceId == instance,
                found.revokedAt == nil
            else { return }
            found.revokedAt = now
            try found.update(database)
        }
    }

    /// The invitation of a secret, by its hash.
    ///
    /// - Throws: ``InvitationError``: there is none into this instance, or it lets nobody in now.
    public func good(_ secretHash: String, into name: InstanceName, at now: Date) async throws -> InvitationRecord {
        try await database.read { database in
            let found = try InvitationRecord.filter(InvitationRecord.Field.secretHash == secretHash).fetchOne(database)
            guard let found, let id = found.id else { throw InvitationError.unknown }
            return try Self.good(id, into: name, at: now, database).invitation
        }
    }

    /// An invitation that was shown before.
    ///
    /// - Throws: ``InvitationError``.
    public func good(_ id: Int64, into name: InstanceName, at now: Date) async throws -> InvitationRecord {
        try await database.read { try Self.good(id, into: name, at: now, $0).invitation }
    }

    /// Gives a user the place that an invitation is for, in one step with counting its use.
    ///
    /// Who has that place already keeps it, and nothing is counted.
    ///
    /// - Throws: ``InvitationError``: of two who ask for the last place at once, one gets it.
    public func accept(_ id: Int64, into name: InstanceName, as user: Int64, at now: Date) async throws {
        try await database.write { database in
            guard let user = try UserRecord.fetchOne(database, key: user) else { throw InvitationError.unknown }
            let instance = try InstanceStore.find(name, database)
            if let place = try InstanceMemberStore.find(user: user.id ?? 0, in: instance?.id ?? 0, database) {
                // Also with a link that was used up meanwhile: by themselves, perhaps.
                let invitation = try InvitationRecord.fetchOne(database, key: id)
                if place.role == .manager || place.role == invitation?.role { return }
            }
            let good = try Self.good(id, into: name, at: now, database)
            guard user.onlyInstanceId == nil || user.onlyInstanceId == good.instance.id else {
                throw InvitationError.otherAccount
            }
            try Self.use(good.invitation, good.instance, by: user, at: now, database)
        }
    }

    /// Makes an account that exists for the instance of an invitation only, with its place, in one step.
    ///
    /// - Throws: ``InvitationError``, ``StoreError/userExists(_:)`` or ``StoreError/userLooksLike(_:other:)``; nothing
    ///   was made then, and no use is counted.
    public func accept(
        _ id: Int64,
        into name: InstanceName,
        making user: UserRecord,
        at now: Date,
    ) async throws -> UserRecord {
        try await database.write { database in
            let good = try Self.good(id, into: name, at: now, database)
            var user = user
            user.onlyInstanceId = good.instance.id
            let made = try UserStore.insert(user, database)
            try Self.use(good.invitation, good.instance, by: made, at: now, database)
            return made
        }
    }

    // MARK: How it is done

    private static func good(
        _ id: Int64,
        into name: InstanceName,
        at now: Date,
        _ database: Database,
    ) throws -> (invitation: InvitationRecord, instance: InstanceRecord) {
        guard let invitation = try InvitationRecord.fetchOne(database, key: id),
            let instance = try InstanceStore.find(name, database), instance.id == invitation.instanceId
        else { throw InvitationError.unknown }
        if let refusal = invitation.refusal(at: now) { throw refusal }
        if instance.isOver || instance.endsAt.map({ $0 <= now }) == true { throw InvitationError.over }
        guard instance.state == .open, instance.settings.entry.contains(.invitation), !instance.isClosed else {
            throw InvitationError.closed
        }
        return (invitation, instance)
    }

    private static func use(
        _ invitation: InvitationRecord,
        _ instance: InstanceRecord,
        by user: UserRecord,
        at now: Date,
        _ database: Database,
    ) throws {
        do {
            try InstanceMemberStore.join(user.id ?? 0, instance, as: invitation.role, at: now, database)
        } catch StoreError.instanceFull {
            throw InvitationError.full
        }
        var invitation = invitation
        invitation.uses += 1
        try invitation.update(database)
    }
}
