import CarrelSpawn
import Logging
import ServiceLifecycle
import Synchronization

/// Keeps a proxy running that knows all routes; takes over the one that the last hub left.
struct ProxyKeeper: Service {
    let companion: Companion
    let client: ProxyClient
    let table: PublishedRoutes
    /// Is called once, when the proxy first takes requests.
    let onReady: @Sendable () -> Void
    /// Whether the proxy is to end with the hub; asked at the end.
    let endsWithHub: @Sendable () -> Bool
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            var process: CompanionProcess?
            do {
                process = try await companion.takeOver()
                onReady()
                while let running = process {
                    try await serve(running)
                    logger.error("proxy.ended", metadata: ["pid": "\(running.pid)"])
                    process = try await companion.start()
                }
            } catch is CancellationError {
                if endsWithHub(), let process { await companion.end(process) }
            }
        }
    }

    /// Has the proxy read its certificates again.
    func reload() throws {
        try CompanionProcess.find(listeningOn: companion.socket)?.send(.reload)
    }

    // MARK: Routes

    /// Tells a proxy every route, and then each change, until it ends.
    private func serve(_ process: CompanionProcess) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await process.waitForExit() }
            group.addTask {
                try await pushAll()
                for await _ in table.changes() { try await pushAll() }
            }
            defer { group.cancelAll() }
            try await group.next()
            // The list of changes ends without an error when the hub ends; the proxy hasn't.
            try Task.checkCancellation()
        }
    }

    /// Makes the proxy's table the same as ours; waits and repeats while the proxy doesn't answer.
    private func pushAll() async throws {
        while true {
            do {
                let wanted = table.snapshot()
                let known = try await client.routes()
                for (path, route) in wanted.routes where known[path]?.target != route.target {
                    try await client.add(path: path, route)
                }
                for path in known.keys where wanted.routes[path] == nil && path != "/" {
                    try await client.remove(path: path)
                }
                table.confirm(wanted.version)
                return
            } catch let error as CancellationError {
                throw error
            } catch {
                try Task.checkCancellation()
                logger.warning("proxy.unanswered", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }
}
