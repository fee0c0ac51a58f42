import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Brings every server to what is wanted of it, for as long as the hub runs.
///
/// The store says what is wanted; one driver per server that isn't at rest carries it out. At the start of the hub every
/// such server is looked up and taken over, in whatever state the last hub left it.
struct ServerKeeper: Service {
    private let store: Store
    private let board: ProgressBoard
    private let queue: StartQueue
    private let desk: Desk
    private let makeDriver: @Sendable (Int64, WakeSignal) -> ServerDriver
    private let stopsServersOnExit: @Sendable () -> Bool
    private let logger: Logger

    /// Who drives which server.
    private final class Desk: Sendable {
        let drivers = Mutex<[Int64: WakeSignal]>([:])
        let arrivals: AsyncStream<Int64>
        let arrive: AsyncStream<Int64>.Continuation

        init() {
            (arrivals, arrive) = AsyncStream.makeStream()
        }

        /// Leaves a server, unless somebody asked for something at this very moment.
        func leave(_ id: Int64, _ signal: WakeSignal) -> Bool {
            drivers.withLock { drivers in
                guard !signal.isRaised else { return false }
                drivers[id] = nil
                return true
            }
        }
    }

    init(
        store: Store,
        board: ProgressBoard,
        queue: StartQueue,
        logger: Logger,
        stopsServersOnExit: @escaping @Sendable () -> Bool,
        makeDriver: @escaping @Sendable (_ id: Int64, _ signal: WakeSignal) -> ServerDriver,
    ) {
        self.store = store
        self.board = board
        self.queue = queue
        self.logger = logger
        self.stopsServersOnExit = stopsServersOnExit
        self.makeDriver = makeDriver
        desk = Desk()
    }

    /// Looks at a server after its row was changed.
    func wake(_ id: Int64) {
        desk.drivers.withLock { drivers in
            if let signal = drivers[id] {
                signal.raise()
            } else {
                drivers[id] = WakeSignal()
                desk.arrive.yield(id)
            }
        }
    }

    /// Looks at all servers that aren't on their way to what is wanted of them, after rows were changed by somebody else.
    ///
    /// A start that goes on as it should is left alone: a look would begin it anew.
    func wakeChanged() async throws {
        for owned in try await store.servers.live() {
            let isOnItsWay =
                owned.server.wanted == .running && [.queued, .starting, .ready].contains(owned.server.observed)
            if !isOnItsWay, let id = owned.server.id { wake(id) }
        }
    }

    func run() async throws {
        let live = try await store.servers.live()
        // All take their places before anybody goes ahead, so that nobody is overtaken by the order of the looks.
        for owned in live { await takePlace(owned) }
        for owned in live {
            guard let id = owned.server.id else { continue }
            logger.info(
                "server.takenOver",
                metadata: ["server": "\(owned.key.fullName)", "observed": "\(owned.server.observed.rawValue)"],
            )
            wake(id)
        }
        await withDiscardingTaskGroup { group in
            for await id in desk.arrivals.cancelOnGracefulShutdown() {
                guard let signal = desk.drivers.withLock({ $0[id] }) else { continue }
                group.addTask { await drive(makeDriver(id, signal), signal) }
            }
            await leave(&group)
        }
    }

    private func takePlace(_ owned: OwnedServer) async {
        guard let id = owned.server.id else { return }
        let room = StartLine.Room(owned)
        switch owned.server.observed {
        case .starting, .ready, .stopping:
            await queue.adopt(id, isReady: owned.server.observed != .starting, room: room)
        case .queued, .stopped:
            guard owned.server.wanted == .running else { return }
            await queue.expect(id, room: room, askedAt: owned.server.requestedAt ?? .distantPast)
        }
    }

    /// At the end: servers go on without the hub, or are stopped where the configuration says so.
    private func leave(_ group: inout DiscardingTaskGroup) async {
        board.close()
        guard stopsServersOnExit() else {
            group.cancelAll()
            return
        }
        for (id, signal) in desk.drivers.withLock({ $0 }) {
            do {
                try await store.servers.requestStop(id)
            } catch {
                logger.error("store.failed", metadata: ["error": "\(error)"])
            }
            signal.raise()
        }
    }

    private func drive(_ driver: ServerDriver, _ signal: WakeSignal) async {
        while !Task.isCancelled {
            do {
                guard try await driver.step() else {
                    if desk.leave(driver.id, signal) { return }
                    continue
                }
            } catch is CancellationError {
                continue
            } catch {
                logger.error("server.stepFailed", metadata: ["server": "\(driver.id)", "error": "\(error)"])
                await pause(signal)
            }
        }
    }

    /// Waits before a step that failed for a reason outside the server (a full disk, a busy database) is tried again.
    private func pause(_ signal: WakeSignal) async {
        _ = try? await signal.orUntilRaised { try await Task.sleep(for: .seconds(2)) }
    }
}
