import CarrelModel
import CarrelSpawn
import Foundation
import Logging
import ServiceLifecycle

/// Takes restore points of all homes and forgets old ones, for as long as the hub runs; holds homes to their quotas.
///
/// All it goes by is on the disk, so it can be ended at any moment.
struct RestorePointKeeper: Service {
    let storage: any HomeStorage
    let quotas: HomeQuotas
    /// The names of the instances whose homes aren't kept; they have no restore points.
    var ephemeral: @Sendable () async throws -> Set<String> = { [] }
    let settings: @Sendable () -> RestorePointSettings
    let space: @Sendable () -> DiskSpace?
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date
    let logger: Logger

    /// How often it looks.
    private static let interval = Duration.seconds(300)
    /// How often it looks while the disk is short: room comes free some time after a restore point is forgotten.
    private static let shortInterval = Duration.seconds(60)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await quotas.apply()
                let isShort = await round()
                guard (try? await clock.sleep(for: isShort ? Self.shortInterval : Self.interval)) != nil else { return }
            }
        }
    }

    /// One round over all homes.
    ///
    /// - Returns: whether the disk is short.
    func round() async -> Bool {
        let isShort = space()?.isShort ?? false
        do {
            var kept: [HomeID: [RestorePoint]] = [:]
            let ephemeral = try await ephemeral()
            for home in try await storage.usages().keys where !Task.isCancelled && !ephemeral.contains(home.instance) {
                // One home's trouble must not keep the others from their restore points.
                do {
                    kept[home] = try await look(after: home, isDiskShort: isShort)
                } catch {
                    logger.warning("restorePoint.failed", metadata: fields(home) + ["error": "\(error.message)"])
                }
            }
            if isShort { try await makeRoom(kept) }
        } catch {
            logger.warning(
                "restorePoint.failed",
                metadata: ["error": "\((error as? any CarrelError)?.message ?? "\(error)")"]
            )
        }
        return isShort
    }

    private func look(after home: HomeID, isDiskShort: Bool) async throws(SpawnError) -> [RestorePoint] {
        let points = try await storage.restorePoints(of: home)
        let decision = RestorePointSchedule(settings: settings()).decide(points, at: now(), isDiskShort: isDiskShort)
        for point in decision.dropped { try await storage.removeRestorePoint(point, of: home) }
        var kept = points.filter { !decision.dropped.contains($0) }
        if decision.takesOne, let point = try await storage.takeRestorePoint(of: home, at: now()) {
            logger.debug("restorePoint.taken", metadata: fields(home) + ["name": "\(point.name)"])
            kept.append(point)
        }
        return kept
    }

    private func makeRoom(_ points: [HomeID: [RestorePoint]]) async throws(SpawnError) {
        for (home, point) in RestorePointSchedule.toMakeRoom(points) {
            try await storage.removeRestorePoint(point, of: home)
            logger.notice("restorePoint.removedForRoom", metadata: fields(home) + ["name": "\(point.name)"])
        }
    }

    private func fields(_ home: HomeID) -> Logger.Metadata {
        ["instance": "\(home.instance)", "home": "\(home.slug)"]
    }
}

private func + (one: Logger.Metadata, other: Logger.Metadata) -> Logger.Metadata {
    one.merging(other) { $1 }
}
