import Glibc

extension SandboxSpawner {
    /// Waits for bubblewrap's process, then ends what the server left running; see ``Spawner``.
    public func waitForExit(_ server: RunningServer) async throws(SpawnError) -> ServerExit {
        let run = RunDirectory(in: options.runDirectory, id: server.id)
        guard let file = StatusFile(run) else { return ServerExit(code: nil, log: []) }
        do {
            if let monitor = file.monitor() { try await reactor.readable(monitor.descriptor) }
        } catch {
            throw .cancelled(server.id)
        }
        await killSandbox(of: file)
        await LogKeeper.finish(run, clock: clock)
        let log = ServerLog(folder: options.logDirectory, id: server.id).lines(last: 20)
        return ServerExit(code: file.status.exitCode, log: log)
    }

    /// Sends SIGTERM to the server's program, and kills the sandbox when that wasn't enough; see ``Spawner``.
    public func stop(id: String, grace: Duration) async throws(SpawnError) {
        guard id.isFileName else { throw .invalidOrder("?", reason: "its id is no plain file name") }
        let run = RunDirectory(in: options.runDirectory, id: id)
        if let file = StatusFile(run), let monitor = file.monitor(), askToEnd(file) {
            // Cancelled or not, over in time or not: whatever is left after this is killed.
            _ = try? await within(grace) { [reactor] in try await reactor.readable(monitor.descriptor) }
        }
        try await destroy(run)
    }

    /// Sends SIGTERM to the server's program, and to nothing else in its sandbox: it ends its kernels itself.
    ///
    /// - Returns: false when the program isn't there to be asked.
    private func askToEnd(_ file: StatusFile) -> Bool {
        // bubblewrap starts the program as process 2 of the sandbox; setpriv becomes it without a fork.
        guard let sandbox = file.sandbox(bootID: bootID),
            let pid = ProcessTable.process(2, childOf: sandbox.pid),
            let program = ProcessHandle(pid: pid),
            ProcessTable.process(2, childOf: sandbox.pid) == pid
        else { return false }
        program.send(SIGTERM)
        return true
    }

    /// Kills what still lives of a run, waits for its end, and removes its folder.
    func destroy(_ run: RunDirectory) async throws(SpawnError) {
        if let file = StatusFile(run) {
            if let monitor = file.monitor() {
                // Its process group too: a sandbox it hasn't named yet is still in it.
                monitor.killWithGroup()
                await reactor.readableEvenIfCancelled(monitor.descriptor)
            }
            await killSandbox(of: file)
        }
        // The log's keeper ends with the last who can write to the log, and a server may have given that to somebody else.
        await LogKeeper.finish(run, clock: clock)
        groups.killAll(in: run.id)
        do {
            try await groups.remove(run.id, clock: ContinuousClock())
            try run.remove()
        } catch {
            throw .cannotCleanUp(run.id, reason: "\(error)")
        }
    }

    /// Kills the sandbox's first process, with which the kernel ends all others, and waits until they are gone.
    private func killSandbox(of file: StatusFile) async {
        guard let sandbox = file.sandbox(bootID: bootID) else { return }
        sandbox.send(SIGKILL)
        await reactor.readableEvenIfCancelled(sandbox.descriptor)
    }
}
