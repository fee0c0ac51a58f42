import AsyncHTTPClient
import CarrelAuth
import CarrelData
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Makes the hub's parts and tells each about those it needs.
struct HubAssembly {
    let http: HTTPClient
    /// For hosts outside.
    let outside: HTTPClient
    let openBIS: OpenBISConnections
    let table: PublishedRoutes
    let queue: StartQueue
    let keeper: ServerKeeper
    let proxy: ProxyKeeper
    let homes: HomeDesk
    let folders: CommonFolderDesk
    let instances: InstanceDesk
    let takeouts: TakeoutDesk
    let connections: ConnectionDesk
    let gatewayClient: GatewayClient
    /// Raised when there is a new configuration.
    let configurationChanged = WakeSignal()
    /// Raised when servers may have to show other folders.
    let foldersChanged = WakeSignal()
    /// Raised when a process of a server has begun or ended.
    let processesChanged = WakeSignal()
    /// Raised when something about an instance was changed.
    let instancesChanged = WakeSignal()
    /// Raised when the material of instances should be fetched.
    let materialWanted = WakeSignal()
    let services: [any Service]

    init(_ parts: Hub.Parts, endsProxy: @escaping @Sendable () -> Bool) throws {
        let configuration = parts.configuration
        let state = parts.state
        let now: @Sendable () -> Date = { Date() }
        http = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: Self.httpConfiguration)
        outside = IdentityParts.outsideHTTP()
        table = PublishedRoutes(fixed: GatewayParts.route(state))
        let key = try state.hubKey()
        let board = ProgressBoard()
        let machine = Machine.current
        let settings = configuration.current.servers
        let runs = RunBook(now: now)
        queue = StartQueue(
            startsAtOnce: settings.startsAtOnce(processors: machine.processors),
            capacity: settings.capacity(memory: machine.memory),
            waitChanged: { board.post(.waiting(place: $1.place, estimate: runs.text(for: $1)), for: $0) },
        )
        let ephemeralHomes = EphemeralHomes(store: parts.store, storage: parts.storage, logger: parts.logger)
        folders = CommonFolderDesk(
            storage: parts.storage,
            groups: parts.store.groups,
            settings: { CommonFolderDesk.Settings(configuration.current) },
            logger: parts.logger,
        )
        instances = InstanceDesk(
            store: parts.store,
            configuration: { configuration.current },
            now: now,
            logger: parts.logger,
        )
        gatewayClient = GatewayClient(http: http, socket: state.gatewayControl)
        let mountBoard = MountBoard()
        connections = Self.connections(parts, http: http, instances: instances, board: mountBoard, now: now)
        let keeperBox = KeeperBox()
        let visitors = VisitorKeeper(
            store: parts.store,
            wake: { keeperBox.wake($0) },
            now: now,
            logger: parts.logger,
        )
        let (materialWanted, cache) = (materialWanted, Self.cache(parts, folder: parts.state.material))
        let shelf = CatalogueShelf(
            cache: Self.cache(parts, folder: parts.state.catalogues),
            faults: ContentFaults(now: now),
            refresh: { materialWanted.raise() },
        )
        let catalogue = CatalogueDesk(files: parts.files, shelf: shelf, work: parts.work, logger: parts.logger)
        let contents = Self.contents(parts, cache, refresh: { materialWanted.raise() }, now: now)
        let identities = IdentityParts(
            parts,
            http: outside,
            instances: instances,
            wakeServer: { keeperBox.wake($0) },
            changed: { [foldersChanged] in foldersChanged.raise() },
            revoked: gatewayClient.revoked,
            signedIn: gatewayClient.signedIn,
            now: now,
        )
        openBIS = identities.openBIS
        let plans = DataSourcePlans(desk: connections, context: identities.contexts.context)
        let mounts = MountParts(
            parts,
            http: http,
            gateway: gatewayClient,
            plans: plans,
            board: mountBoard,
            key: key,
            changed: processesChanged,
            now: now,
        )
        keeper = Self.servers(
            parts,
            folders: folders,
            queue: queue,
            board: board,
            table: table,
            contents: { owned, home, inside in
                var shown = await contents.prepare(owned, in: home, shownAt: inside)
                shown.notices += await catalogue.fill(owned)
                shown.bindings += await mounts.first.bindings(for: owned, in: home, shownAt: inside)
                return shown
            },
            extras: { owned in
                var extras = try await mounts.inLab.extras(for: owned)
                extras.add(await identities.contexts.extras(for: owned.server.userId))
                extras.add(try await identities.openBISInServers.extras(for: owned))
                return extras
            },
            ends: ServerEnds(runs: runs, homes: ephemeralHomes, visitors: visitors, logger: parts.logger),
            processChanged: { [processesChanged] in processesChanged.raise() },
            now: now,
        )
        keeperBox.fill(keeper)
        let control = ProxyClient(http: http, socket: state.proxyControl, token: try state.proxyToken())
        proxy = ProxyKeeper(
            companion: Companion(
                name: "proxy",
                program: ProxyProgram.make(parts, token: control.token),
                socket: state.proxyControl,
                argumentsFile: state.proxyArguments,
                answers: { (try? await control.routes()) != nil },
                failure: { .proxyFailed(reason: $0) },
                logger: parts.logger,
            ),
            client: control,
            table: table,
            onReady: parts.onReady,
            endsWithHub: endsProxy,
            logger: parts.logger,
        )
        let desk = ServerDesk(
            store: parts.store,
            keeper: keeper,
            board: board,
            queue: queue,
            spawner: parts.spawner,
            instances: instances,
            now: now,
        )
        homes = HomeDesk(
            store: parts.store,
            storage: parts.storage,
            files: parts.files,
            board: UsageBoard(),
            defaultQuota: parts.defaultQuota,
            homes: { [instances] in try await instances.homes(of: $0) },
            now: now,
        )
        takeouts = TakeoutDesk(
            store: parts.store.takeouts,
            audit: AuditTrail(store: parts.store, now: now),
            archives: parts.archives,
            folder: state.takeouts,
            limits: { TakeoutLimits(configuration.current.takeout) },
            homes: { [instances] in try await instances.homes(of: $0) },
            now: now,
        )
        let instancesChanged = instancesChanged
        let builds = Self.builds(parts, now: now)
        let gateway = GatewayParts(
            parts,
            client: gatewayClient,
            instances: instances,
            identities: identities,
            sources: plans.folders,
            endsGateway: endsProxy,
            now: now,
        )
        let router = try Self.router(
            parts,
            desk: desk,
            homes: homes,
            folders: folders,
            foldersChanged: foldersChanged,
            takeouts: takeouts,
            connections: connections,
            visitors: visitors,
            runs: runs,
            catalogue: catalogue,
            key: key,
            changed: { [foldersChanged] in
                instancesChanged.raise()
                // Managers write in hand-out folders.
                foldersChanged.raise()
            },
            builds: builds,
            identities: identities,
            access: gateway.access,
            now: now,
        )
        let usage = UsageWatch(
            store: parts.store,
            spawner: parts.spawner,
            storage: parts.storage,
            board: homes.board,
            clock: ContinuousClock(),
            now: now,
            logger: parts.logger,
        )
        let idle = IdleWatch(
            store: parts.store,
            routes: { try await control.routes() },
            inquiry: KernelInquiry(http: http, tokens: parts.store.tokens, now: now),
            keeper: keeper,
            limits: { ServerLimits($0, configuration.current) },
            interval: ChangingInterval(
                length: { configuration.current.servers.idleCheckInterval },
                changed: configurationChanged,
                clock: ContinuousClock(),
                now: now,
            ),
            now: now,
            logger: parts.logger,
        )
        let housekeeping = Housekeeping(
            store: parts.store,
            state: state,
            work: parts.work,
            configuration: configuration,
            visitors: visitors,
            ephemeralHomes: ephemeralHomes,
            clock: ContinuousClock(),
            now: now,
            logger: parts.logger,
        )
        let keeper = keeper
        let ends = InstanceKeeper(
            store: parts.store,
            deletion: try Self.deletion(parts, [cache, shelf.cache], now: now),
            wakeServer: { keeper.wake($0) },
            changed: instancesChanged,
            clock: ContinuousClock(),
            now: now,
            logger: parts.logger,
        )
        services =
            [
                HubListener.application(
                    router.forServers(),
                    socket: state.serverSocket,
                    for: .servers,
                    logger: parts.logger
                ),
                HubListener.application(router.front(), socket: state.frontSocket, for: .proxy, logger: parts.logger),
                proxy, keeper, idle, housekeeping, usage, ends, identities.keeper,
                MaterialKeeper(
                    store: parts.store,
                    cache: cache,
                    catalogues: shelf,
                    wanted: materialWanted,
                    clock: ContinuousClock(),
                    logger: parts.logger,
                ),
                Self.restorePoints(parts, homes: homes, folders: folders, now: now),
                WallWatch(spawner: parts.spawner, clock: ContinuousClock(), logger: parts.logger),
                FolderKeeper(
                    store: parts.store,
                    spawner: parts.spawner,
                    folders: folders,
                    contents: contents,
                    wake: { [keeper] in keeper.wake($0) },
                    changed: foldersChanged,
                    clock: ContinuousClock(),
                    now: now,
                    logger: parts.logger,
                ),
                TakeoutKeeper(desk: takeouts, work: parts.work, clock: ContinuousClock(), logger: parts.logger),
                ConnectionKeeper(desk: connections, clock: ContinuousClock()),
            ] + gateway.services + mounts.services
            + (builds.map { [BuildKeeper(desk: $0, clock: ContinuousClock(), logger: parts.logger)] } ?? [])
    }

    private static var httpConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.idleTimeout = .seconds(30)
        // The gateway's socket too is one host: eight people who try a service that hangs would hold up everybody's pages.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        return configuration
    }

    private static func router(
        _ parts: Hub.Parts,
        desk: ServerDesk,
        homes: HomeDesk,
        folders: CommonFolderDesk,
        foldersChanged: WakeSignal,
        takeouts: TakeoutDesk,
        connections: ConnectionDesk,
        visitors: VisitorKeeper,
        runs: RunBook,
        catalogue: CatalogueDesk,
        key: HubKey,
        changed: @escaping @Sendable () -> Void,
        builds: BuildDesk?,
        identities: IdentityParts,
        access: FileAccessDesk,
        now: @escaping @Sendable () -> Date,
    ) throws -> HubRouter {
        let configuration = parts.configuration
        let store = parts.store
        let verifier = PasswordVerifier(work: parts.work)
        let pages = PageResponder(
            renderer: try PageRenderer(),
            announcement: { configuration.current.hub.announcement },
            hubName: { configuration.current.hub.name },
            now: now,
            hasConnections: { !configuration.current.dataSources.isEmpty },
            hasOpenBIS: { configuration.current.authenticators.contains { $0.kind == .openbis } },
        )
        let ownHosts: @Sendable (ClientConnection) -> [String] = { client in
            [client.host] + (configuration.current.hub.publicURL.map { [Self.authority(of: $0)] } ?? [])
        }
        let accounts: @Sendable () -> AccountDesk = {
            AccountDesk(
                store: store,
                verifier: verifier,
                rule: PasswordRule(minimumLength: configuration.current.accounts.minimumPasswordLength),
                hasHome: EarlierHomes(store: store, homes: configuration.current.storage.homes).hasSome,
                now: now,
            )
        }
        let sessionLifetime: @Sendable () -> Duration = { configuration.current.accounts.sessionLifetime }
        let signIn = SignInDesk(
            store: store,
            verifier: verifier,
            key: key,
            throttle: { SignInThrottle(configuration.current.accounts) },
            sessionLifetime: sessionLifetime,
            now: now,
        )
        let entry = EntryDesk(
            instances: desk.instances,
            signIn: signIn,
            limits: { VisitorStore.Limits(configuration.current.accounts) },
        )
        let signInPages = SignInPages(
            desk: signIn,
            entry: entry,
            visitors: visitors,
            accounts: accounts,
            pages: pages,
            ownHosts: ownHosts,
            sessionLifetime: sessionLifetime,
            ways: identities.ways(parts),
            signUp: { configuration.current.accounts.signUp },
        )
        let signUps = SignUpDesk(signIn: signIn, accounts: accounts) { configuration.current.accounts }
        let origin = Self.origin(configuration)
        let known = identities.pages(parts, signIn: signInPages)
        let integration = Self.integration(parts, known.openBIS.desk, homes: homes)
        return HubRouter(
            frontDoor: ErrorResponse(pages: pages),
            outside: { FrontDoor.Outside(configuration.current) },
            authentication: Authentication(store: store, key: key, proven: identities.proven, now: now),
            signIn: signInPages,
            accounts: AccountPages(
                store: store,
                signIn: signIn,
                accounts: accounts,
                pages: pages,
                now: now,
                providers: { configuration.current.authenticators },
            ),
            secondFactor: SecondFactorPages(
                desk: SecondFactorDesk(signIn: signIn, vault: Vault(keyFile: configuration.current.hub.vaultKey)),
                pages: pages,
            ),
            entry: EntryPages(
                desk: entry,
                pages: pages,
                ownHosts: ownHosts,
                memberships: { configuration.current.authenticators.flatMap(\.memberships) },
            ),
            catalogue: CataloguePages(desk: catalogue, entry: entry, servers: desk, pages: pages),
            serverPages: ServerPages(
                desk: desk,
                homes: homes,
                pages: pages,
                runs: runs,
                connections: connections,
                ownHosts: ownHosts,
            ),
            fallback: FallbackPages(desk: desk, pages: pages),
            users: UsersAPI(store: store, now: now),
            servers: ServersAPI(desk: desk),
            oauth: OAuthAPI(instances: desk.instances, now: now),
            walls: HubRouter.Walls(
                homes: homes,
                servers: desk,
                signUps: signUps,
                pages: pages,
                work: parts.work,
                settleProjects: { try await folders.applyQuotas() },
                settleFolders: { foldersChanged.raise() },
                settleInstances: changed,
            ),
            takeouts: takeouts,
            pages: pages,
            courses: HubRouter.Courses(
                servers: desk,
                signIn: signInPages,
                work: parts.work,
                key: try parts.state.recordKey(),
                checks: RepositoryChecks(inquiry: parts.repositories, account: fetcher(parts)),
                offersLaunches: { builds != nil && configuration.current.binder.instance != nil },
                vault: Vault(keyFile: configuration.current.hub.vaultKey),
                publicURL: { configuration.current.hub.publicURL?.description },
                hasFolder: { HomeDirectory.isFolder(parts.storage.path(of: .project($0))) },
                changed: changed,
            ),
            identities: known,
            fileAccess: FileAccessPages(desk: access, pages: pages, origin: origin),
            newcomers: HubRouter.Newcomers(signIn: signInPages, signUp: signUps, origin: origin),
            connections: connections,
            launches: builds.map { builds in
                let launches = LaunchDesk(builds: builds, servers: desk, entry: entry, visitors: visitors)
                return HubRouter.Launches(
                    pages: LaunchPages(desk: launches, pages: pages, ownHosts: ownHosts, origin: origin),
                    api: LaunchAPI(desk: launches, origin: origin),
                )
            },
            integration: integration,
            newNotebooks: Self.newNotebooks(parts, integration, known.openBIS.desk, pages: pages, origin: origin),
        )
    }
}

extension HubAssembly {
    private static func authority(of origin: WebOrigin) -> String {
        origin.host + (origin.port.map { ":\($0)" } ?? "")
    }
}
