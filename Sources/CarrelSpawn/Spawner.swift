public import CarrelModel

/// Starts servers somewhere, finds them again, and stops them.
///
/// A server outlives the hub. All that is needed to find it again is either in the spawner's own keeping under the
/// order's id (a run directory, a label) or in ``RunningServer/state``, so `find` works after `kill -9` of the hub at
/// any moment, also in the middle of a start. For one id, the caller has one of `start`, `find` and `stop` under way
/// at a time; waiting for a server and reading its log may go on beside them.
public protocol Spawner: Sendable {
    /// Starts a server's process, and returns when it runs, before it answers.
    ///
    /// - Parameters:
    ///   - order: what to start; nothing of that id may be running.
    ///   - progress: told what is being done, in order.
    /// - Returns: the server, to wait for and to route to.
    /// - Throws: what went wrong; no process is left then, nor when the task is cancelled
    ///   (``SpawnError/cancelled(_:)``).
    func start(
        _ order: StartOrder,
        progress: @Sendable (SpawnProgress) -> Void
    ) async throws(SpawnError) -> RunningServer

    /// Finds a server that was started by this or an earlier hub, ready or not; cleans up after one that has ended.
    ///
    /// - Parameter id: the id of the order it was started with.
    /// - Returns: the server, or nil when it isn't running (any more).
    func find(id: String) async -> RunningServer?

    /// Waits until the server answers requests, and returns the moment it does.
    ///
    /// - Parameters:
    ///   - server: one that was started or found.
    ///   - limit: how long to wait.
    /// - Throws: ``SpawnError/ended(_:code:log:)`` as soon as it dies, ``SpawnError/silent(_:after:)`` at the limit; a
    ///   silent server goes on running until it is stopped.
    func waitUntilReady(_ server: RunningServer, within limit: Duration) async throws(SpawnError)

    /// Waits until the server has ended, for whatever reason; call `stop` then to clean up after it.
    ///
    /// - Parameter server: one that was started or found.
    /// - Returns: how it ended.
    /// - Throws: ``SpawnError/cancelled(_:)`` when the task is cancelled; the server is left alone.
    func waitForExit(_ server: RunningServer) async throws(SpawnError) -> ServerExit

    /// Stops a server and everything it has started, and removes what it leaves.
    ///
    /// A cancelled task ends the grace, not the stopping. A server that has already ended is cleaned up after.
    ///
    /// - Parameters:
    ///   - id: the id of its order.
    ///   - grace: how long it may take to end by itself after it was asked to.
    /// - Throws: what is left behind and why.
    func stop(id: String, grace: Duration) async throws(SpawnError)

    /// The last lines a server wrote in its latest start, oldest first; also when it isn't running any more.
    ///
    /// - Parameters:
    ///   - id: the id of its order.
    ///   - lines: how many at most.
    /// - Returns: the lines, without their ends.
    func recentLog(id: String, lines: Int) async -> [String]

    /// What a running server uses now.
    ///
    /// - Parameter id: the id of its order.
    /// - Returns: the reading; nil when it isn't running, or nothing can be told.
    func usage(id: String) async -> ServerUsage?

    /// Walls that this machine can't put up at the moment, with the reason as a sentence; those left out on purpose aren't
    /// among them.
    ///
    /// Looks anew when something was in the way before: servers that are started afterwards have the walls that are found.
    func missingWalls() async -> [Wall: String]

    /// Looks whether the walls around running servers still stand, and puts them up again where they don't.
    ///
    /// - Returns: what had to be put up again.
    /// - Throws: ``SpawnError/cannotPrepare(_:reason:)`` when that can't be done.
    func mendWalls() async throws(SpawnError) -> [WallRepair]

    /// Stops what an earlier hub started and nobody wants any more, and removes all that is left of it.
    ///
    /// To be called before anything is started.
    ///
    /// - Parameter wanted: the ids of the servers that are left alone, running or not.
    /// - Returns: the ids that something was left of, each with what went wrong with it, if anything did.
    func removeLeftovers(but wanted: Set<String>) async -> [String: SpawnError?]

    /// Whether folders can come and go in servers that run; else they do at the next start.
    var changesFolders: Bool { get }

    /// Brings the folders that a running server shows, of those that come and go, to what is ordered.
    ///
    /// What is taken away is closed: processes that have something of it open are ended. May be called beside `stop`.
    ///
    /// - Parameters:
    ///   - id: the id of the server's order.
    ///   - order: what it is to show; what it shows besides isn't touched.
    ///   - prepare: called with each folder before it is shown; it isn't shown when that fails.
    /// - Returns: what was done; nil when nothing can be done while it runs, or it doesn't.
    /// - Throws: ``SpawnError/cannotPrepare(_:reason:)`` when the server can't be looked into.
    func changeFolders(
        of id: String,
        to order: FolderOrder,
        preparing prepare: @Sendable (FolderBinding) async throws(SpawnError) -> Void,
    ) async throws(SpawnError) -> FolderChange?

    /// Brings the mounts that a running server shows to what is ordered; may be called beside all else.
    ///
    /// What is taken away goes at once: a program that has something of it open keeps that. Nothing waits for a remote store.
    ///
    /// - Parameters:
    ///   - id: the id of the server's order.
    ///   - order: what it is to show.
    ///   - daemon: the process of the same user's whose mounts they are; nil when none runs.
    /// - Returns: what was done; nil when nothing can be done while it runs, or it doesn't.
    /// - Throws: ``SpawnError/cannotPrepare(_:reason:)`` when the server can't be looked into.
    func changeMounts(
        of id: String,
        to order: MountOrder,
        from daemon: MountDaemon?,
    ) async throws(SpawnError) -> MountChange?
}

extension Spawner {
    /// They do at the next start.
    public var changesFolders: Bool { false }
    /// Nothing can be done.
    public func changeFolders(
        of id: String,
        to order: FolderOrder,
        preparing prepare: @Sendable (FolderBinding) async throws(SpawnError) -> Void,
    ) async throws(SpawnError) -> FolderChange? { nil }

    /// Nothing can be done.
    public func changeMounts(
        of id: String,
        to order: MountOrder,
        from daemon: MountDaemon?,
    ) async throws(SpawnError) -> MountChange? { nil }

    /// A spawner without walls of its own has nothing to mend.
    public func mendWalls() async throws(SpawnError) -> [WallRepair] { [] }
    /// None.
    public func missingWalls() async -> [Wall: String] { [:] }

    /// A spawner that keeps nothing on this machine leaves nothing.
    public func removeLeftovers(but wanted: Set<String>) async -> [String: SpawnError?] { [:] }
}
