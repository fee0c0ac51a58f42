import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation

/// What managers can do with the people of an instance; pages stand before it.
struct PeopleDesk: Sendable {
    let store: Store
    let instances: InstanceDesk
    let invitations: InvitationDesk
    let work: any BlockingWork
    let groups: GroupDesk
    /// Has a server looked at after its row was changed.
    let wakeServer: @Sendable (Int64) -> Void
    /// Has running servers looked at: managers may write where members only read.
    let changed: @Sendable () -> Void
    let now: @Sendable () -> Date

    private var audit: AuditTrail { AuditTrail(store: store, now: now) }

    /// The instance of a name, for somebody who manages it.
    ///
    /// - Throws: ``HubError/notFound`` for everybody else.
    func managed(_ name: InstanceName, by user: UserRecord) async throws -> InstanceRecord {
        guard let view = try await instances.view(of: name, for: user), view.manages, view.instance.state != .deleting
        else { throw HubError.notFound }
        return view.instance
    }

    /// Takes somebody's place away: their server stops.
    ///
    /// Their files stay until the instance is deleted; also with an account for this instance only they can sign in and
    /// download them.
    func remove(_ name: UserName, from instance: InstanceRecord) async throws {
        guard let id = try await store.users.named(name)?.id else { throw StoreError.noSuchUser(name.text) }
        guard try await store.instanceMembers.find(user: id, in: instance.id ?? 0) != nil else { return }
        let noted = audit.noting(.instanceMemberRemoved, .instance(instance.name), of: name)
        try await noted.instanceMembers.leave(id, instance.id ?? 0)
        for server in try await store.servers.all(ofUser: id) where server.instanceId == instance.id {
            guard let id = server.id, server.wanted == .running || server.pending != nil else { continue }
            let note = ServerRecord.Failure(
                code: "instance.left",
                message: "You don't belong to \(instance.settings.title) any more.",
                remedy: "Ask the people who run it.",
                log: [],
                at: now(),
            )
            try await store.servers.requestStop(id, because: note)
            wakeServer(id)
        }
    }

    /// Makes somebody a manager, or a member again.
    func setRole(
        _ role: InstanceMemberRecord.Role,
        of name: UserName,
        in instance: InstanceRecord,
    ) async throws {
        guard let id = try await store.users.named(name)?.id else { throw StoreError.noSuchUser(name.text) }
        let details = ["role": role.rawValue]
        let noted = audit.noting(.instanceRoleChanged, .instance(instance.name), of: name, details: details)
        try await noted.instanceMembers.setRole(role, of: id, in: instance, at: now())
        changed()
    }

    /// Makes a group that belongs to the instance, with this manager in it.
    ///
    /// - Throws: what is wrong with the name, or a ``StoreError``.
    func addGroup(_ text: String, to instance: InstanceRecord, by manager: UserRecord) async throws {
        let name = try GroupName(text.trimmingCharacters(in: .whitespaces))
        try await groups.add([name], to: instance.name, manager: manager.name)
    }

    // MARK: Lists

    /// What would come of a list.
    func plan(_ roster: Roster, for instance: InstanceRecord) async throws -> RosterPlan {
        let known = try await store.rosters.known(to: instance)
        let plan = RosterPlan(roster, known: known)
        let accounts = invitations.accounts()
        var homesLeft: Set<UserName> = []
        for name in plan.made where try await accounts.hasHome(name) { homesLeft.insert(name) }
        return homesLeft.isEmpty ? plan : RosterPlan(roster, known: known, homesLeft: homesLeft)
    }

    /// A new account with its first password.
    struct Credential: Sendable, Equatable {
        let name: UserName
        let password: String
    }

    /// Does what a plan says, all or nothing.
    ///
    /// - Returns: the new accounts with their one-time passwords, to be handed over once.
    func carryOut(_ plan: RosterPlan, for instance: InstanceRecord) async throws -> [Credential] {
        guard plan.missingPlaces == 0 else { throw StoreError.instanceFull(instance.name.text) }
        // A password of 72 random bits needs no slow hash, and is replaced at the first sign-in; two thousand slow ones
        // would take minutes.
        guard let cost = PasswordHash.Cost(logRounds: 4, blockSize: 8, parallelism: 1) else {
            throw HubError.unexpected
        }
        let verifier = PasswordVerifier(work: work, cost: cost)
        let now = now()
        var random = SystemRandomNumberGenerator()
        var users: [UserRecord] = []
        var credentials: [Credential] = []
        for name in plan.made {
            let password = OneTimePassword.generate(using: &random)
            let hash = try await verifier.hash(Password(password), using: &random)
            users.append(
                UserRecord(
                    name: name,
                    passwordHash: hash.text,
                    mustChangePassword: true,
                    isAdmin: false,
                    createdAt: now,
                )
            )
            credentials.append(Credential(name: name, password: password))
        }
        let events =
            plan.made.map { audit.event(.userMade, .account($0), details: ["instance": instance.name.text]) }
            + (plan.made + plan.joining).map { audit.event(.instanceMemberAdded, .instance(instance.name), of: $0) }
        try await store.noting(events).rosters.add(new: users, existing: plan.joining, to: instance, at: now)
        return credentials
    }
}
