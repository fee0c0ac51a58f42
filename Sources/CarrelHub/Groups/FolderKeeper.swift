import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging
import ServiceLifecycle

/// Keeps the project folders and shared folders that running servers show at what groups and configuration say.
///
/// It looks when something has changed, and now and then: whatever happened while the hub was down is put right too.
struct FolderKeeper: Service {
    let store: Store
    let spawner: any Spawner
    let folders: CommonFolderDesk
    /// Knows the hand-out folders of instances.
    var contents: InstanceContents?
    /// Has a server stopped that was asked for in the store.
    let wake: @Sendable (Int64) -> Void
    /// Raised when groups or configuration have changed.
    let changed: WakeSignal
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date
    let logger: Logger

    /// How long a difference can stay that nobody told of.
    private static let interval = Duration.seconds(30)
    /// The same while a server is being started, for which groups may change at the very moment.
    private static let intervalOfStarts = Duration.seconds(1)

    func run() async throws {
        guard spawner.changesFolders else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                changed.clear()
                var isStarting = false
                do {
                    isStarting = try await look()
                } catch {
                    logger.warning("folders.lookFailed", metadata: ["error": "\(error)"])
                }
                let pause = isStarting ? Self.intervalOfStarts : Self.interval
                _ = try? await changed.orUntilRaised { [clock] in try await clock.sleep(for: pause) }
            }
        }
    }

    /// Looks at all running servers once.
    ///
    /// - Returns: whether others are on their way up.
    @discardableResult
    func look() async throws -> Bool {
        let servers = try await store.servers.live().filter { $0.server.wanted == .running }
        await withDiscardingTaskGroup { group in
            for owned in servers where owned.server.observed == .ready {
                group.addTask {
                    do {
                        try await settle(owned)
                    } catch {
                        logger.warning(
                            "folders.notChanged",
                            metadata: ["server": "\(owned.key.fullName)", "error": "\(error)"],
                        )
                    }
                }
            }
        }
        return servers.contains { $0.server.observed != .ready }
    }

    private func settle(_ owned: OwnedServer) async throws {
        let places = try await store.groups.places(ofUser: owned.server.userId, shownIn: owned.server.instanceId)
        let inside = "/home/\(owned.owner.name.unixName)"
        var order = await folders.order(for: places, shownAt: inside)
        let handOut = try await contents?.handOut(of: owned, shownAt: inside)
        if let handOut { order.folders.append(handOut) }
        let change = try await spawner.changeFolders(
            of: owned.key.directoryName,
            to: order,
            preparing: { binding async throws(SpawnError) in
                if binding == handOut { return try await contents?.prepareHandOut(of: owned) ?? () }
                try await folders.prepare(binding, of: places)
            },
        )
        guard let change, !change.isNothing else { return }
        note(change, of: owned)
        guard !change.held.isEmpty, let id = owned.server.id else { return }
        try await store.servers.requestStop(id, because: Self.reason(change, at: now()))
        wake(id)
    }

    private func note(_ change: FolderChange, of owned: OwnedServer) {
        let server: Logger.Metadata = ["server": "\(owned.key.fullName)"]
        func log(_ level: Logger.Level, _ event: Logger.Message, _ more: Logger.Metadata) {
            logger.log(level: level, event, metadata: server.merging(more) { $1 })
        }
        if !change.shown.isEmpty { log(.info, "folders.shown", ["folders": "\(change.shown)"]) }
        if !change.closed.isEmpty { log(.info, "folders.closed", ["folders": "\(change.closed)"]) }
        if !change.changed.isEmpty { log(.info, "folders.changed", ["folders": "\(change.changed)"]) }
        for ended in change.ended {
            log(.notice, "folders.ended", ["program": "\(ended.program)", "folder": "\(ended.folder)"])
        }
        if !change.held.isEmpty { log(.warning, "folders.held", ["folders": "\(change.held)"]) }
        for problem in change.problems { log(.warning, "folders.notShown", ["reason": "\(problem)"]) }
    }

    /// What the user reads on their home page afterwards.
    static func reason(_ change: FolderChange, at time: Date) -> ServerRecord.Failure {
        let names = Set(change.held.map { $0.split(separator: "/").dropFirst(2).joined(separator: "/") })
        return ServerRecord.Failure(
            code: "server.folderClosed",
            message:
                "Stopped, because it kept \(names.sorted().joined(separator: ", ")) open after your access was changed.",
            remedy: "Start it again: your own files are as you left them.",
            log: [],
            at: time,
        )
    }
}
