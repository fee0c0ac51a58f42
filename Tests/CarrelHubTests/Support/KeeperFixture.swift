import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import CarrelHub

/// The part of a hub that keeps servers: the real keeper, driver, queue and board between a store in memory, a fake
/// spawner and a fake proxy.
struct KeeperFixture: Sendable {
    /// What a test may choose.
    struct Settings: Sendable {
        var capacity = 10
        var startsAtOnce = 10
        var stopsServersOnExit = false
        var configuration = Configuration()
        /// The name of the environment, if it isn't there.
        var notBuilt: String?
        var limits = ServerLimits(
            startDeadline: .seconds(5),
            stopDeadline: .seconds(1),
            idleLimit: nil,
            maximumAge: nil
        )
    }

    let store: Store
    let spawner: FakeSpawner
    let routes = FakeRoutes()
    let clock: HandClock
    let board = ProgressBoard()
    let queue: StartQueue
    let runs: RunBook
    let ephemeralHomes: EphemeralHomes
    let visitors: VisitorKeeper
    /// Raised when a process of a server has begun or ended.
    let processes = WakeSignal()
    let homesFolder: String
    let keeper: ServerKeeper
    let desk: ServerDesk
    private let group: ServiceGroup

    init(
        _ settings: Settings = Settings(),
        store: Store,
        spawner: FakeSpawner,
        clock: HandClock = HandClock(),
        folder: String,
    ) {
        self.store = store
        self.spawner = spawner
        self.clock = clock
        let (board, routes, processes, now) = (self.board, self.routes, self.processes, { @Sendable in clock.now })
        let runs = RunBook(now: now)
        let queue = StartQueue(
            startsAtOnce: settings.startsAtOnce,
            capacity: settings.capacity,
            waitChanged: { board.post(.waiting(place: $1.place, estimate: runs.text(for: $1)), for: $0) },
        )
        let storage = PlainHomes(homes: folder + "/homes", reason: "This is a test.", work: WorkAtOnce())
        let homes = EphemeralHomes(store: store, storage: storage, logger: .quiet)
        let box = KeeperBox()
        let visitors = VisitorKeeper(store: store, wake: { box.wake($0) }, now: now, logger: .quiet)
        let ends = ServerEnds(runs: runs, homes: homes, visitors: visitors, logger: .quiet)
        (self.runs, ephemeralHomes, self.visitors, homesFolder) = (runs, homes, visitors, folder + "/homes")
        let launch = ServerLaunch(
            servers: store.servers,
            storage: storage,
            folders: CommonFolderDesk(
                storage: storage,
                groups: store.groups,
                settings: { CommonFolderDesk.Settings() },
                logger: .quiet,
            ),
            ephemeralHomes: homes,
            quota: { _ in nil },
            logger: .quiet,
            settings: { _ in
                ServerLaunch.Settings(
                    environment: "/environment",
                    notBuilt: settings.notBuilt,
                    hubDirectory: "/hub",
                    variables: [:],
                    defaultURL: "/lab",
                    publicURL: nil,
                    uids: nil,
                )
            },
        )
        keeper = ServerKeeper(
            store: store,
            board: board,
            queue: queue,
            logger: .quiet,
            stopsServersOnExit: { settings.stopsServersOnExit },
            makeDriver: { id, signal in
                ServerDriver(
                    id: id,
                    servers: store.servers,
                    spawner: spawner,
                    launch: launch,
                    routes: routes,
                    queue: queue,
                    board: board,
                    signal: signal,
                    limits: { _ in settings.limits },
                    ends: ends,
                    processChanged: { processes.raise() },
                    now: now,
                    logger: .quiet,
                )
            },
        )
        box.fill(keeper)
        self.queue = queue
        let configuration = LiveConfiguration(settings.configuration)
        desk = ServerDesk(
            store: store,
            keeper: keeper,
            board: board,
            queue: queue,
            spawner: spawner,
            instances: InstanceDesk(
                store: store,
                configuration: { configuration.current },
                now: now,
                logger: .quiet,
            ),
            now: now,
        )
        group = ServiceGroup(services: [keeper], logger: .quiet)
    }

    /// Runs the keeper while the body runs, and ends it as an orderly end of the hub does.
    func run(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let result: Result<Void, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            await group.triggerGracefulShutdown()
            if case .failure = result { tasks.cancelAll() }
            try await tasks.waitForAll()
            try result.get()
        }
    }

    // MARK: Looking

    /// A server's row now.
    func row(_ key: ServerKey) async throws -> ServerRecord? {
        try await store.servers.find(key)?.server
    }

    /// Waits until a server was observed so, and its driver has nothing more to do but wait.
    func reaches(
        _ observed: ServerRecord.Observed,
        _ key: ServerKey,
        sourceLocation: SourceLocation = #_sourceLocation,
    ) async throws {
        try await eventually("\(key) is \(observed)", sourceLocation: sourceLocation) {
            guard try await row(key)?.observed == observed else { return false }
            switch observed {
            case .ready: return routes.routes[key] != nil
            case .queued:
                guard let id = try await row(key)?.id else { return false }
                return await queue.place(of: id) != nil
            default: return true
            }
        }
    }
}

/// Makes users `ada` and `bob`, and a keeper that runs while the body does.
func withKeeper(
    _ settings: KeeperFixture.Settings = KeeperFixture.Settings(),
    spawner: FakeSpawner = FakeSpawner(),
    _ body: (KeeperFixture) async throws -> Void,
) async throws {
    try await withFolder { folder in
        let store = try Store.inMemory()
        for name in ["ada", "bob", "cy"] { try await store.addUser(name) }
        let fixture = KeeperFixture(settings, store: store, spawner: spawner, folder: folder)
        try await fixture.run { try await body(fixture) }
    }
}

/// A folder for one test, removed afterwards.
func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = NSTemporaryDirectory() + "carrel-hub-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
}

extension ServerKey {
    /// The server of a user whose name is known to be legal.
    static func of(_ user: String, _ server: String = "") throws -> ServerKey {
        ServerKey(user: try UserName(normalizing: user), server: try ServerName(server))
    }
}

extension Store {
    /// Adds a user.
    @discardableResult
    func addUser(
        _ name: String,
        passwordHash: String? = nil,
        mustChange: Bool = false,
        isAdmin: Bool = false,
    ) async throws -> UserRecord {
        try await users.add(
            UserRecord(
                name: UserName(normalizing: name),
                passwordHash: passwordHash,
                mustChangePassword: mustChange,
                isAdmin: isAdmin,
                createdAt: noon,
            )
        )
    }
}

extension Logger {
    /// A log that nobody reads.
    static var quiet: Logger { Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() } }
}
