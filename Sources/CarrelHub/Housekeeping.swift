import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging
import ServiceLifecycle

/// Throws away what has ended, and keeps logs from growing without end.
struct Housekeeping: Service {
    let store: Store
    let state: StateDirectory
    let work: any BlockingWork
    let configuration: LiveConfiguration
    let visitors: VisitorKeeper
    let ephemeralHomes: EphemeralHomes
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await tidy()
                    try await clock.sleep(for: .seconds(60))
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("housekeeping.failed", metadata: ["error": "\(error)"])
                    try? await clock.sleep(for: .seconds(60))
                }
            }
        }
    }

    /// One round.
    func tidy() async throws {
        try await store.sessions.forgetExpired(now: now())
        try await store.tokens.forgetExpired(now: now())
        try await store.oauth.forgetCodes(expiredBefore: now())
        try await store.signInFailures.forget(before: now().addingTimeInterval(-7 * 86_400))
        try await store.passwordLinks.forgetExpired(now: now())
        try await store.filePasswords.forgetExpired(now: now())
        try await store.signUps.forgetExpired(now: now())
        try await SignInHistory(store: store, now: now).tidy()
        try await store.audit.settle(at: now())
        let pruned = AuditTrail(store: store, now: now).event(.auditPruned, .hub)
        try await store.audit.prune(keeping: configuration.current.audit.keep, noting: pruned)
        try await visitors.look()
        try await ephemeralHomes.sweep()
        try await sweepEnvironments()
        let settings = configuration.current.servers
        // Not the servers': each has a process that keeps its own.
        let folder = state.logs
        try await work.run {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".log") {
                let log = ServerLog(folder: folder, id: String(name.dropLast(".log".count)))
                _ = try log.rotate(over: Int(settings.logSize.bytes), keep: settings.logFiles)
            }
        }
    }

    /// Removes versions of environments that no server runs with; only of those that Carrel keeps in its own folder.
    private func sweepEnvironments() async throws {
        let own = configuration.current.environments.filter { $0.path.hasPrefix(state.path + "/") }
        for environment in own {
            let folder = EnvironmentFolder(path: environment.path)
            do {
                let removed = try await work.run { [now] in try folder.sweep(now: now()) }
                guard !removed.isEmpty else { continue }
                logger.info(
                    "environment.swept",
                    metadata: [
                        "environment": "\(environment.name)", "removed": "\(removed.joined(separator: ", "))",
                    ],
                )
            } catch {
                let metadata: Logger.Metadata = ["environment": "\(environment.name)", "error": "\(error)"]
                logger.warning("environment.notSwept", metadata: metadata)
            }
        }
    }
}
