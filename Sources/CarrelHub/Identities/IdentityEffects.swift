import CarrelModel
import CarrelStore
import Foundation
import Logging

/// Puts to use what providers say of people, in groups, rights and running servers.
struct IdentityEffects: Sendable {
    let store: Store
    let instances: InstanceDesk
    /// Whether there is a project folder of this name.
    let hasFolder: @Sendable (GroupName) -> Bool
    /// Has a server looked at after its row was changed.
    let wakeServer: @Sendable (Int64) -> Void
    /// Has running servers looked at, which may have to show other folders.
    let changed: @Sendable () -> Void
    /// Is told of a user who may have lost the right to the hub.
    let revoked: @Sendable (Int64) async -> Void
    let now: @Sendable () -> Date
    let logger: Logger

    /// Gives somebody what their identity gives them now, and takes away what it doesn't any more.
    func apply(_ plan: MembershipPlan, to identity: Int64) async throws {
        let memberships = try await usable(plan.memberships)
        let changes = try await store.identities.give(memberships, admin: plan.admin, by: identity, at: now())
        try await settle(changes, of: identity)
        // Also what a hub that was killed in between left to do.
        if changes.isEmpty, let user = try await store.identities.withID(identity)?.userId {
            try await stopServers(of: user)
        }
    }

    /// Ends what somebody has by an identity that its provider doesn't vouch for any more.
    func lapse(_ identity: Int64) async throws {
        let owner = try await owner(of: identity)
        let noted = owner.map { owner in asHub { audit.noting(.identityLapsed, .account(owner.name)) } }
        let changes = try await (noted ?? store).identities.lapse(identity, at: now())
        logger.notice("identity.lapsed", metadata: ["identity": "\(identity)"])
        if let user = owner?.id { await revoked(user) }
        try await settle(changes, of: identity)
    }

    /// Stops the servers of somebody in instances that aren't open to them any more; their files stay.
    func settle(_ user: Int64) async throws {
        try await stopServers(of: user)
        changed()
    }

    private func stopServers(of user: Int64) async throws {
        guard let owner = try await store.users.withID(user) else { return }
        let views = try await instances.views(for: owner)
        for server in try await store.servers.all(ofUser: user) {
            guard let id = server.id, server.wanted == .running || server.pending != nil,
                let view = views.first(where: { $0.instance.id == server.instanceId }), view.refusal == .notInvited
            else { continue }
            let note = ServerRecord.Failure(
                code: "instance.left",
                message: "\(view.instance.settings.title) isn’t open to you any more. Your files are kept.",
                remedy: "Ask the people who run it.",
                log: [],
                at: now(),
            )
            try await store.servers.requestStop(id, because: note)
            wakeServer(id)
        }
    }

    private func settle(_ changes: GivenChanges, of identity: Int64) async throws {
        guard !changes.isEmpty, let owner = try await owner(of: identity) else { return }
        let events = asHub { audit.events(changes, of: owner.name) }
        try await store.audit.add(events)
        logger.notice(
            "identity.changed",
            metadata: [
                "identity": "\(identity)",
                "joined": "\(changes.joined.map(\.text).joined(separator: ","))",
                "left": "\(changes.left.map(\.text).joined(separator: ","))",
                "admin": "\(changes.isAdmin.map { "\($0)" } ?? "as before")",
            ],
        )
        try await settle(owner.id ?? 0)
    }

    private func owner(of identity: Int64) async throws -> UserRecord? {
        guard let user = try await store.identities.withID(identity)?.userId else { return nil }
        return try await store.users.withID(user)
    }

    private var audit: AuditTrail { AuditTrail(store: store, now: now) }

    /// What a provider says is put to use by the hub, whoever signs in just then.
    private func asHub<Value>(_ act: () -> Value) -> Value { AuditTrail.$source.withValue(.hub, operation: act) }

    /// Nobody gets the folder of a group that was removed by making a group of its name again.
    private func usable(_ memberships: [GivenMembership]) async throws -> [GivenMembership] {
        var usable: [GivenMembership] = []
        for membership in memberships {
            let isNew = try await store.groups.named(membership.group) == nil
            guard !isNew || !hasFolder(membership.group) else {
                logger.error("identity.folderLeft", metadata: ["group": "\(membership.group)"])
                continue
            }
            usable.append(membership)
        }
        return usable
    }
}

extension AuditTrail {
    /// What changed for somebody by what a provider says.
    fileprivate func events(_ changes: GivenChanges, of user: UserName) -> [AuditEvent] {
        let joined = changes.joined.map { event(.groupMemberAdded, .group($0), of: user) }
        let left = changes.left.map { event(.groupMemberRemoved, .group($0), of: user) }
        let role = changes.isAdmin.map { isAdmin in
            event(isAdmin ? .roleGiven : .roleTaken, .account(user), details: ["role": "admin"])
        }
        return joined + left + (role.map { [$0] } ?? [])
    }
}
