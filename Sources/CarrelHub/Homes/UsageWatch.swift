import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging
import ServiceLifecycle

/// Reads what servers use and homes hold now and then, so that no page has to wait for it.
///
/// Servers are read only while somebody looks at them; homes too, and seldom otherwise.
struct UsageWatch: Service {
    /// How long after a look it still counts, in seconds.
    static let attention: TimeInterval = 60
    /// How often servers are read while somebody looks.
    static let serverInterval = Duration.seconds(3)
    /// How old a reading of homes may be, in seconds, while somebody looks and otherwise.
    static let homeAge = (looked: 10.0, otherwise: 300.0)

    let store: Store
    let spawner: any Spawner
    let storage: any HomeStorage
    let board: UsageBoard
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // One for each, so that a slow disk keeps nobody from seeing what servers use.
            await withTaskGroup { group in
                group.addTask { await rounds { try await readServers() } }
                group.addTask { await rounds { try await readHomes() } }
            }
        }
    }

    /// Does something until the task is cancelled: at once when somebody new looks, else every few seconds.
    private func rounds(_ round: @escaping @Sendable () async throws -> Void) async {
        while !Task.isCancelled {
            do {
                board.wake.clear()
                try await round()
            } catch is CancellationError {
                return
            } catch {
                logger.warning("usage.failed", metadata: ["error": "\(error)"])
            }
            _ = try? await board.wake.orUntilRaised { try await clock.sleep(for: Self.serverInterval) }
        }
    }

    /// Reads the servers that somebody looks at.
    func readServers() async throws {
        let interests = board.interests(at: now())
        guard !interests.isEmpty else { return }
        let running = try await store.servers.live().filter { $0.server.observed == .ready }
        var usages: [String: ServerUsage] = [:]
        for owned in running
        where interests.contains(.everybody) || interests.contains(.user(owned.key.user)) {
            // What can't be told is noted too, so that nobody waits for it.
            usages[owned.key.directoryName] = await spawner.usage(id: owned.key.directoryName) ?? ServerUsage()
        }
        board.note(usages, running: Set(running.map(\.key.directoryName)), at: now())
    }

    /// Reads all homes, unless that was done a short while ago.
    func readHomes() async throws {
        let age = board.interests(at: now()).isEmpty ? Self.homeAge.otherwise : Self.homeAge.looked
        if let last = board.homesReadAt, now().timeIntervalSince(last) < age { return }
        board.note(try await storage.usages(), at: now())
    }
}
