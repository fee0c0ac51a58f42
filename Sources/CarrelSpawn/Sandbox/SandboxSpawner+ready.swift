import CProcess
import Glibc

extension SandboxSpawner {
    /// Watches the server's folder, its process and the clock at once; see ``Spawner``.
    public func waitUntilReady(_ server: RunningServer, within limit: Duration) async throws(SpawnError) {
        let run = RunDirectory(in: options.runDirectory, id: server.id)
        guard let file = StatusFile(run) else { throw .ended(server.id, code: nil, log: "") }
        do {
            let outcome = try await within(limit) { try await self.answerOrEnd(server, run, file) }
            guard let outcome else { throw SpawnError.silent(server.id, after: limit) }
            guard outcome == .answered else { throw await ending(server.id, file.status) }
            try groups.limitProcessors(of: server.id, to: file.status.processors)
        } catch {
            throw Self.spawnError(from: error, id: server.id)
        }
    }

    private enum Outcome {
        case answered, ended
    }

    private func answerOrEnd(_ server: RunningServer, _ run: RunDirectory, _ file: StatusFile) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            group.addTask {
                try await self.answer(of: server, run, owner: file.status.owner ?? geteuid())
                return .answered
            }
            group.addTask { [reactor] in
                if let monitor = file.monitor() { try await reactor.readable(monitor.descriptor) }
                return .ended
            }
            defer { group.cancelAll() }
            return try await group.next() ?? .ended
        }
    }

    /// Asks until the server answers: after every event in its folder, and, between its making the socket and its
    /// listening on it (of which no event tells), after pauses that grow from 1 ms to 100 ms.
    private func answer(of server: RunningServer, _ run: RunDirectory, owner: UInt32) async throws {
        let probe = ReadinessProbe(socket: run.socket, prefix: server.servicePrefix, reactor: reactor)
        let watch = try FileWatch(run.serverFolder, for: .appeared)
        var pause = Duration.milliseconds(1)
        while true {
            watch.clear()
            guard try hasSocket(run, owner: owner) else {
                try await reactor.readable(watch.descriptor)
                continue
            }
            if try await probe.isAnswered() { return }
            // Another socket may have taken its place; the name outside is then given anew.
            unlink(run.socket)
            try await clock.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(100))
        }
    }

    /// Gives the server's socket its second name, which the server can't replace by a link to somebody else's.
    private func hasSocket(_ run: RunDirectory, owner: UInt32) throws -> Bool {
        if carrel_link_socket(run.socketOfServer, owner, run.socket) == 0 || errno == EEXIST { return true }
        switch errno {
        case ENOENT: return false
        case EINVAL: throw SpawnError.falseSocket(run.id, reason: "what is in the place of its socket isn't one")
        case EPERM: throw SpawnError.falseSocket(run.id, reason: "its socket belongs to somebody else")
        default: throw SystemFailure(call: "link", path: run.socketOfServer, number: errno)
        }
    }
}
