import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging
import ServiceLifecycle

/// Fetches the material and the catalogues of instances from their repositories now and then, so that no start waits for
/// the network.
struct MaterialKeeper: Service {
    let store: Store
    let cache: MaterialCache
    let catalogues: CatalogueShelf
    /// Raised when somebody is about to use it, or something about an instance was changed.
    let wanted: WakeSignal
    let clock: any Clock<Duration>
    let logger: Logger

    /// How often it looks by itself.
    private static let interval = Duration.seconds(300)
    /// How long it waits at least between two looks.
    private static let pause = Duration.seconds(10)
    /// How long one call of `git` may take.
    private static let limit = Duration.seconds(120)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                wanted.clear()
                await look()
                guard (try? await clock.sleep(for: Self.pause)) != nil else { return }
                _ = try? await wanted.orUntilRaised { try await clock.sleep(for: Self.interval) }
            }
        }
    }

    /// Fetches what is new, of all instances.
    func look() async {
        let instances = (try? await store.instances.all()) ?? []
        for instance in instances where instance.state == .open && !Task.isCancelled {
            let settings = instance.settings
            if let material = settings.material, let address = material.repository {
                await fetch(.material, of: instance.name) {
                    try await cache.fetch(address, branch: material.branch, for: instance.name, within: Self.limit)
                }
            } else {
                catalogues.faults.note(nil, with: .material, of: instance.name)
            }
            if let repository = settings.catalogue?.repository {
                await fetch(.catalogue, of: instance.name) {
                    try await catalogues.fetch(repository, for: instance.name, within: Self.limit)
                }
            }
            await removeIfGone(instance)
        }
    }

    /// Removes what was fetched for an instance while it was deleted: the next one of its name mustn't find it.
    private func removeIfGone(_ instance: InstanceRecord) async {
        do {
            let now = try await store.instances.named(instance.name)
            guard now?.id != instance.id || now?.state == .deleting else { return }
            for cache in [cache, catalogues.cache] { try await cache.remove(instance.name) }
        } catch {
            logger.warning("material.notRemoved", metadata: ["instance": "\(instance.name)", "reason": "\(error)"])
        }
    }

    private func fetch(
        _ part: ContentFaults.Part,
        of instance: InstanceName,
        _ body: () async throws -> Bool,
    ) async {
        do {
            let isNew = try await body()
            catalogues.faults.note(nil, with: part, of: instance)
            if isNew { logger.info("\(part).fetched", metadata: ["instance": "\(instance)"]) }
        } catch is CancellationError {
            return
        } catch {
            // Told once, not every few minutes.
            guard catalogues.faults.note(error, with: part, of: instance) else { return }
            let reason = (error as? any CarrelError)?.message ?? "\(error)"
            logger.warning("\(part).notFetched", metadata: ["instance": "\(instance)", "reason": "\(reason)"])
        }
    }
}
