import CarrelAuth
import CarrelData
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging
import ServiceLifecycle

/// Tells the keeper of mounts what people are to find in their servers, from what they connected and what the gateway says.
///
/// It looks when something was changed, and now and then; no server waits for it.
struct MountWatch: Service {
    let store: Store
    let folders: MountedFolders
    let keeper: MountKeeper
    let looks: FirstLooks
    let board: MountBoard
    let passwords: MountPasswords
    /// Raised when a process of a server has begun or ended.
    let changed: WakeSignal
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date
    let logger: Logger

    /// How long a difference can stay that nobody told of.
    private static let interval = Duration.seconds(3)

    private var desk: ConnectionDesk { folders.desk }

    /// A person's mounts.
    private struct Wanted {
        let user: Int64
        let mounts: UserMounts
        /// Whether files waited to be uploaded at the last look.
        var hadWaiting = true
    }

    /// What was told the keeper, so that it hears of each change once.
    private struct Told {
        var wanted: [String: Wanted] = [:]
        /// By the ids of orders.
        var servers: [String: Running] = [:]
    }

    /// A server with its user's key, its home inside, and what its last start left, once its process runs.
    private struct Running: Equatable {
        let key: String
        let home: String
        let state: String?
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var told = Told()
            var leftovers: [String: Int64]?
            while !Task.isCancelled {
                changed.clear()
                do {
                    let left: [String: Int64]
                    if let leftovers { left = leftovers } else { left = try await usersWithEdits() }
                    leftovers = left
                    try await look(&told, leftovers: left)
                } catch {
                    logger.warning("mounts.lookFailed", metadata: ["error": "\(error)"])
                }
                _ = try? await changed.orUntilRaised { [clock] in try await clock.sleep(for: Self.interval) }
            }
        }
    }

    private func look(_ told: inout Told, leftovers: [String: Int64]) async throws {
        guard folders.canBe || !told.wanted.isEmpty else { return }
        let servers = try await store.servers.live().filter { $0.server.observed != .stopped && !$0.owner.isVisitor }
        var reports: [Int64: [String: ConnectionReport]] = [:]
        var running: [String: Running] = [:]
        for owned in servers {
            let sources = try await desk.sources(of: owned.owner, in: owned.instance.settings)
            guard !sources.isEmpty else { continue }
            let key = MountPasswords.name(for: owned)
            running[owned.key.directoryName] = Running(
                key: key,
                home: "/home/\(owned.owner.name.unixName)",
                state: owned.server.spawnState,
            )
            try await want(key, sources, of: owned.owner, &reports, &told)
        }
        // Edits of servers that run no more.
        for (key, id) in leftovers where told.wanted[key] == nil {
            guard let user = try await store.users.withID(id) else { continue }
            try await want(key, try await desk.sources(of: user), of: user, &reports, &told)
        }
        // Told again when its process runs: only then there is something to show mounts in.
        for (id, server) in running where told.servers[id] != server {
            await keeper.serverRuns(id, home: server.home, of: server.key)
            told.servers[id] = server
        }
        for (id, server) in told.servers where running[id] == nil {
            await keeper.serverEnded(id, of: server.key)
            told.servers[id] = nil
        }
        try await note(&told, heard: Set(reports.keys))
    }

    /// Says what a person is to find.
    private func want(
        _ key: String,
        _ sources: [DataSourceSettings],
        of user: UserRecord,
        _ reports: inout [Int64: [String: ConnectionReport]],
        _ told: inout Told,
    ) async throws {
        guard let id = user.id, let account = try folders.account(of: user) else { return }
        if reports[id] == nil { reports[id] = try await desk.hear(of: id) ?? [:] }
        let mounts = UserMounts(
            key: key,
            account: account,
            folders: try await folders.folders(of: user, among: sources, reports: reports[id] ?? [:]),
            token: try await passwords.password(of: key, for: id),
        )
        if mounts.folders.contains(where: { $0.state == nil }) { await looks.begin(for: user) }
        guard told.wanted[key]?.mounts != mounts else { return }
        await keeper.want(mounts)
        told.wanted[key] = Wanted(user: id, mounts: mounts)
    }

    /// Puts on the board what waits to be uploaded, and notes which files are kept in two versions since.
    ///
    /// - Parameters:
    ///   - told: what the keeper was told.
    ///   - heard: whose connections the gateway was asked about in this look.
    /// - Throws: what the database says.
    private func note(_ told: inout Told, heard: Set<Int64>) async throws {
        var counts: [Int64: [String: Int]] = [:]
        var heard = heard
        for (key, wanted) in told.wanted {
            guard try await store.users.withID(wanted.user) != nil else {
                told.wanted[key] = nil
                continue
            }
            let waiting = await keeper.standings(of: key).filter { !$0.waiting.isEmpty }
            for standing in waiting {
                counts[wanted.user, default: [:]][standing.folder, default: 0] += standing.waiting.count
            }
            counts[wanted.user, default: [:]] = counts[wanted.user] ?? [:]
            try await noteRescued(of: key, wanted)
            // What is uploaded without a server can turn out to be a second version, too.
            if !waiting.isEmpty || wanted.hadWaiting, heard.insert(wanted.user).inserted {
                _ = try await desk.hear(of: wanted.user)
            }
            told.wanted[key]?.hadWaiting = !waiting.isEmpty
        }
        for (user, waiting) in counts { board.note(waiting, of: user) }
    }

    private func noteRescued(of key: String, _ wanted: Wanted) async throws {
        let sources = desk.instances.configuration().dataSources
        let rescued = await keeper.rescued(of: key)
        for (folder, paths) in rescued {
            guard let source = sources.first(where: { $0.homeFolder == folder }) else { continue }
            let whole = paths.map { "\(folder)/\($0)" }
            try await store.connections.note(conflicts: whole, ofUser: wanted.user, at: source.name, now: now())
        }
        await keeper.forget(rescued: rescued, of: key)
    }

    // MARK: Keys

    /// Whose edits lie on the disk, by the keys of their mounts; looks at all users, so it is done once.
    private func usersWithEdits() async throws -> [String: Int64] {
        let keys = try await keeper.usersWithEdits()
        guard !keys.isEmpty else { return [:] }
        let users = try await store.users.all()
        let pairs = keys.compactMap { key in
            users.first { $0.name.unixName == key.prefix { $0 != "@" } }?.id.map { (key, $0) }
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
