import Foundation
import Logging
import ServiceLifecycle

/// Forgets what was given for a session only, and tries what couldn't be tried.
struct ConnectionKeeper: Service {
    let desk: ConnectionDesk
    let clock: any Clock<Duration>

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                // Each for itself: services that don't answer hold up no forgetting.
                group.addTask { await each { try await desk.sweep() } }
                group.addTask { await each { try await desk.tryAgain(atMost: 20) } }
            }
        }
    }

    private func each(_ work: () async throws -> Void) async {
        while !Task.isCancelled {
            await look(work)
            try? await clock.sleep(for: .seconds(60))
        }
    }

    private func look(_ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            guard !Task.isCancelled else { return }
            desk.logger.warning("connections.notKept", metadata: ["error": "\(error)"])
        }
    }
}
