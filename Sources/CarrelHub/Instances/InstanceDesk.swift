import CarrelModel
import CarrelStore
import Foundation
import Logging

/// What can be known and asked about instances; pages and API stand before it.
struct InstanceDesk: Sendable {
    let store: Store
    let configuration: @Sendable () -> Configuration
    let now: @Sendable () -> Date
    let logger: Logger

    /// An instance as one person sees it.
    struct View: Sendable {
        let instance: InstanceRecord
        /// Whether they manage it.
        let manages: Bool
        /// Why they may not have a server in it; nil when they may.
        let refusal: InstanceEntry.Refusal?
        /// Whether they had a server in it before.
        let hasBeenIn: Bool
        /// Whether they have a place in it or had a server.
        let belongs: Bool

        /// Whether it is any of their business.
        var isShown: Bool {
            switch refusal {
            case nil, .terms: true
            case .gone, .notInvited, .closed: manages && instance.state != .deleting
            case .ended: hasBeenIn || manages
            }
        }
    }

    /// Takes over the instances of the configuration.
    func adopt() async throws {
        let adoption = try await store.instances.adopt(configuration().allInstances, at: now())
        for name in adoption.added { logger.notice("instance.added", metadata: ["instance": "\(name)"]) }
        for name in adoption.changed { logger.notice("instance.changed", metadata: ["instance": "\(name)"]) }
        for name in adoption.archived { logger.warning("instance.archived", metadata: ["instance": "\(name)"]) }
        for (name, error) in adoption.refused {
            logger.error("instance.refused", metadata: ["instance": "\(name)", "reason": "\(error.message)"])
        }
    }

    /// The policy that holds for an instance now.
    func policy(of instance: InstanceRecord) -> InstancePolicy {
        InstancePolicy(instance: instance.settings, configuration: configuration())
    }

    /// All instances as one person sees them, the default one first.
    func views(for user: UserRecord) async throws -> [View] {
        var views: [View] = []
        let servers = try await store.servers.all(ofUser: user.id ?? 0)
        let places = try await store.instanceMembers.places(of: user.id ?? 0)
        let groups = try await groups(of: user)
        for instance in try await store.instances.all() {
            let hasBeenIn = servers.contains { $0.instanceId == instance.id }
            let person = InstanceEntry.Person(
                user: user,
                groups: groups,
                role: instance.id.flatMap { places[$0]?.role },
                hasBeenIn: hasBeenIn,
                hasAgreed: try await store.instanceMembers.hasAgreed(user.id ?? 0, to: instance),
            )
            let entry = InstanceEntry(instance: instance)
            views.append(
                View(
                    instance: instance,
                    manages: entry.manages(person),
                    refusal: entry.refusal(of: person, at: now()),
                    hasBeenIn: hasBeenIn,
                    belongs: hasBeenIn || person.role != nil,
                )
            )
        }
        return views
    }

    /// One instance as one person sees it; nil when there is none of that name.
    func view(of name: InstanceName, for user: UserRecord) async throws -> View? {
        try await views(for: user).first { $0.instance.name == name }
    }

    /// The instance that a server of this name would be in, once it is clear that its owner may have it there.
    ///
    /// A name that is no instance's is that of a further server in the default instance.
    ///
    /// - Throws: ``HubError/cannotEnter(instance:refusal:)`` or ``HubError/tooManyServers(limit:)``.
    func admit(_ user: UserRecord, to server: ServerName) async throws -> InstanceRecord {
        // `default` is the name of an instance, not of a further server.
        guard server.text != InstanceName.default.text else { throw HubError.reservedServerName(server.text) }
        let views = try await views(for: user)
        if let named = views.first(where: { $0.instance.name.server == server }) {
            guard let refusal = named.refusal else { return named.instance }
            // To whom it isn't open it doesn't exist.
            throw refusal == .notInvited && !named.manages
                ? HubError.notFound
                : HubError.cannotEnter(instance: named.instance.settings.title, refusal: refusal)
        }
        guard let standard = views.first(where: \.instance.name.isDefault) else { throw HubError.notFound }
        if let refusal = standard.refusal {
            throw HubError.cannotEnter(instance: standard.instance.settings.title, refusal: refusal)
        }
        try await checkNumber(of: user, adding: server)
        return standard.instance
    }

    /// Holds people to the number of further servers that they may have at work.
    private func checkNumber(of user: UserRecord, adding server: ServerName) async throws {
        let limit = configuration().servers.namedServers
        let instances = Set(try await store.instances.all().map(\.name.server))
        let others = try await store.servers.all(ofUser: user.id ?? 0).filter { other in
            other.name != server && !instances.contains(other.name)
                && (other.wanted == .running || other.pending != nil)
        }
        guard others.count < limit else { throw HubError.tooManyServers(limit: limit) }
    }

    /// The names of the hub's groups that somebody is in; one that an instance's manager made opens no other instance.
    func groups(of user: UserRecord) async throws -> Set<String> {
        Set(try await store.groups.all(ofUser: user.id ?? 0).filter { $0.instanceId == nil }.map(\.name.text))
    }
}
