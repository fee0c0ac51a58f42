import CarrelSpawn
import Logging
import ServiceLifecycle

/// Keeps the data gateway running; takes over the one that the last hub left.
///
/// Nothing in the hub waits for it: without it, people's folders and servers go on, and pages say that it is down.
struct GatewayKeeper: Service {
    let companion: Companion
    /// Is called when it answers: one that was there before may have admitted people whom the hub doesn't know any more.
    let isUp: @Sendable () async -> Void
    /// Whether the gateway is to end with the hub; asked at the end.
    let endsWithHub: @Sendable () -> Bool
    let clock: any Clock<Duration>
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            var process: CompanionProcess?
            do {
                var failures = 0
                while true {
                    do {
                        process = try await companion.takeOver()
                        failures = 0
                        await isUp()
                        try await process?.waitForExit()
                        logger.error("gateway.ended")
                    } catch let error as CancellationError {
                        throw error
                    } catch {
                        logger.error("gateway.notStarted", metadata: ["error": "\(error)"])
                    }
                    process = nil
                    failures += 1
                    try await clock.sleep(for: Self.pause(after: failures))
                }
            } catch is CancellationError {
                if endsWithHub(), let process { await companion.end(process) }
            }
        }
    }

    /// How long to wait before it is started once more: longer and longer where it never lasts.
    static func pause(after failures: Int) -> Duration {
        .milliseconds(min(100 << min(failures, 10), 30_000))
    }
}
