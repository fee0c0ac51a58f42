import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging
import ServiceLifecycle

/// Fetches the material of instances from their repositories now and then, so that no start waits for the network.
struct MaterialKeeper: Service {
    let store: Store
    let cache: MaterialCache
    /// Raised when somebody is about to use it, or something about an instance was changed.
    let wanted: WakeSignal
    let clock: any Clock<Duration>
    let logger: Logger

    /// How often it looks by itself.
    private static let interval = Duration.seconds(300)
    /// How long it waits at least between two looks.
    private static let pause = Duration.seconds(15)
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
            guard let material = instance.settings.material, let address = material.repository else { continue }
            do {
                let isNew = try await cache.fetch(
                    address,
                    branch: material.branch,
                    for: instance.name,
                    within: Self.limit,
                )
                if isNew { logger.info("material.fetched", metadata: ["instance": "\(instance.name)"]) }
            } catch is CancellationError {
                return
            } catch {
                logger.warning(
                    "material.notFetched",
                    metadata: [
                        "instance": "\(instance.name)",
                        "reason": "\((error as? any CarrelError)?.message ?? "\(error)")",
                    ],
                )
            }
        }
    }
}
