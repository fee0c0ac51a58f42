import CarrelModel
import CarrelSpawn
import Logging
import ServiceLifecycle
import Synchronization

/// Looks now and then whether the walls around running servers still stand, and has them put up again; says which walls
/// new servers don't get.
final class WallWatch: Service {
    /// How long a wall can be down before it is noticed.
    static let interval = Duration.seconds(30)

    private let spawner: any Spawner
    private let clock: any Clock<Duration>
    private let logger: Logger
    /// What was said to be missing.
    private let missing = Mutex<[Wall: String]>([:])

    init(spawner: any Spawner, clock: any Clock<Duration>, logger: Logger) {
        self.spawner = spawner
        self.clock = clock
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look()
                try? await self.clock.sleep(for: Self.interval)
            }
        }
    }

    /// One look.
    func look() async {
        await tellMissing()
        do {
            for repair in try await spawner.mendWalls() {
                logger.warning("wall.putUpAgain", metadata: ["wall": "\(repair.wall)", "found": "\(repair.found)"])
            }
        } catch {
            guard !Task.isCancelled else { return }
            logger.error("wall.notPutUp", metadata: ["error": "\(error.message)"])
        }
    }

    /// Says what has changed since it was last said.
    private func tellMissing() async {
        let now = await spawner.missingWalls()
        let before = missing.withLock { missing in
            let before = missing
            missing = now
            return before
        }
        for (wall, reason) in now.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where before[wall] == nil {
            logger.warning("wall.missing", metadata: ["wall": "\(wall)", "reason": "\(reason)"])
        }
        for wall in before.keys.sorted(by: { $0.rawValue < $1.rawValue }) where now[wall] == nil {
            logger.notice("wall.found", metadata: ["wall": "\(wall)"])
        }
    }
}
