import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging

/// Brings one server, step by step, to what is wanted of it.
struct ServerDriver: Sendable {
    let id: Int64
    let servers: ServerStore
    let spawner: any Spawner
    let launch: ServerLaunch
    let routes: any RoutePublisher
    let queue: StartQueue
    let board: ProgressBoard
    let signal: WakeSignal
    let limits: @Sendable (OwnedServer) -> ServerLimits
    /// What follows the end of a server, and how long servers ran.
    let ends: ServerEnds
    /// Told that a process of a server runs or has ended: what it has to show may have changed.
    let processChanged: @Sendable () -> Void
    let now: @Sendable () -> Date
    let logger: Logger

    /// Takes one step.
    ///
    /// - Returns: false when there is nothing left to do.
    func step() async throws -> Bool {
        signal.clear()
        // Known before the row is: a start that is asked for from here on has a story of its own.
        let story = board.story(of: id)
        guard let owned = try await servers.withID(id) else {
            // Removed with its user: its turn is free again.
            await queue.leave(id)
            board.forget(id)
            return false
        }
        let process = await spawner.find(id: owned.key.directoryName)
        let plan = ServerPlan(
            wanted: owned.server.wanted,
            observed: owned.server.observed,
            process: process == nil ? .absent : .present,
            hasTurn: await queue.hasTurn(id),
        )
        switch (plan.next, process) {
        case (.rest, _):
            await queue.leave(id)
            board.rests(id, in: story)
            return false
        case (.queue, _): try await waitForTurn(owned)
        case (.start, _): try await start(owned)
        case (.awaitAnswer, let process?): try await awaitAnswer(owned, process)
        case (.serve, let process?): try await serve(owned, process)
        case (.stop, let process?): try await stop(owned, process)
        case (.finish(let unexpected), _): try await finish(owned, unexpected: unexpected, story)
        case (.awaitAnswer, nil), (.serve, nil), (.stop, nil): break  // the plan asks for these with a process only
        }
        return true
    }

    // MARK: Starting

    private func waitForTurn(_ owned: OwnedServer) async throws {
        try await servers.change(id) { $0.observed = .queued }
        let (room, date) = (StartLine.Room(owned), owned.server.requestedAt ?? now())
        _ = try await signal.orUntilRaised { try await queue.turn(of: id, room: room, askedAt: date) }
    }

    private func start(_ owned: OwnedServer) async throws {
        board.post(ProgressEvent(progress: 15, message: "Preparing your home"), for: id)
        logger.info("server.starting", metadata: ["server": "\(owned.key.fullName)"])
        do {
            let prepared = try await launch.prepare(owned, now: now())
            for notice in prepared.notices { board.post(ProgressEvent(progress: 18, message: notice), for: id) }
            let running = try await signal.orUntilRaised {
                try await spawner.start(prepared.order) { progress in
                    board.post(ProgressEvent(progress: 20 + progress.percent / 2, message: progress.message), for: id)
                }
            }
            guard let running else { return }
            let state = try String(decoding: JSONEncoder().encode(running.state), as: UTF8.self)
            try await servers.change(id) { $0.spawnState = state }
            processChanged()
            // At once, without looking for the process first: one that has ended already is a failure, not a reason to start.
            guard let started = try await servers.withID(id) else { return }
            try await awaitAnswer(started, running)
        } catch SpawnError.cancelled {
            throw CancellationError()
        } catch let error as any CarrelError {
            try await fail(owned, error, log: await spawner.recentLog(id: owned.key.directoryName, lines: 20))
        }
    }

    private func awaitAnswer(_ owned: OwnedServer, _ process: RunningServer) async throws {
        await queue.adopt(id, isReady: false, room: StartLine.Room(owned))
        board.post(ProgressEvent(progress: 60, message: "Waiting for JupyterLab to answer"), for: id)
        let began = owned.server.startedAt ?? now()
        // Counted anew by a hub that takes a start over: nobody watched it meanwhile.
        let limit = limits(owned).startDeadline
        do {
            let target = try await signal.orUntilRaised {
                try await spawner.waitUntilReady(process, within: limit)
                return process.address.url
            }
            guard let target else { return }
            // First the way, then the word: whoever hears that it is ready goes there at once.
            await routes.publish(ServerRoute(key: owned.key, target: target))
            try await servers.change(id) { server in
                server.observed = .ready
                server.target = target
            }
            logger.info(
                "server.ready",
                metadata: [
                    "server": "\(owned.key.fullName)",
                    "seconds": "\(String(format: "%.2f", now().timeIntervalSince(began)))",
                ],
            )
        } catch SpawnError.cancelled {
            throw CancellationError()
        } catch let error as SpawnError {
            let log = await spawner.recentLog(id: process.id, lines: 20)
            try await spawner.stop(id: process.id, grace: .zero)
            try await fail(owned, error, log: log)
        }
    }

    /// Notes why a start came to nothing; the server is then at rest, and its user sees the reason.
    private func fail(_ owned: OwnedServer, _ error: any CarrelError, log: [String]) async throws {
        logger.warning(
            "server.failed",
            metadata: ["server": "\(owned.key.fullName)", "code": "\(error.code)", "reason": "\(error.message)"],
        )
        let failure = ServerRecord.Failure(
            code: error.code,
            message: error.message,
            remedy: error.remedy,
            log: log,
            at: now(),
        )
        await ends.before(owned)
        try await servers.finish(id, failure: failure)
        processChanged()
        await queue.leave(id)
        board.post(.failed(error.message), for: id)
        await ends.after(owned)
    }

    // MARK: Running

    private func serve(_ owned: OwnedServer, _ process: RunningServer) async throws {
        await queue.adopt(id, isReady: true, room: StartLine.Room(owned))
        ends.runs.began(owned, longestRun: limits(owned).maximumAge)
        await queue.started(id)
        await routes.publish(ServerRoute(key: owned.key, target: process.address.url))
        board.post(.ready(path: owned.key.prefix), for: id)
        let exit = try await signal.orUntilRaised {
            do {
                return try await spawner.waitForExit(process)
            } catch SpawnError.cancelled {
                throw CancellationError()
            }
        }
        guard let exit else { return }
        await routes.withdraw(owned.key)
        try await spawner.stop(id: process.id, grace: .zero)
        try await fail(owned, HubError.serverEnded(name: owned.key.description, code: exit.code), log: exit.log)
    }

    // MARK: Stopping

    private func stop(_ owned: OwnedServer, _ process: RunningServer) async throws {
        logger.info("server.stopping", metadata: ["server": "\(owned.key.fullName)"])
        try await servers.change(id) { $0.observed = .stopping }
        await routes.withdraw(owned.key)
        try await spawner.stop(id: process.id, grace: limits(owned).stopDeadline)
    }

    private func finish(_ owned: OwnedServer, unexpected: Bool, _ story: Int) async throws {
        await routes.withdraw(owned.key)
        guard unexpected else {
            await ends.before(owned)
            try await servers.finish(id, failure: nil)
            processChanged()
            await queue.leave(id)
            logger.info("server.stopped", metadata: ["server": "\(owned.key.fullName)"])
            await ends.after(owned)
            if owned.server.wanted == .stopped { board.stopped(id, in: story) }
            return
        }
        let log = await spawner.recentLog(id: owned.key.directoryName, lines: 20)
        try await fail(owned, HubError.serverEnded(name: owned.key.description, code: nil), log: log)
    }
}
