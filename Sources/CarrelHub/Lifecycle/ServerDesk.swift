import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

/// What people and programs can ask for about servers; pages and API stand before it.
struct ServerDesk: Sendable {
    let store: Store
    let keeper: ServerKeeper
    let board: ProgressBoard
    let queue: StartQueue
    let spawner: any Spawner
    let instances: InstanceDesk
    let now: @Sendable () -> Date

    var audit: AuditTrail { AuditTrail(store: store, now: now) }

    /// Asks for a server to run.
    ///
    /// - Parameters:
    ///   - key: which server.
    ///   - options: what was chosen; nil for what was chosen last.
    /// - Returns: its row; one that is wanted already is left as it is.
    /// - Throws: ``HubError/notFound`` for an unknown or disabled owner, ``HubError/cannotEnter(instance:refusal:)``, or
    ///   ``HubError/badRequest(_:)`` for a choice that isn't offered.
    @discardableResult
    func start(_ key: ServerKey, options: StartOptions? = nil) async throws -> ServerRecord {
        guard let owner = try await store.users.named(key.user), !owner.isDisabled, let ownerID = owner.id else {
            throw HubError.notFound
        }
        let before = try await store.servers.find(key)?.server
        if let before, before.wanted == .running { return before }
        let instance = try await instances.admit(owner, to: key.server)
        if let options { try instances.policy(of: instance).check(options) }
        let server = try await audit.noting(.serverStartedByOther, other: key).servers.request(
            key.server,
            ofUser: ownerID,
            in: instance.id ?? 0,
            options: options ?? Self.withoutLaunch(before?.options, in: instance),
            at: now(),
        )
        guard let id = server.id else { throw HubError.notFound }
        if before?.wanted != .running {
            board.begin(id)
            keeper.wake(id)
        }
        return server
    }

    /// In an instance that keeps homes, a start by name is the usual one again after a launch; nil for what was chosen last.
    private static func withoutLaunch(_ last: StartOptions?, in instance: InstanceRecord) -> StartOptions? {
        guard let last, last.launch != nil, instance.settings.kind != .ephemeral else { return nil }
        return StartOptions(environment: last.environment, size: last.size)
    }

    /// Asks for a server to stop, or for a start to be given up.
    ///
    /// - Returns: its row, or nil when there is no such server.
    @discardableResult
    func stop(_ key: ServerKey) async throws -> ServerRecord? {
        guard let owned = try await store.servers.find(key), let id = owned.server.id else { return nil }
        board.beginStop(id)
        if owned.server.wanted == .running {
            try await audit.noting(.serverStoppedByOther, other: key).servers.requestStop(id)
            keeper.wake(id)
        }
        return try await store.servers.withID(id)?.server
    }

    /// Waits until a server is neither on its way up nor down.
    ///
    /// - Parameters:
    ///   - key: which server.
    ///   - limit: how long to wait at most.
    /// - Returns: its row then; nil when there is no such server.
    /// - Throws: what the database says.
    func settled(_ key: ServerKey, within limit: Duration) async throws -> ServerRecord? {
        guard let id = try await store.servers.find(key)?.server.id else { return nil }
        // Listen first and look then: the end may come between the two.
        let events = board.events(of: id)
        guard let server = try await store.servers.withID(id)?.server, server.pending != nil else {
            return try await store.servers.find(key)?.server
        }
        await withTaskGroup { group in
            group.addTask { for await _ in events {} }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
        return try await store.servers.find(key)?.server
    }

    /// The last lines that a server wrote.
    func log(of key: ServerKey, lines: Int) async -> [String] {
        await spawner.recentLog(id: key.directoryName, lines: lines)
    }
}
