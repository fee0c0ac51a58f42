import Foundation
import Logging
import ServiceLifecycle

/// Forgets what was given for a session only, and tries what couldn't be tried.
struct ConnectionKeeper: Service {
    let desk: ConnectionDesk
    let clock: any Clock<Duration>

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await look()
                try? await clock.sleep(for: .seconds(60))
            }
        }
    }

    /// One round.
    func look() async {
        do {
            try await desk.sweep()
            try await desk.tryAgain(atMost: 20)
        } catch {
            guard !Task.isCancelled else { return }
            desk.logger.warning("connections.notKept", metadata: ["error": "\(error)"])
        }
    }
}
