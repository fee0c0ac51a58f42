import CarrelSpawn
import Foundation
import Logging

/// A program of Carrel's own that runs beside the hub and outlives it, such as the proxy: started, taken over from the
/// hub before, and ended.
struct Companion: Sendable {
    /// What to run.
    struct Program: Sendable {
        /// Absolute path of the executable.
        var path: String
        /// Its arguments; one that runs with others is replaced.
        var arguments: [String]
        /// What it finds in its environment besides a search path, as `NAME=value`.
        var environment: [String] = []
        /// The file that gets what it writes.
        var log: String
    }

    /// What log events about it begin with.
    let name: String
    let program: Program
    /// The socket that it listens on, by which it is found again.
    let socket: String
    /// The file that holds the arguments of the one that runs.
    let argumentsFile: String
    /// Whether it does what it is for.
    let answers: @Sendable () async -> Bool
    /// What is thrown when it can't be started, with the reason.
    let failure: @Sendable (String) -> HubError
    let logger: Logger

    /// The process of the hub before if it is as it should be, else a new one.
    func takeOver() async throws -> CompanionProcess {
        let known = FileManager.default.contents(atPath: argumentsFile)
        if let found = try CompanionProcess.find(listeningOn: socket) {
            if known == written, await answers() {
                logger.info("\(name).takenOver", metadata: ["pid": "\(found.pid)"])
                return found
            }
            logger.notice("\(name).replaced", metadata: ["pid": "\(found.pid)"])
            await end(found)
        }
        return try await start()
    }

    /// A new process.
    func start() async throws -> CompanionProcess {
        let process = try CompanionProcess.start(
            path: program.path,
            arguments: program.arguments,
            environment: program.environment + ["PATH=/usr/bin:/bin", "LANG=C.UTF-8"],
            log: program.log,
        )
        do {
            try await begins(process)
        } catch {
            await end(process)
            throw error
        }
        try written.write(to: URL(filePath: argumentsFile), options: .atomic)
        logger.info("\(name).started", metadata: ["pid": "\(process.pid)"])
        return process
    }

    /// Ends a process, and waits until it is gone, also in a task that was cancelled: the hub doesn't leave before it.
    func end(_ process: CompanionProcess) async {
        process.send(.end)
        // A task of its own, because waiting in a cancelled one ends at once.
        await Task { await Self.gone(process) }.value
    }

    // MARK: How

    /// Waits until a new process does what it is for.
    private func begins(_ process: CompanionProcess) async throws {
        let isUp = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await process.waitForExit()
                return false
            }
            group.addTask {
                while await !answers() { try await Task.sleep(for: .milliseconds(10)) }
                return true
            }
            defer { group.cancelAll() }
            return try await group.next() ?? false
        }
        guard !isUp else { return }
        let lines = (FileManager.default.contents(atPath: program.log) ?? Data()).suffix(2_000)
        let last = String(decoding: lines, as: UTF8.self).split(separator: "\n").last.map(String.init)
        throw failure(last ?? "it ended at once")
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

    private var written: Data { Data(program.arguments.joined(separator: "\n").utf8) }
}
