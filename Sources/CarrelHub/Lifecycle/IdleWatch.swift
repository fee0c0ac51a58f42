import CarrelModel
import CarrelStore
import Foundation
import Logging
import ServiceLifecycle

/// Looks at all running servers now and then, and stops those that nobody uses or that ran too long.
struct IdleWatch: Service {
    let store: Store
    let routes: @Sendable () async throws -> [String: ProxyClient.Route]
    let inquiry: KernelInquiry
    let keeper: ServerKeeper
    let limits: @Sendable (OwnedServer) -> ServerLimits
    let interval: ChangingInterval
    let now: @Sendable () -> Date
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var last = now()
            while !Task.isCancelled {
                do {
                    try await interval.wait(since: last)
                    last = now()
                    try await look()
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("idle.lookFailed", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// Looks at every running server once.
    func look() async throws {
        let known = try await routes()
        for owned in try await store.servers.live() where owned.server.observed == .ready {
            do {
                try await look(at: owned, route: known[String(owned.key.prefix.dropLast())])
            } catch let error as CancellationError {
                throw error
            } catch {
                logger.warning(
                    "idle.unanswered",
                    metadata: ["server": "\(owned.key.fullName)", "error": "\(error)"],
                )
            }
        }
    }

    private func look(at owned: OwnedServer, route: ProxyClient.Route?) async throws {
        guard owned.server.wanted == .running, let id = owned.server.id, let startedAt = owned.server.startedAt,
            let target = owned.server.target
        else { return }
        let carried = route?.lastActivity.flatMap(APITime.date) ?? startedAt
        let lastActivity = max(carried, owned.server.lastActivityAt ?? startedAt)
        try await store.servers.recordActivity(of: id, at: min(lastActivity, now()))

        let limits = limits(owned)
        let rule = IdleRule(idleLimit: limits.idleLimit, maximumAge: limits.maximumAge)
        let observation = IdleRule.Observation(
            startedAt: startedAt,
            lastActivityAt: lastActivity,
            tunnels: route?.connections ?? 0,
        )
        switch rule.verdict(on: observation, at: now()) {
        case .keep: break
        case .inUse: try await store.servers.recordActivity(of: id, at: now())
        case .ask:
            // A computation that has just ended counts from its end, not from the last look.
            let lastUse = try await inquiry.lastUse(of: owned, target: target) ?? lastActivity
            let limit = rule.idleLimit?.seconds ?? .infinity
            if now().timeIntervalSince(lastUse) < limit {
                try await store.servers.recordActivity(of: id, at: lastUse)
            } else {
                try await stop(owned, id: id, reason: .idle)
            }
        case .stop(let reason): try await stop(owned, id: id, reason: reason)
        }
    }

    private func stop(_ owned: OwnedServer, id: Int64, reason: IdleRule.Reason) async throws {
        logger.info("server.\(reason)", metadata: ["server": "\(owned.key.fullName)"])
        try await store.servers.requestStop(id, because: note(on: reason, of: owned))
        keeper.wake(id)
    }

    /// What the user reads on their home page afterwards.
    private func note(on reason: IdleRule.Reason, of owned: OwnedServer) -> ServerRecord.Failure {
        let limits = limits(owned)
        let text =
            switch reason {
            case .idle: "Stopped after \(HumanText.duration((limits.idleLimit ?? .zero).seconds)) without use."
            case .tooOld:
                "Stopped because it had run for \(HumanText.duration((limits.maximumAge ?? .zero).seconds))."
            }
        return ServerRecord.Failure(
            code: "server.\(reason.rawValue)",
            message: text,
            remedy: owned.instance.settings.kind == .ephemeral
                ? "Start it again: it begins empty, as nothing is kept here."
                : "Start it again: your files are as you left them.",
            log: [],
            at: now(),
        )
    }
}
