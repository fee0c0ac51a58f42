public import CarrelModel
public import CarrelSpawn
import Foundation

/// A spawner without processes: servers are entries in its memory, and tests say what becomes of them.
///
/// By default every server is ready at once and stops when told. A test gives an id another ``Behaviour`` before its
/// start, and moves things on with ``release(_:)`` and ``end(_:code:)``; nothing here waits for time.
public actor FakeSpawner: Spawner {
    /// How a server behaves, well or badly.
    public enum Behaviour: Sendable, Equatable {
        /// Ready at once, stops when told.
        case obedient
        /// Starts only when the test calls ``FakeSpawner/release(_:)``.
        case slowToStart
        /// Ready only when the test calls ``FakeSpawner/release(_:)``.
        case slowToAnswer
        /// Never ready: the deadline is over as soon as it is waited for.
        case neverAnswers
        /// Can't be started.
        case refused(SpawnError)
        /// Ends before it is ready.
        case diesEarly(code: Int32)
        /// Is found although it has ended, as by a spawner that looks at a stale record.
        case lies
        /// Can't be stopped.
        case unstoppable
    }

    /// What was asked of the spawner, in order.
    public enum Call: Sendable, Hashable {
        /// A start of this id.
        case start(String)
        /// A look-up of this id.
        case find(String)
        /// A stop of this id.
        case stop(String)
    }

    /// Everything that was asked for until now.
    public private(set) var calls: [Call] = []
    /// The orders of the latest starts, by id.
    public private(set) var orders: [String: StartOrder] = [:]
    /// What each server was last to show of the folders that come and go.
    public private(set) var folderOrders: [String: FolderOrder] = [:]
    private var folderChange = FolderChange()
    private var servers: [String: RunningServer] = [:]
    private var behaviours: [String: Behaviour]
    private let otherwise: Behaviour
    private var usages: [String: ServerUsage] = [:]
    private var logs: [String: [String]] = [:]
    private var exits: [String: ServerExit] = [:]
    private var gates: [String: Gate] = [:]
    private var ends: [String: Gate] = [:]
    private var missing: [Wall: String] = [:]
    private var repairs: [Result<[WallRepair], SpawnError>] = []

    /// Makes a spawner with no servers.
    ///
    /// - Parameters:
    ///   - behaviours: how servers of some ids behave.
    ///   - otherwise: how all others behave.
    public init(behaviours: [String: Behaviour] = [:], otherwise: Behaviour = .obedient) {
        self.behaviours = behaviours
        self.otherwise = otherwise
    }

    // MARK: - What tests do

    /// Changes how servers of an id behave from now on.
    public func set(_ behaviour: Behaviour, for id: String) {
        behaviours[id] = behaviour
    }

    /// Says what a server uses from now on.
    public func setUsage(_ usage: ServerUsage, for id: String) {
        usages[id] = usage
    }

    /// Says which walls can't be put up.
    public func setMissing(_ walls: [Wall: String]) { missing = walls }

    /// Says what becomes of folders from now on.
    public func setFolderChange(_ change: FolderChange) { folderChange = change }

    /// Says what the next look at the walls finds.
    public func setRepairs(_ result: Result<[WallRepair], SpawnError>) {
        repairs.append(result)
    }

    /// Lets a slow start or a slow first answer go on; also one that comes later.
    public func release(_ id: String) {
        gate(id).open()
    }

    /// Ends a server as if by itself.
    public func end(_ id: String, code: Int32?) {
        finish(id, ServerExit(code: code, log: logs[id] ?? []))
        if behaviours[id] ?? otherwise != .lies { servers[id] = nil }
    }

    /// Makes a server that an earlier hub started.
    public func adoptable(_ order: StartOrder) {
        servers[order.id] = server(order)
    }

    /// Adds lines to a server's log.
    public func log(_ lines: [String], for id: String) {
        logs[id, default: []] += lines
    }

    /// The ids of the servers that run.
    public var running: Set<String> { Set(servers.keys) }

    // MARK: - Spawner

    /// Records the start and does what the behaviour says.
    public func start(
        _ order: StartOrder,
        progress: @Sendable (SpawnProgress) -> Void
    ) async throws(SpawnError) -> RunningServer {
        calls.append(.start(order.id))
        if servers[order.id] != nil { throw .alreadyRunning(order.id) }
        orders[order.id] = order
        exits[order.id] = nil
        ends[order.id] = nil
        logs[order.id] = []
        progress(.preparing)
        if case .refused(let error) = behaviour(order.id) { throw error }
        if behaviour(order.id) == .slowToStart { try await pass(order.id) }
        progress(.enteringSandbox)
        if Task.isCancelled { throw .cancelled(order.id) }
        let server = server(order)
        servers[order.id] = server
        progress(.running)
        return server
    }

    /// The server of that id, if it is in memory.
    public func find(id: String) async -> RunningServer? {
        calls.append(.find(id))
        return servers[id]
    }

    /// Ready, or not, as the behaviour says.
    public func waitUntilReady(_ server: RunningServer, within limit: Duration) async throws(SpawnError) {
        if let exit = exits[server.id] { throw ended(server.id, exit) }
        switch behaviour(server.id) {
        case .neverAnswers: throw .silent(server.id, after: limit)
        case .slowToAnswer: try await pass(server.id)
        case .diesEarly(let code): end(server.id, code: code)
        default: break
        }
        if let exit = exits[server.id] { throw ended(server.id, exit) }
    }

    /// Waits until the test ends the server or it is stopped.
    public func waitForExit(_ server: RunningServer) async throws(SpawnError) -> ServerExit {
        if exits[server.id] == nil {
            let end = ends[server.id] ?? Gate()
            ends[server.id] = end
            await end.passed()
        }
        guard let exit = exits[server.id] else { throw .cancelled(server.id) }
        return exit
    }

    /// Forgets the server.
    public func stop(id: String, grace: Duration) async throws(SpawnError) {
        calls.append(.stop(id))
        if behaviour(id) == .unstoppable { throw .cannotCleanUp(id, reason: "it can't be stopped") }
        if servers.removeValue(forKey: id) != nil { finish(id, ServerExit(code: 143, log: logs[id] ?? [])) }
    }

    /// What the test has said the server uses.
    public func usage(id: String) async -> ServerUsage? {
        servers[id] == nil ? nil : usages[id]
    }

    /// The lines the test has given the server.
    public func recentLog(id: String, lines: Int) async -> [String] {
        Array((logs[id] ?? []).suffix(lines))
    }

    /// What the test has said.
    public func missingWalls() async -> [Wall: String] { missing }

    /// What the test has said, once.
    public func mendWalls() async throws(SpawnError) -> [WallRepair] {
        repairs.isEmpty ? [] : try repairs.removeFirst().get()
    }

    /// They come and go.
    public nonisolated var changesFolders: Bool { true }

    /// Notes the order, and gives what the test has said.
    public func changeFolders(
        of id: String,
        to order: FolderOrder,
        preparing prepare: @Sendable (FolderBinding) async throws(SpawnError) -> Void,
    ) async throws(SpawnError) -> FolderChange? {
        guard servers[id] != nil else { return nil }
        folderOrders[id] = order
        return folderChange
    }

    /// Stops all others.
    public func removeLeftovers(but wanted: Set<String>) async -> [String: SpawnError?] {
        var removed: [String: SpawnError?] = [:]
        for id in servers.keys where !wanted.contains(id) {
            servers[id] = nil
            removed.updateValue(nil, forKey: id)
        }
        return removed
    }

    // MARK: - How

    private func behaviour(_ id: String) -> Behaviour {
        behaviours[id] ?? otherwise
    }

    private func server(_ order: StartOrder) -> RunningServer {
        RunningServer(
            id: order.id,
            address: .unixSocket(path: "/nowhere/\(order.id)/server.sock"),
            servicePrefix: order.servicePrefix,
            state: SpawnState(kind: "fake", id: order.id, handle: nil, startedAt: Date(timeIntervalSince1970: 0)),
        )
    }

    private func gate(_ id: String) -> Gate {
        let gate = gates[id] ?? Gate()
        gates[id] = gate
        return gate
    }

    /// Waits for the test to release a server, or for its end.
    private func pass(_ id: String) async throws(SpawnError) {
        await gate(id).passed()
        if Task.isCancelled { throw .cancelled(id) }
    }

    private func finish(_ id: String, _ exit: ServerExit) {
        exits[id] = exit
        ends[id]?.open()
        gates[id]?.open()
        gates[id] = nil
    }

    private func ended(_ id: String, _ exit: ServerExit) -> SpawnError {
        .ended(id, code: exit.code, log: exit.log.joined(separator: "\n"))
    }
}
