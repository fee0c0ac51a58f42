import CarrelModel
import CarrelStore
import Foundation

/// Makes instances and changes their settings, for people who may; pages stand before it.
struct InstanceEditor: Sendable {
    let desk: InstanceDesk
    let register: InstanceRegister

    /// Why nothing was saved.
    enum Refusal: Error, Equatable {
        /// There is something to mend.
        case problems([InstanceProblem])
        /// Somebody changed it since the form was opened.
        case outdated
    }

    /// The environments to choose from.
    var environments: [EnvironmentSettings] { desk.configuration().environments }

    // MARK: Who may what

    /// What somebody may do with an instance that they manage, or with a new one.
    func rank(of user: UserRecord) async throws -> InstanceKey.Rank {
        if user.isAdmin { return .admin }
        return try await desk.mayMake(user) ? .maker : .manager
    }

    /// What they may set in a new one; nothing who may make none.
    func keys(forNewBy user: UserRecord) async throws -> [InstanceKey] {
        let rank = try await rank(of: user)
        return rank < .maker ? [] : InstanceKey.keys(for: rank, of: nil, environments: environments.count)
    }

    /// What they may change of one that they manage; nothing of one that stands in the file or is on its way out.
    func keys(of instance: InstanceRecord, for user: UserRecord) async throws -> [InstanceKey] {
        guard instance.origin == .page, instance.state != .deleting else { return [] }
        return InstanceKey.keys(
            for: try await rank(of: user),
            of: instance.settings,
            isUnused: try await desk.store.instances.isUnused(instance),
            environments: environments.count,
        )
    }

    // MARK: Saving

    /// Makes an instance, which whoever makes it manages.
    ///
    /// - Throws: ``HubError/notAdmin`` for who may make none, ``Refusal/problems(_:)``, or ``StoreError``.
    func make(_ draft: InstanceDraft, name: String, by user: UserRecord) async throws -> InstanceRecord {
        let (rank, keys) = (try await rank(of: user), try await keys(forNewBy: user))
        guard rank >= .maker else { throw HubError.notAdmin }
        var settings = try Self.read(draft, name: name, over: nil, keys: keys)
        if rank == .maker, !settings.managers.contains(user.name.text) { settings.managers.append(user.name.text) }
        try await check(settings, over: nil, rank)
        do {
            return try await register.add(settings, by: user.name.text)
        } catch let error as StoreError {
            throw Refusal.problems([InstanceProblem(Self.key(of: error), "\(error.message) \(error.remedy)")])
        }
    }

    /// Gives an instance the settings of a form.
    ///
    /// - Returns: the names of the keys that were changed.
    /// - Throws: ``Refusal``, or ``HubError/notFound`` where there is nothing that they may change.
    func change(
        _ instance: InstanceRecord,
        _ draft: InstanceDraft,
        keys: [InstanceKey],
        by user: UserRecord,
    ) async throws -> [String] {
        guard !keys.isEmpty else { throw HubError.notFound }
        let old = instance.settings
        guard !draft.isOutdated(by: old, keys: keys) else { throw Refusal.outdated }
        let settings = try Self.read(draft, name: instance.name.text, over: old, keys: keys)
        try await check(settings, over: old, try await rank(of: user))
        let changed = keys.filter { $0.text(old) != $0.text(settings) }.map(\.name)
        guard !changed.isEmpty else { return [] }
        do {
            try await register.set(settings, of: instance.name, replacing: old)
        } catch StoreError.instanceChanged {
            throw Refusal.outdated
        } catch let error as StoreError {
            throw Refusal.problems([InstanceProblem(Self.key(of: error), "\(error.message) \(error.remedy)")])
        }
        return changed
    }

    private static func read(
        _ draft: InstanceDraft,
        name: String,
        over base: InstanceSettings?,
        keys: [InstanceKey],
    ) throws(Refusal) -> InstanceSettings {
        do {
            return try draft.settings(name: name, over: base, keys: keys)
        } catch {
            guard case .invalid(_, let problems) = error else { throw .problems([InstanceProblem("", error.message)]) }
            throw .problems(problems.map { InstanceProblem($0) })
        }
    }

    /// The key at which to look when the store refuses.
    private static func key(of error: StoreError) -> String {
        switch error {
        case .instanceExists, .instanceNameTaken: "name"
        case .instanceEndPast: "ends"
        case .instanceInUse: "kind"
        default: ""
        }
    }

    /// What the rules of the configuration don't tell: whether those who are named exist, and what makers may ask for.
    private func check(
        _ settings: InstanceSettings,
        over old: InstanceSettings?,
        _ rank: InstanceKey.Rank,
    ) async throws {
        var problems: [InstanceProblem] = []
        let known = Set(environments.map(\.name)).union(old?.environments ?? [])
        if let odd = settings.environments.first(where: { !known.contains($0) }) {
            problems.append(InstanceProblem("environments", "This hub has no environment \(odd)."))
        }
        // A stranger could choose a name that nobody has yet, and would be a manager.
        for name in settings.managers where old?.managers.contains(name) != true {
            guard try await desk.store.users.named(UserName(normalizing: name)) == nil else { continue }
            problems.append(InstanceProblem("managers", "There is no account \(name)."))
        }
        for name in settings.groups where old?.groups.contains(name) != true {
            guard try await desk.store.groups.named(GroupName(name)) == nil else { continue }
            problems.append(InstanceProblem("groups", "There is no group \(name)."))
        }
        if rank == .maker {
            let configuration = desk.configuration()
            let limits = MakerLimits(
                configuration: configuration,
                capacity: configuration.servers.capacity(memory: Machine.current.memory),
            )
            problems += limits.problems(of: settings, over: old)
        }
        guard problems.isEmpty else { throw Refusal.problems(problems) }
    }
}
