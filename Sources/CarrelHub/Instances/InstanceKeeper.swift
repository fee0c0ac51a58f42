import CarrelModel
import CarrelStore
import Foundation
import Logging
import ServiceLifecycle

/// Ends instances at their end, and deletes them after the time for downloads, for as long as the hub runs.
///
/// All it goes by is in the store and on the disk, so it can be ended at any moment.
struct InstanceKeeper: Service {
    let store: Store
    let deletion: InstanceDeletion
    /// Has a server looked at after its row was changed.
    let wakeServer: @Sendable (Int64) -> Void
    /// Raised when something about an instance was changed.
    let changed: WakeSignal
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date
    let logger: Logger

    /// The longest time between two looks, in seconds.
    static let interval: TimeInterval = 30
    /// The time until the next look while servers stop, in seconds.
    private static let shortInterval: TimeInterval = 0.5

    private var audit: AuditTrail { AuditTrail(store: store, now: now) }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                changed.clear()
                var wait = Self.interval
                do {
                    wait = try await look()
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("instance.lookFailed", metadata: ["error": "\(error)"])
                }
                let pause = Duration.milliseconds(Int64(min(max(wait, 0.05), Self.interval) * 1000))
                _ = try? await changed.orUntilRaised { try await clock.sleep(for: pause) }
            }
        }
    }

    /// Brings every instance as far as it can go now.
    ///
    /// - Returns: after how many seconds there may be more to do.
    func look() async throws -> TimeInterval {
        var wait = Self.interval
        // First all ends, then what takes its time.
        let views = try await store.instanceEnds.views().sorted { !$0.instance.isOver && $1.instance.isOver }
        for view in views where !Task.isCancelled {
            do {
                wait = min(wait, try await look(at: view))
            } catch let error as CancellationError {
                throw error
            } catch {
                let reason = (error as? any CarrelError)?.message ?? "\(error)"
                logger.error(
                    "instance.stepFailed",
                    metadata: ["instance": "\(view.instance.name)", "error": "\(reason)"],
                )
            }
        }
        return wait
    }

    private func look(at view: InstanceEndStore.View) async throws -> TimeInterval {
        let (instance, now) = (view.instance, now())
        guard let id = instance.id else { return Self.interval }
        let look = InstanceClock.look(id, after: view.look, at: now)
        if look.unsteadySince != nil, look.unsteadySince != view.look?.unsteadySince {
            logger.warning(
                "instance.clockJumped",
                metadata: ["instance": "\(instance.name)", "last": "\(view.look?.lookedAt.formatted(.iso8601) ?? "")"],
            )
        }
        try await store.instanceEnds.note(look)
        let plan = InstancePlan(
            instance: instance,
            unsteadySince: look.unsteadySince,
            wantedServers: view.liveServers.count { $0.wanted == .running },
            liveServers: view.liveServers.count,
        )
        switch plan.next(at: now) {
        case .rest(let until): return until.map { $0.timeIntervalSince(now) } ?? Self.interval
        case .awaitServers: return Self.shortInterval
        case .reopen:
            try await store.instanceEnds.reopen(id, at: now)
            logger.notice("instance.reopened", metadata: ["instance": "\(instance.name)"])
        case .end:
            let noted = audit.noting(.instanceEnded, .instance(instance.name))
            guard try await noted.instanceEnds.end(id, at: now) else { return 0 }
            logger.notice("instance.ended", metadata: ["instance": "\(instance.name)"])
        case .stopServers: try await stop(view.liveServers, in: instance, plan)
        case .beginDeletion:
            let noted = audit.noting(.instanceDeleting, .instance(instance.name))
            try await noted.instanceEnds.beginDeletion(instance.name, because: .end, at: now)
            logger.notice("instance.deleting", metadata: ["instance": "\(instance.name)"])
        case .delete: try await deletion.goOn(with: instance)
        }
        return 0
    }

    private func stop(_ servers: [ServerRecord], in instance: InstanceRecord, _ plan: InstancePlan) async throws {
        let until = plan.deletionDate.map { " until \(HumanText.day($0)), \(HumanText.time($0))" } ?? ""
        let note = ServerRecord.Failure(
            code: "instance.ended",
            message: "\(instance.settings.title) is over.",
            remedy: instance.state == .deleting
                ? "Everything in it is being deleted."
                : "You can still download your work\(until); then everything is deleted.",
            log: [],
            at: now(),
        )
        for server in servers where server.wanted == .running {
            guard let id = server.id else { continue }
            try await store.servers.requestStop(id, because: note)
            wakeServer(id)
        }
    }
}
