import CarrelModel
public import Foundation
import Glibc
import Synchronization

/// Starts servers as processes of this host, each in a bubblewrap sandbox, listening on a Unix socket.
///
/// It keeps nothing in memory that matters: what runs is in the run directories (see ``RunDirectory``), and every
/// method looks there. A socket's path may have 107 bytes, so `<run directory>/<id>/io/socket` must not be longer.
public final class SandboxSpawner: Spawner {
    /// Tells this spawner's control groups, cables and table of rules on the machine from another's.
    public let mark: String
    private let current: Mutex<SandboxOptions>
    let network: ServerNetwork
    let groups: ControlGroups
    let survey = WallSurvey()
    let clock: any Clock<Duration>
    let reactor: Reactor
    let bootID = Boot.id
    private let now: @Sendable () -> Date
    /// Ids whose start is under way here, so that a look-up doesn't take a half-made run for a leftover.
    private let starting = Mutex<Set<String>>([])

    /// The longest path a Unix socket can have, without its final zero (`unix(7)`).
    static let longestSocketPath = 107
    /// How long a process may take between being started and having built its sandbox, when it is looked for.
    private static let longestBirth = Duration.seconds(10)

    /// Makes a spawner and its waiting thread; it touches no file.
    ///
    /// - Parameters:
    ///   - options: where its folders are.
    ///   - clock: measures deadlines and graces.
    ///   - now: the date, for logs.
    ///   - mark: four characters that tell this hub's things on the machine from another's; by the run directory's path
    ///     if none are given.
    /// - Throws: ``SpawnError/cannotPrepare(_:reason:)`` when the system is out of descriptors.
    public init(
        options: SandboxOptions,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() },
        mark: String? = nil,
    ) throws(SpawnError) {
        current = Mutex(options)
        let mark = mark ?? Self.mark(of: options.runDirectory)
        self.mark = mark
        network = ServerNetwork(mark: "cr\(mark)", rules: options.network)
        groups = ControlGroups(layout: .observed(), name: "carrel-\(mark)")
        self.clock = clock
        self.now = now
        do {
            reactor = try Reactor()
        } catch {
            throw .cannotPrepare("-", reason: "\(error)")
        }
    }

    // MARK: - Starting

    /// Makes a run directory, forks, and returns when bubblewrap has made the sandbox; see ``Spawner``.
    public func start(
        _ order: StartOrder,
        progress: @Sendable (SpawnProgress) -> Void
    ) async throws(SpawnError) -> RunningServer {
        try order.check()
        let account = try account(of: order)
        try checkPrograms(of: order)
        guard starting.withLock({ $0.insert(order.id).inserted }) else { throw .alreadyRunning(order.id) }
        defer { starting.withLock { _ = $0.remove(order.id) } }
        let run = RunDirectory(in: options.runDirectory, id: order.id)
        guard run.socket.utf8.count <= Self.longestSocketPath else {
            throw .cannotPrepare(
                order.id,
                reason: "the path \(run.socket) is too long for a socket; shorten the run directory's"
            )
        }
        if StatusFile(run)?.isHeld == true { throw .alreadyRunning(order.id) }
        progress(.preparing)
        try await destroy(run)
        do {
            try await launch(order, as: account, run) { progress(.enteringSandbox) }
            let server = try await settled(run)
            try Task.checkCancellation()
            progress(.running)
            return server
        } catch {
            try await destroy(run)
            throw (error as? SpawnError) ?? Self.spawnError(from: error, id: order.id)
        }
    }

    /// Makes the run's files and forks; the process is found through them from here on.
    private func launch(
        _ order: StartOrder,
        as account: Account,
        _ run: RunDirectory,
        beforeFork: () -> Void
    ) async throws {
        try makeFolder(options.runDirectory)
        let walls = try await walls.raise(for: order, as: account, run)
        var files = SandboxFiles.all(unixName: order.unixName, account: account)
        files["resolv.conf"] = walls.resolver
        try run.make(owner: account, files: files, isBounded: walls.isLayered)
        let startedAt = now()
        let log = ServerLog(folder: options.logDirectory, id: order.id)
        _ = try log.opened(forStartAt: startedAt)
        var shown = order
        shown.folders = walls.folders
        let arguments = SandboxArguments(
            order: shown,
            account: account,
            run: run,
            layout: .observed(),
            options: options,
            privilege: privilege,
            bindings: walls.bindings,
            runtime: walls.runtime,
            hasOwnTerminals: walls.hasOwnTerminals,
            wallVariables: walls.variables,
            hasFilter: walls.filter != nil,
            hasOwnResolver: walls.resolver != nil,
            configurationFolder: walls.configurationFolder,
        )
        let hidden = try SealedArguments.file(arguments.hidden)
        let nothing = try Descriptor(opening: "/dev/null", O_RDWR)
        let firstLine = try RunStatus.firstLine(
            bootID: bootID,
            servicePrefix: order.servicePrefix,
            startedAt: startedAt,
            owner: account.uid,
            processors: order.limits.processors,
        )
        let status = try run.makeStatus(firstLine)
        let output = try LogKeeper.start(for: log, run, options: options, steps: walls.groupSteps)
        beforeFork()
        let program = DetachedProgram(
            path: options.bubblewrap,
            arguments: arguments.command,
            announcement: SandboxArguments.statusDescriptor,
            openFiles: order.limits.openFiles,
            steps: walls.steps,
        )
        let descriptors = [nothing, output, output, hidden, status] + (walls.filter.map { [$0] } ?? [])
        _ = try withExtendedLifetime(descriptors) { try program.start(descriptors: descriptors.map(\.number)) }
    }

    private func makeFolder(_ path: String) throws(SystemFailure) {
        if mkdir(path, 0o711) < 0, errno != EEXIST { throw SystemFailure(call: "mkdir", path: path, number: errno) }
    }

    /// Waits until bubblewrap has said which process the sandbox is, which it does before it goes on.
    ///
    /// - Throws: what became of it instead, or `CancellationError`.
    private func settled(_ run: RunDirectory) async throws -> RunningServer {
        let watch = try FileWatch(run.statusPath, for: .written)
        guard let file = StatusFile(run) else { throw SpawnError.ended(run.id, code: nil, log: "") }
        while true {
            watch.clear()
            let status = file.status
            if status.sandbox != nil, status.monitor != nil { return server(run, status) }
            guard file.isHeld else { throw await ending(run.id, status) }
            if let monitor = file.monitor() {
                try await reactor.readable(watch.descriptor, monitor.descriptor)
            } else {
                try await reactor.readable(watch.descriptor)
            }
        }
    }

    private func server(_ run: RunDirectory, _ status: RunStatus) -> RunningServer {
        RunningServer(
            id: run.id,
            address: .unixSocket(path: run.socket),
            servicePrefix: status.servicePrefix ?? "/",
            state: SpawnState(
                kind: "sandbox",
                id: run.id,
                handle: status.monitor.map { "\($0)" },
                startedAt: status.startedAt ?? .distantPast,
            ),
        )
    }

    // MARK: - Finding

    /// Looks into the run directory, and believes it only as far as its lock goes; see ``Spawner``.
    public func find(id: String) async -> RunningServer? {
        guard id.isFileName, !starting.withLock({ $0.contains(id) }) else { return nil }
        let run = RunDirectory(in: options.runDirectory, id: id)
        if let file = StatusFile(run), file.isHeld {
            // Should it fail, the earlier hub's rules hold until the next look or start.
            if privilege == .root, !options.leaveOut.contains(.network) { try? await network.takeOver() }
            let found = try? await within(Self.longestBirth) { try await self.settled(run) }
            if let found { return found }
            // Alive and slow, or the caller gave up: what is known of it will do.
            if file.isHeld { return server(run, file.status) }
        }
        try? await destroy(run)
        return nil
    }

    /// Reads the server's log file; see ``Spawner``.
    public func recentLog(id: String, lines: Int) async -> [String] {
        guard id.isFileName else { return [] }
        return ServerLog(folder: options.logDirectory, id: id).lines(last: lines)
    }

    // MARK: - Pieces the other files use

    /// Where things are, and what new sandboxes are like.
    var options: SandboxOptions { current.withLock { $0 } }

    /// The walls this machine and the options give.
    var walls: SandboxWalls {
        get async {
            let options = options
            let obstacles = await survey.obstacles(options: options, groups: groups, network: network)
            return SandboxWalls(options: options, groups: groups, network: network, obstacles: obstacles)
        }
    }

    /// Has new sandboxes made in another way, and changes what running servers reach in the network; where the folders
    /// are can't change.
    ///
    /// - Throws: ``SpawnError/cannotPrepare(_:reason:)`` when the new rules can't be set; the old ones hold then.
    public func apply(_ new: SandboxOptions) async throws(SpawnError) {
        let old = options
        current.withLock { $0 = new }
        guard old.network != new.network else { return }
        do {
            try await network.apply(new.network)
        } catch {
            throw .cannotPrepare("-", reason: "the network's rules: \(error.message)")
        }
    }

    /// Removes what is shared by all servers, if none is left; none may be started any more.
    public func close() async {
        let ids = (try? FileManager.default.contentsOfDirectory(atPath: options.runDirectory)) ?? []
        guard ids.isEmpty else { return }
        await removeShared()
    }

    /// Removes the table of rules and the control groups that are shared by all servers.
    func removeShared() async {
        groups.removeAll()
        await network.remove()
    }

    /// Four hexadecimal digits that tell one hub of this machine from another (FNV-1a of its run directory).
    private static func mark(of runDirectory: String) -> String {
        let hash = runDirectory.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let digits = String(hash & 0xFFFF, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// What a sandbox can be built with here.
    var privilege: SandboxArguments.Privilege {
        geteuid() == 0 ? .root : .ordinary
    }

    /// Runs `body`, and gives up when the time is over.
    ///
    /// - Returns: what it returned, or nil when the time was over first.
    func within<Value: Sendable>(
        _ limit: Duration,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let clock = clock
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await clock.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// Why a run has ended, in terms of the person who waits for it.
    ///
    /// Without an exit code the program was never begun, or bubblewrap was killed; it says which in its last line.
    func ending(_ id: String, _ status: RunStatus) async -> SpawnError {
        await LogKeeper.finish(RunDirectory(in: options.runDirectory, id: id), clock: clock)
        let lines = ServerLog(folder: options.logDirectory, id: id).lines(last: 20)
        if status.exitCode == nil, let last = lines.last, last.hasPrefix("bwrap: ") {
            return .sandboxRefused(id, reason: String(last.dropFirst("bwrap: ".count)))
        }
        return .ended(id, code: status.exitCode, log: lines.joined(separator: "\n"))
    }

    static func spawnError(from error: any Error, id: String) -> SpawnError {
        switch error {
        case let error as SpawnError: error
        case is CancellationError, ProgramFailure.cancelled: .cancelled(id)
        default: .cannotPrepare(id, reason: "\(error)")
        }
    }
}
