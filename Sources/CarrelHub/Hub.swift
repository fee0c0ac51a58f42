import AsyncHTTPClient
import CarrelAuth
import CarrelData
public import CarrelModel
public import CarrelSpawn
public import CarrelStore
import Foundation
import Hummingbird
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle

/// The hub: pages, API and OAuth on two sockets, and the loops that keep proxy and servers as they are wanted.
public struct Hub: Sendable {
    /// What a hub is made of.
    public struct Parts: Sendable {
        /// The configuration it begins with.
        public var configuration: LiveConfiguration
        /// Its state directory, prepared and locked.
        public var state: StateDirectory
        /// Its database.
        public var store: Store
        /// What starts servers.
        public var spawner: any Spawner
        /// What looks at git repositories.
        public var repositories: any RepositoryInquiry
        /// What keeps homes to their quotas and takes restore points of them.
        public var storage: any FolderStorage
        /// What looks into homes and brings files back.
        public var files: any HomeFiles
        /// What makes archives of homes.
        public var archives: any HomeArchives
        /// What makes environments of repositories; nil where nothing can.
        public var builder: (any RepositoryBuilder)?
        /// What a home may hold whose user has no quota of their own; nil for as much as there is room.
        public var defaultQuota: @Sendable () -> ByteCount?
        /// Runs what blocks.
        public var work: any BlockingWork
        /// Absolute path of the executable whose `proxy` command is the proxy.
        public var executable: String
        /// Where events go.
        public var logger: Logger
        /// Is called when the public addresses answer.
        public var onReady: @Sendable () -> Void

        /// Joins the parts.
        public init(
            configuration: LiveConfiguration,
            state: StateDirectory,
            store: Store,
            spawner: any Spawner,
            repositories: any RepositoryInquiry,
            storage: any FolderStorage,
            files: any HomeFiles,
            archives: any HomeArchives,
            defaultQuota: @escaping @Sendable () -> ByteCount?,
            work: any BlockingWork,
            executable: String,
            logger: Logger,
            onReady: @escaping @Sendable () -> Void,
            builder: (any RepositoryBuilder)? = nil,
        ) {
            self.builder = builder
            self.configuration = configuration
            self.state = state
            self.store = store
            self.spawner = spawner
            self.repositories = repositories
            self.storage = storage
            self.files = files
            self.archives = archives
            self.defaultQuota = defaultQuota
            self.work = work
            self.executable = executable
            self.logger = logger
            self.onReady = onReady
        }
    }

    /// What to run, each depending on earlier ones only.
    public let services: [any Service]
    let parts: Parts
    let queue: StartQueue
    let keeper: ServerKeeper
    let proxy: ProxyKeeper
    let homes: HomeDesk
    let folders: CommonFolderDesk
    let instances: InstanceDesk
    private let gateway: GatewayClient
    private let configurationChanged: WakeSignal
    private let foldersChanged: WakeSignal
    private let instancesChanged: WakeSignal
    private let materialWanted: WakeSignal
    private let http: HTTPClient
    private let outside: HTTPClient
    private let openBIS: OpenBISConnections

    /// Puts a hub together, without starting anything.
    ///
    /// - Parameters:
    ///   - parts: what it is made of.
    ///   - endsProxy: asked at the end: whether the proxy ends with the hub.
    /// - Throws: when a secret or a page template can't be read.
    public init(_ parts: Parts, endsProxy: @escaping @Sendable () -> Bool) async throws {
        self.parts = parts
        let assembly = try HubAssembly(parts, endsProxy: endsProxy)
        for owned in try await parts.store.servers.live() where owned.server.observed == .ready {
            guard let target = owned.server.target else { continue }
            assembly.table.expect(ServerRoute(key: owned.key, target: target))
        }
        http = assembly.http
        outside = assembly.outside
        openBIS = assembly.openBIS
        configurationChanged = assembly.configurationChanged
        foldersChanged = assembly.foldersChanged
        instancesChanged = assembly.instancesChanged
        materialWanted = assembly.materialWanted
        queue = assembly.queue
        keeper = assembly.keeper
        proxy = assembly.proxy
        homes = assembly.homes
        folders = assembly.folders
        instances = assembly.instances
        gateway = assembly.gatewayClient
        services = assembly.services
    }

    /// Puts a new configuration to use; what can't change while the hub runs is left, and said.
    ///
    /// - Parameter new: decoded and validated.
    public func apply(_ new: Configuration) async {
        let changes = parts.configuration.replace(with: new)
        let keys = changes.map(\.key).joined(separator: " ")
        await AuditTrail(store: parts.store)
            .noteDone(.configurationReloaded, .hub, details: ["keys": keys], parts.logger)
        for change in changes {
            parts.logger.notice(
                change.needsRestart ? "configuration.needsRestart" : "configuration.changed",
                metadata: ["key": "\(change.key)"],
            )
        }
        configurationChanged.raise()
        await gateway.revoked(nil)
        do {
            try await instances.adopt()
            instancesChanged.raise()
            materialWanted.raise()
        } catch {
            parts.logger.error("store.failed", metadata: ["error": "\(error)"])
        }
        foldersChanged.raise()
        do {
            await queue.setRooms(try await parts.store.instances.all().compactMap { StartLine.Room($0) })
        } catch {
            parts.logger.error("store.failed", metadata: ["error": "\(error)"])
        }
        let machine = Machine.current
        await queue.setLimits(
            startsAtOnce: new.servers.startsAtOnce(processors: machine.processors),
            capacity: new.servers.capacity(memory: machine.memory),
        )
        do {
            try proxy.reload()
        } catch {
            parts.logger.warning("proxy.notReloaded", metadata: ["error": "\(error)"])
        }
        do {
            try await homes.applyQuotas()
            try await folders.applyQuotas()
        } catch {
            parts.logger.warning("quota.notSet", metadata: ["error": "\(error)"])
        }
    }

    /// Takes over the instances of the configuration; before the services run.
    public func adoptInstances() async throws {
        try await instances.adopt()
    }

    /// Removes what earlier hubs have left of servers that are at rest or don't exist any more; before the services run.
    public func removeLeftovers() async throws {
        let builds = try await parts.store.builds.underWay().map { SandboxedBuilder.job($0.id) }
        let wanted = try await parts.store.servers.live().map(\.key.directoryName) + builds
        for (id, failure) in await parts.spawner.removeLeftovers(but: Set(wanted)) {
            parts.logger.notice(
                "server.leftoverRemoved",
                metadata: failure.map { ["server": "\(id)", "error": "\($0.message)"] } ?? ["server": "\(id)"],
            )
        }
    }

    /// Looks at the servers that are to stop, at who may reach files, at what servers show and at every quota again, after the command line
    /// changed the database.
    public func look() async throws {
        await gateway.revoked(nil)
        foldersChanged.raise()
        try await keeper.wakeChanged()
        instancesChanged.raise()
        materialWanted.raise()
        try await homes.applyQuotas()
        try await folders.applyQuotas()
    }

    /// Closes what is open, after all services have ended.
    public func close() async throws {
        try await http.shutdown()
        try await outside.shutdown()
        try await openBIS.shutdown()
    }
}

/// What this machine has to give.
struct Machine {
    let processors: Int
    let memory: ByteCount

    static var current: Machine {
        let info = ProcessInfo.processInfo
        return Machine(
            processors: info.activeProcessorCount,
            memory: ByteCount(bytes: Int64(clamping: info.physicalMemory))
        )
    }
}
