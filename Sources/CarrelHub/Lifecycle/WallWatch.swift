import CarrelSpawn
import Logging
import ServiceLifecycle

/// Looks now and then whether the walls around running servers still stand, and has them put up again.
struct WallWatch: Service {
    /// How long a wall can be down before it is noticed.
    static let interval = Duration.seconds(30)

    let spawner: any Spawner
    let clock: any Clock<Duration>
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await look()
                try? await clock.sleep(for: Self.interval)
            }
        }
    }

    /// One look.
    func look() async {
        do {
            for repair in try await spawner.mendWalls() {
                logger.warning("wall.putUpAgain", metadata: ["wall": "\(repair.wall)", "found": "\(repair.found)"])
            }
        } catch {
            guard !Task.isCancelled else { return }
            logger.error("wall.notPutUp", metadata: ["error": "\(error.message)"])
        }
    }
}
