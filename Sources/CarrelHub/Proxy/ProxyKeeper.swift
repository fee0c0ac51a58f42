import CarrelAuth
import CarrelSpawn
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Keeps a proxy running that knows all routes; takes over the one that the last hub left.
struct ProxyKeeper: Service {
    /// What to run.
    struct Program: Sendable {
        /// Absolute path of the executable.
        var path: String
        /// Its arguments; a proxy that runs with others is replaced.
        var arguments: [String]
        /// What the control API's callers must show; passed on in the environment.
        var token: Secret
        /// The file that gets what it writes.
        var log: String
    }

    let state: StateDirectory
    let program: Program
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
                process = try await takeOver()
                onReady()
                while let running = process {
                    try await serve(running)
                    logger.error("proxy.ended", metadata: ["pid": "\(running.pid)"])
                    process = try await start()
                }
            } catch is CancellationError {
                if endsWithHub(), let process { await end(process) }
            }
        }
    }

    /// Has the proxy read its certificates again.
    func reload() throws {
        try CompanionProcess.find(listeningOn: state.proxyControl)?.send(.reload)
    }

    // MARK: Processes

    private func takeOver() async throws -> CompanionProcess {
        let known = FileManager.default.contents(atPath: state.proxyArguments)
        if let found = try CompanionProcess.find(listeningOn: state.proxyControl) {
            if known == Self.written(program.arguments), (try? await client.routes()) != nil {
                logger.info("proxy.takenOver", metadata: ["pid": "\(found.pid)"])
                return found
            }
            logger.notice("proxy.replaced", metadata: ["pid": "\(found.pid)"])
            await end(found)
        }
        return try await start()
    }

    private func start() async throws -> CompanionProcess {
        let process = try CompanionProcess.start(
            path: program.path,
            arguments: program.arguments,
            environment: ["CONFIGPROXY_AUTH_TOKEN=\(program.token.reveal())", "PATH=/usr/bin:/bin", "LANG=C.UTF-8"],
            log: program.log,
        )
        do {
            try await answers(process)
        } catch {
            await end(process)
            throw error
        }
        try Self.written(program.arguments).write(to: URL(filePath: state.proxyArguments), options: .atomic)
        logger.info("proxy.started", metadata: ["pid": "\(process.pid)"])
        return process
    }

    /// Waits until a new proxy takes routes.
    private func answers(_ process: CompanionProcess) async throws {
        let isUp = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await process.waitForExit()
                return false
            }
            group.addTask {
                while (try? await client.routes()) == nil { try await Task.sleep(for: .milliseconds(10)) }
                return true
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
        guard !isUp else { return }
        let lines = (FileManager.default.contents(atPath: program.log) ?? Data()).suffix(2_000)
        let last = String(decoding: lines, as: UTF8.self).split(separator: "\n").last.map(String.init)
        throw HubError.proxyFailed(reason: last ?? "it ended at once")
    }

    /// Ends a proxy, and waits until it is gone, also in a task that was cancelled: the hub doesn't leave before it.
    private func end(_ process: CompanionProcess) async {
        process.send(.end)
        // A task of its own, because waiting in a cancelled one ends at once.
        await Task { await Self.gone(process) }.value
    }

    private static func gone(_ process: CompanionProcess) async {
        await withTaskGroup { group in
            group.addTask { try? await process.waitForExit() }
            group.addTask {
                try? await Task.sleep(for: .seconds(25))
                if !Task.isCancelled { process.send(.kill) }
                try? await process.waitForExit()
            }
            await group.next()
            group.cancelAll()
        }
    }

    private static func written(_ arguments: [String]) -> Data {
        Data(arguments.joined(separator: "\n").utf8)
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
