import CProcess
import Glibc

/// A process of Carrel's own that outlives the hub, such as the proxy, and is found again by the socket it listens on.
public struct CompanionProcess: Sendable {
    private let handle: ProcessHandle
    private let reactor: Reactor

    /// What a companion can be asked for.
    public enum Request: Sendable {
        /// Read changed files again.
        case reload
        /// End in good order.
        case end
        /// End at once.
        case kill

        var signal: Int32 {
            switch self {
            case .reload: SIGHUP
            case .end: SIGTERM
            case .kill: SIGKILL
            }
        }
    }

    /// Its process id.
    public var pid: Int32 { handle.pid }

    /// Starts a program in a session of its own.
    ///
    /// - Parameters:
    ///   - path: absolute path of the program.
    ///   - arguments: what follows its name; everybody on the machine can read them.
    ///   - environment: all of its environment, as `NAME=value`; only this user and root can read it.
    ///   - log: the file that gets what it writes.
    /// - Returns: the process.
    /// - Throws: ``SpawnError/cannotPrepare(_:reason:)`` or ``SpawnError/programNotFound(path:)``.
    public static func start(
        path: String,
        arguments: [String],
        environment: [String],
        log: String,
    ) throws(SpawnError) -> CompanionProcess {
        try start(DetachedProgram(path: path, arguments: arguments, environment: environment), log: log)
    }

    /// Starts a program, after the steps that it names.
    static func start(_ program: DetachedProgram, log: String) throws(SpawnError) -> CompanionProcess {
        let path = program.path
        do {
            let empty = try Descriptor(opening: "/dev/null", O_RDONLY)
            let output = try Descriptor(opening: log, O_WRONLY | O_CREAT | O_APPEND)
            let pid = try program.start(descriptors: [empty.number, output.number, output.number])
            guard let handle = ProcessHandle(pid: pid) else { throw SpawnError.ended(path, code: nil, log: "") }
            return CompanionProcess(handle: handle, reactor: try Reactor())
        } catch let error as SpawnError {
            throw error
        } catch let error as SystemFailure where error.number == ENOENT && error.call == "start" {
            throw .programNotFound(path: path)
        } catch {
            throw .cannotPrepare(path, reason: "\(error)")
        }
    }

    /// Finds the process that listens on a socket.
    ///
    /// - Parameter socket: path of a Unix socket in a folder that only this user can write to.
    /// - Returns: the process; nil when nobody listens.
    /// - Throws: ``SpawnError/cannotPrepare(_:reason:)`` when the system has no room for another wait.
    public static func find(listeningOn socket: String) throws(SpawnError) -> CompanionProcess? {
        var pid: pid_t = 0
        guard carrel_unix_listener(socket, &pid) == 0, let handle = ProcessHandle(pid: pid) else { return nil }
        do {
            return CompanionProcess(handle: handle, reactor: try Reactor())
        } catch {
            throw .cannotPrepare(socket, reason: "\(error)")
        }
    }

    /// Waits until it has ended.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; the process is left alone.
    public func waitForExit() async throws {
        try await reactor.readable(handle.descriptor)
    }

    /// Asks it to do something; one that has ended doesn't mind.
    ///
    /// - Parameter request: what to do.
    public func send(_ request: Request) {
        handle.send(request.signal)
    }
}
