import CarrelModel
import CarrelSpawn
import CarrelStore
import Logging

/// Sees to it that homes of ephemeral instances are empty at the start of a server and gone after its end.
///
/// What is to be removed is found on the disk: a home without a server that isn't at rest. So nothing is left for good,
/// however a server, the hub or the machine ended.
actor EphemeralHomes {
    private let store: Store
    private let storage: any HomeStorage
    private let logger: Logger
    private var busy: Set<HomeID> = []
    private var waiting: [HomeID: [CheckedContinuation<Void, Never>]] = [:]

    init(store: Store, storage: any HomeStorage, logger: Logger) {
        (self.store, self.storage, self.logger) = (store, storage, logger)
    }

    /// Removes what is there of a home, right before it is made anew for a start; nothing where homes last.
    func clear(for owned: OwnedServer) async throws {
        guard owned.instance.settings.kind == .ephemeral else { return }
        try await alone(with: owned.home) { try await storage.remove(owned.home) }
    }

    /// Removes the home of a server that has ended; what can't be removed now is tried again by ``sweep()``.
    func end(_ owned: OwnedServer) async {
        guard owned.instance.settings.kind == .ephemeral else { return }
        do {
            try await alone(with: owned.home) { try await storage.remove(owned.home) }
            logger.info("home.removed", metadata: ["server": "\(owned.key.fullName)"])
        } catch {
            logger.warning("home.notRemoved", metadata: ["server": "\(owned.key.fullName)", "error": "\(error)"])
        }
    }

    /// Removes all homes of ephemeral instances that no server has, and what interrupted removals left.
    func sweep() async throws {
        let names = try await store.instances.all().filter { $0.settings.kind == .ephemeral }.map(\.name.text)
        guard !names.isEmpty else { return }
        do {
            try await storage.finishRemovals()
        } catch {
            logger.warning("home.notRemoved", metadata: ["error": "\(error.message)"])
        }
        for name in names { try await sweep(name) }
    }

    private func sweep(_ instance: String) async throws {
        for home in await storage.homes(in: instance) {
            try await alone(with: home) {
                // Looked up now: a start may have made it meanwhile.
                guard try await !store.servers.live().contains(where: { $0.home == home }) else { return }
                do {
                    try await storage.remove(home)
                    logger.notice(
                        "home.leftoverRemoved",
                        metadata: ["instance": "\(home.instance)", "home": "\(home.slug)"]
                    )
                } catch let error as SpawnError {
                    logger.warning("home.notRemoved", metadata: ["home": "\(home.slug)", "error": "\(error.message)"])
                }
            }
        }
    }

    /// Lets one at a time do something with a home.
    private func alone(with home: HomeID, _ body: () async throws -> Void) async rethrows {
        while busy.contains(home) {
            await withCheckedContinuation { waiting[home, default: []].append($0) }
        }
        busy.insert(home)
        defer {
            busy.remove(home)
            for one in waiting.removeValue(forKey: home) ?? [] { one.resume() }
        }
        try await body()
    }
}
