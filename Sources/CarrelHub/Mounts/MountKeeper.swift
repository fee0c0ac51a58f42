public import AsyncHTTPClient
import CarrelData
public import CarrelModel
public import CarrelSpawn
import Foundation
public import Logging
public import ServiceLifecycle

/// Keeps the folders of users' connections in their servers: mounts them, shows why they aren't, and sees to it that what
/// was written there is uploaded.
///
/// It is told what is wanted, and looks by itself at what there is: the daemons, their mounts, and what servers see. Nobody
/// waits for it; a user whose daemon hangs holds up nobody else. All of it outlives the hub.
public actor MountKeeper: Service {
    /// Where things are.
    public struct Settings: Sendable {
        /// The folder with a room for each user; it survives a restart of the machine.
        public var folder: String
        /// The folder that holds the gateway's socket and no secret; the socket is open to all users, who need a token.
        public var gateway: String
        /// The name of the gateway's socket in it.
        public var gatewaySocket: String
        /// The programs.
        public var tools: MountTools
        /// The most that the cache of one folder may hold.
        public var cache: ByteCount
        /// The hub's public origin, for who can't have mounts; nil when nobody knows it.
        public var origin: @Sendable () -> String?

        /// Says where things are.
        public init(
            folder: String,
            gateway: String,
            gatewaySocket: String,
            tools: MountTools,
            cache: ByteCount,
            origin: @escaping @Sendable () -> String? = { nil },
        ) {
            self.folder = folder
            self.gateway = gateway
            self.gatewaySocket = gatewaySocket
            self.tools = tools
            self.cache = cache
            self.origin = origin
        }
    }

    /// What is known of a user.
    struct Entry {
        var wanted: UserMounts
        var observed = UserMountPlan.Observed()
        /// In which folders the files were to be seen at the last look; nil before the first.
        var open: Set<String>?
        /// What went wrong at the last look, by the folder's name.
        var problems: [String: String] = [:]
        /// Whether the cache on the disk was looked through since a daemon ran.
        var isSearched = false
        /// The folders whose connections work again: rclone lets up to five minutes pass between its tries to upload.
        var recovered: Set<String> = []
        /// By the folder's name, files that were put beside others since the hub runs, as it wasn't known what was written to them.
        var rescued: [String: [String]] = [:]
        /// How often in a row the daemon didn't answer.
        var silences = 0
        /// Counts what was told, so that nothing told during a look is forgotten.
        var revision = 0
        var isBusy = false
        var watched: Int32?
    }

    let settings: Settings
    let spawner: any Spawner
    let http: HTTPClient
    let work: any BlockingWork
    let clock: any Clock<Duration>
    let logger: Logger
    private let changed = WakeSignal()
    var entries: [String: Entry] = [:]
    /// By the user's key, the homes inside of the running servers, by the id of their orders.
    private(set) var servers: [String: [String: String]] = [:]

    /// How long a difference can stay that nobody told of.
    private static let interval = Duration.seconds(5)

    /// Does nothing before it runs.
    ///
    /// - Parameters:
    ///   - settings: where things are.
    ///   - spawner: starts the servers, and shows mounts in them.
    ///   - http: calls the daemons.
    ///   - work: looks through caches.
    ///   - clock: measures the pauses between looks.
    ///   - logger: is told of failures.
    public init(
        settings: Settings,
        spawner: any Spawner,
        http: HTTPClient,
        work: any BlockingWork,
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger,
    ) {
        self.settings = settings
        self.spawner = spawner
        self.http = http
        self.work = work
        self.clock = clock
        self.logger = logger
    }

    // MARK: - What it is told

    /// Says what a user is to find from now on; also without a server, so that edits of an earlier one are uploaded.
    public func want(_ mounts: UserMounts) {
        var entry = entries[mounts.key] ?? Entry(wanted: mounts)
        // Somebody else's now, of the same name.
        if entry.wanted.account != mounts.account { entry.rescued = [:] }
        entry.recovered.formUnion(mounts.recovered(since: entry.wanted))
        entry.wanted = mounts
        entry.revision += 1
        entries[mounts.key] = entry
        changed.raise()
    }

    /// Makes sure that each of some folders has a word on how it stands, to be shown in a server that starts.
    ///
    /// - Parameters:
    ///   - folders: what the server is to show, as far as that is known.
    ///   - key: its user's.
    ///   - account: whom the user's servers run as.
    /// - Returns: the folders of this host that hold the words, by the names of the folders.
    /// - Throws: ``CarrelSpawn/SpawnError/cannotPrepareFolder(path:reason:)``.
    public func announce(
        _ folders: [UserMounts.Folder],
        to key: String,
        account: Account,
    ) throws(SpawnError) -> [String: String] {
        let room = MountRoom(path: "\(settings.folder)/\(key)", account: account)
        var entry = entries[key] ?? Entry(wanted: UserMounts(key: key, account: account, folders: [], token: ""))
        entry.wanted.folders = folders.map { folder in
            entry.wanted.folders.first { $0.name == folder.name } ?? folder
        }
        for (folder, standing) in zip(entry.wanted.folders, standings(of: entry)) {
            try room.say(MountReadme.text(folder, standing: standing, origin: settings.origin()), in: folder.name)
        }
        return Dictionary(folders.map { ($0.name, room.shown($0.name)) }) { first, _ in first }
    }

    /// Says that a server runs: its sandbox is there, whether it answers or not.
    ///
    /// - Parameters:
    ///   - id: the id of its order.
    ///   - home: its home inside.
    ///   - key: its user.
    public func serverRuns(_ id: String, home: String, of key: String) {
        servers[key, default: [:]][id] = home
        entries[key]?.revision += 1
        changed.raise()
    }

    /// Says that a server has ended.
    public func serverEnded(_ id: String, of key: String) {
        servers[key]?[id] = nil
        entries[key]?.revision += 1
        changed.raise()
    }

    /// Forgets a user who has no server and is no more, and removes all of theirs, edits that weren't uploaded too.
    ///
    /// - Throws: ``CarrelSpawn/SpawnError`` or what `FileManager` does when something is left.
    public func remove(_ mounts: UserMounts) throws {
        entries[mounts.key] = nil
        let room = room(of: mounts)
        try MountDaemon.find(in: room)?.process.send(.kill)
        guard FileManager.default.fileExists(atPath: room.path) else { return }
        try FileManager.default.removeItem(atPath: room.path)
    }

    // MARK: - What it tells

    /// How the mounts of a user stand, as far as the last look saw.
    public func standings(of key: String) -> [MountStanding] {
        entries[key].map { standings(of: $0) } ?? []
    }

    /// Files of a user that lost their note in a crash and were put beside others, by the folder's name, until
    /// ``forget(rescued:of:)``.
    public func rescued(of key: String) -> [String: [String]] {
        entries[key]?.rescued ?? [:]
    }

    /// Says that what ``rescued(of:)`` gave was noted.
    public func forget(rescued noted: [String: [String]], of key: String) {
        if entries[key]?.rescued == noted { entries[key]?.rescued = [:] }
    }

    /// The keys of users of whom edits lie on the disk, to be uploaded: those whose wishes are to be told after a restart.
    ///
    /// - Throws: what the blocking work does when it is shutting down.
    public func usersWithEdits() async throws -> [String] {
        let folder = settings.folder
        return try await work.run {
            let keys = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return keys.filter { !CachedEdits(folder: "\(folder)/\($0)/cache").all().isEmpty }.sorted()
        }
    }

    // MARK: - How it is done

    /// Looks when something was told, when a daemon has ended, and now and then.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    self.changed.clear()
                    for key in await self.due() {
                        group.addTask { await self.attend(to: key) }
                    }
                    let clock = self.clock
                    _ = try? await self.changed.orUntilRaised { try await clock.sleep(for: Self.interval) }
                }
                group.cancelAll()
            }
        }
    }

    private func due() -> [String] {
        let keys = entries.filter { !$0.value.isBusy }.keys
        for key in keys { entries[key]?.isBusy = true }
        return Array(keys)
    }

    /// Looks once, and then waits for the daemon's end, if nobody does yet.
    private func attend(to key: String) async {
        let revision = entries[key]?.revision
        let daemon = await look(at: key)
        entries[key]?.isBusy = false
        if entries[key]?.revision != revision { changed.raise() }
        guard let process = daemon?.process, let entry = entries[key], entry.watched != process.pid else { return }
        entries[key]?.watched = process.pid
        try? await process.waitForExit()
        if entries[key]?.watched == process.pid { entries[key]?.watched = nil }
        changed.raise()
    }

    func room(of mounts: UserMounts) -> MountRoom {
        MountRoom(path: "\(settings.folder)/\(mounts.key)", account: mounts.account)
    }

    func standings(of entry: Entry) -> [MountStanding] {
        entry.wanted.folders.map { folder in
            let name = folder.name
            let waiting = entry.observed.mounted[name]?.waiting ?? entry.observed.left[name] ?? []
            return MountStanding(folder: name, condition: condition(of: folder, entry), waiting: waiting)
        }
    }

    private func condition(of folder: UserMounts.Folder, _ entry: Entry) -> MountStanding.Condition {
        if let obstacle = settings.tools.obstacle {
            return .unavailable(message: obstacle.message, remedy: obstacle.remedy)
        }
        if let problem = entry.problems[folder.name] { return .failed(problem) }
        if entry.open?.contains(folder.name) ?? false { return .open }
        guard let state = folder.state, !state.isUsable else { return .pending }
        return .closed(state)
    }
}
