import AsyncHTTPClient
import CarrelAuth
import CarrelData
import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import CarrelHub

/// A whole hub in this process: both routers, a store in memory, a fake spawner, a fake proxy, a clock that tests move.
struct HubFixture: Sendable {
    /// Everybody's password here.
    static let password = "correct horse battery"

    let servers: KeeperFixture
    let accounts: AccountDesk
    let homes: HomeDesk
    let storage: FakeHomeStorage
    let files: FakeHomeFiles
    let watch: UsageWatch
    let archives: FakeHomeArchives
    let takeouts: TakeoutDesk
    /// The file of the vault's keys.
    let vaultKey: String
    let connections: ConnectionDesk
    /// What the proxy reaches.
    let front: any TestClientProtocol
    /// What the servers reach.
    let back: any TestClientProtocol

    var store: Store { servers.store }
    var clock: HandClock { servers.clock }
    var spawner: FakeSpawner { servers.spawner }

    /// Adds a user who may sign in with ``password``.
    @discardableResult
    func addUser(_ name: String, mustChange: Bool = false, isAdmin: Bool = false) async throws -> UserRecord {
        var random = SystemRandomNumberGenerator()
        let hash = try await accounts.verifier.hash(Password(Self.password), using: &random)
        return try await store.addUser(name, passwordHash: hash.text, mustChange: mustChange, isAdmin: isAdmin)
    }

    /// A browser that nobody has signed in with yet.
    func browser(address: String = "192.0.2.1", agent: String = "Test/1") -> Browser {
        Browser(client: front, address: address, agent: agent)
    }

    /// A browser in which a user has signed in; makes the user if need be.
    func browser(of name: String) async throws -> Browser {
        if try await store.users.named(UserName(normalizing: name)) == nil { try await addUser(name) }
        let browser = browser()
        let response = try await browser.signIn(name, Self.password)
        #expect(response.status == .found)
        return browser
    }

    /// A token of a user's own.
    func token(of name: String, scopes: [String] = []) async throws -> String {
        try await accounts.createToken(for: UserName(normalizing: name), note: "test", scopes: scopes, lifetime: nil)
    }

    /// Starts a server, and waits until it is ready.
    ///
    /// - Returns: the order it was started with, which has its token.
    @discardableResult
    func run(_ key: ServerKey) async throws -> StartOrder {
        try await servers.desk.start(key)
        try await servers.reaches(.ready, key)
        return try #require(await spawner.orders[key.directoryName])
    }
}

/// Makes a hub that runs while the body does.
func withHub(
    _ settings: KeeperFixture.Settings = KeeperFixture.Settings(),
    spawner: FakeSpawner = FakeSpawner(),
    announcement: String = "",
    storage: FakeHomeStorage = FakeHomeStorage(),
    probe: any DataSourceProbe = NoDataSourceProbe(),
    _ body: @escaping @Sendable (HubFixture) async throws -> Void,
) async throws {
    try await withFolder { folder in
        let keeper = KeeperFixture(settings, store: try Store.inMemory(), spawner: spawner, folder: folder)
        let accounts = try accounts(keeper)
        let files = FakeHomeFiles()
        let homes = homes(keeper, storage, files)
        let watch = watch(homes, spawner)
        let archives = FakeHomeArchives()
        let takeouts = TakeoutDesk(
            store: keeper.store.takeouts,
            audit: AuditTrail(store: keeper.store, now: homes.now),
            archives: archives,
            folder: folder,
            now: homes.now,
        )
        let vault = Vault(keyFile: "\(folder)/vault.key")
        _ = try vault.prepare()
        let connections = ConnectionDesk(
            store: keeper.store,
            vault: vault,
            probe: probe,
            instances: keeper.desk.instances,
            tries: ConnectionTries(),
            now: homes.now,
            logger: .quiet,
        )
        let router = try router(
            keeper,
            accounts,
            homes,
            vault,
            takeouts: takeouts,
            connections: connections,
            announcement: announcement,
            settings: settings.configuration.accounts,
        )
        let front = Application(router: router.front(), logger: .quiet)
        let back = Application(router: router.forServers(), logger: .quiet)
        try await keeper.run {
            try await front.test(.router) { front in
                try await back.test(.router) { back in
                    try await body(
                        HubFixture(
                            servers: keeper,
                            accounts: accounts,
                            homes: homes,
                            storage: storage,
                            files: files,
                            watch: watch,
                            archives: archives,
                            takeouts: takeouts,
                            vaultKey: "\(folder)/vault.key",
                            connections: connections,
                            front: front,
                            back: back,
                        )
                    )
                }
            }
        }
    }
}

private func accounts(_ keeper: KeeperFixture) throws -> AccountDesk {
    let cost = try #require(PasswordHash.Cost(logRounds: 1, blockSize: 1, parallelism: 1))
    return AccountDesk(
        store: keeper.store,
        verifier: PasswordVerifier(work: WorkAtOnce(), cost: cost),
        rule: PasswordRule(),
        hasHome: EarlierHomes(store: keeper.store, homes: keeper.homesFolder).hasSome,
        now: { keeper.clock.now },
    )
}

private func homes(_ keeper: KeeperFixture, _ storage: FakeHomeStorage, _ files: FakeHomeFiles) -> HomeDesk {
    HomeDesk(
        store: keeper.store,
        storage: storage,
        files: files,
        board: UsageBoard(),
        defaultQuota: { ByteCount(bytes: 20_000_000_000) },
        homes: { [instances = keeper.desk.instances] in try await instances.homes(of: $0) },
        now: { keeper.clock.now },
    )
}

private func watch(_ homes: HomeDesk, _ spawner: FakeSpawner) -> UsageWatch {
    UsageWatch(
        store: homes.store,
        spawner: spawner,
        storage: homes.storage,
        board: homes.board,
        clock: ContinuousClock(),
        now: homes.now,
        logger: .quiet,
    )
}

private func router(
    _ keeper: KeeperFixture,
    _ accounts: AccountDesk,
    _ homes: HomeDesk,
    _ vault: Vault,
    takeouts: TakeoutDesk,
    connections: ConnectionDesk,
    announcement: String,
    settings: AccountSettings,
) throws -> HubRouter {
    let (store, clock) = (keeper.store, keeper.clock)
    let now: @Sendable () -> Date = { clock.now }
    let key = try #require(HubKey(bytes: Data(repeating: 7, count: 32)))
    let pages = PageResponder(
        renderer: try PageRenderer(),
        announcement: { announcement },
        hubName: { "Carrel" },
        now: now,
        hasConnections: { !keeper.desk.instances.configuration().dataSources.isEmpty },
    )
    let ownHosts: @Sendable (ClientConnection) -> [String] = { [$0.host] }
    let signIn = SignInDesk(
        store: store,
        verifier: accounts.verifier,
        key: key,
        throttle: { SignInThrottle() },
        sessionLifetime: { .seconds(3600) },
        now: now,
    )
    let entry = EntryDesk(
        instances: keeper.desk.instances,
        signIn: signIn,
        limits: { VisitorStore.Limits(inAll: 5, near: 3) },
    )
    let signInPages = SignInPages(
        desk: signIn,
        entry: entry,
        visitors: keeper.visitors,
        accounts: { accounts },
        pages: pages,
        ownHosts: ownHosts,
        sessionLifetime: { .seconds(3600) },
        ways: .local,
        signUp: { settings.signUp },
    )
    let signUps = SignUpDesk(signIn: signIn, accounts: { accounts }, settings: { settings })
    let recordKey = try #require(RecordKey(bytes: Data(repeating: 7, count: 32)))
    return HubRouter(
        frontDoor: ErrorResponse(pages: pages),
        outside: { FrontDoor.Outside() },
        authentication: Authentication(
            store: store,
            key: key,
            proven: ProvenNames(store: store, shelf: noAuthenticators, now: now, logger: .quiet),
            now: now,
        ),
        signIn: signInPages,
        accounts: AccountPages(
            store: store,
            signIn: signIn,
            accounts: { accounts },
            pages: pages,
            now: now,
            providers: { [] },
        ),
        secondFactor: SecondFactorPages(desk: SecondFactorDesk(signIn: signIn, vault: vault), pages: pages),
        entry: EntryPages(desk: entry, pages: pages, ownHosts: ownHosts, memberships: { [] }),
        catalogue: CataloguePages(
            desk: CatalogueDesk(
                files: homes.files,
                shelf: CatalogueShelf(
                    cache: MaterialCache(
                        folder: NSTemporaryDirectory() + UUID().uuidString,
                        fetcher: nil,
                        work: WorkAtOnce()
                    ),
                    faults: ContentFaults(now: now),
                    refresh: {},
                ),
                work: WorkAtOnce(),
                logger: .quiet,
            ),
            entry: entry,
            servers: keeper.desk,
            pages: pages,
        ),
        serverPages: ServerPages(
            desk: keeper.desk,
            homes: homes,
            pages: pages,
            runs: keeper.runs,
            connections: connections,
            ownHosts: ownHosts,
        ),
        fallback: FallbackPages(desk: keeper.desk, pages: pages),
        users: UsersAPI(store: store, now: now),
        servers: ServersAPI(desk: keeper.desk, patience: .seconds(600)),
        oauth: OAuthAPI(instances: keeper.desk.instances, now: now),
        walls: HubRouter.Walls(
            homes: homes,
            servers: keeper.desk,
            signUps: signUps,
            pages: pages,
            work: WorkAtOnce(),
        ),
        takeouts: takeouts,
        pages: pages,
        courses: HubRouter.Courses(
            servers: keeper.desk,
            signIn: signInPages,
            work: WorkAtOnce(),
            key: recordKey,
            checks: RepositoryChecks(inquiry: KnownRepositories(), account: nil),
            vault: vault,
            publicURL: { nil },
            changed: {},
        ),
        identities: identities(keeper, vault, signInPages),
        fileAccess: FileAccessPages(
            desk: FileAccessDesk(
                store: keeper.store.filePasswords,
                audit: AuditTrail(store: keeper.store, now: signIn.now),
                revoked: { _ in },
                now: signIn.now,
            ),
            pages: pages,
            origin: { _ in "https://hub.example.org" },
        ),
        newcomers: HubRouter.Newcomers(
            signIn: signInPages,
            signUp: signUps,
            origin: { _ in "http://hub.example.org" },
        ),
        connections: connections,
    )
}

/// A shelf without any authenticator.
private var noAuthenticators: AuthenticatorShelf {
    AuthenticatorShelf(
        settings: { [] },
        origin: { "http://hub.example.org" },
        http: .shared,
        openBIS: OpenBISConnections(),
    )
}

/// Without any provider.
private func identities(_ keeper: KeeperFixture, _ vault: Vault, _ signIn: SignInPages) -> HubRouter.Identities {
    let now = signIn.desk.now
    let shelf = noAuthenticators
    let desk = IdentityDesk(
        store: keeper.store,
        signIn: signIn.desk,
        grants: GrantVault(store: keeper.store.credentials, vault: vault, now: now, logger: .quiet),
        effects: IdentityEffects(
            store: keeper.store,
            instances: keeper.desk.instances,
            hasFolder: { _ in false },
            wakeServer: { _ in },
            changed: {},
            revoked: { _ in },
            now: now,
            logger: .quiet,
        ),
        hasHome: { _ in false },
        now: now,
        logger: .quiet,
    )
    let providers = AuthenticatorPages(
        shelf: shelf,
        desk: desk,
        signIn: signIn,
        pages: signIn.pages,
        notices: SignOutNotices(now: now),
    )
    let refresher = GrantRefresher(
        store: keeper.store,
        shelf: shelf,
        grants: desk.grants,
        effects: desk.effects,
        now: now,
    )
    let password = PasswordSignIn(shelf: shelf, signIn: signIn.desk, clock: ContinuousClock())
    let openBIS = OpenBISDesk(
        tied: OpenBISTies(store: keeper.store, shelf: shelf, grants: desk.grants),
        connections: OpenBISConnections(),
        identities: desk,
    )
    let files = OpenBISTokenFiles(
        store: keeper.store,
        all: { [] },
        files: FakeHomeFiles(),
        homes: { _ in [] },
        current: { _ in nil },
        logger: .quiet,
    )
    return HubRouter.Identities(
        providers: providers,
        directories: DirectoryPages(password: password, providers: providers, openBIS: openBIS),
        openBIS: HubRouter.OpenBIS(
            desk: openBIS,
            links: OpenBISLinks(desk: openBIS, signIn: signIn),
            linkPages: OpenBISLinkPages(desk: openBIS, providers: providers),
            pages: OpenBISPages(desk: openBIS, files: files, password: password, pages: signIn.pages),
        ),
        account: IdentityPages(desk: desk, providers: providers),
        tokens: AccessTokenAPI(store: keeper.store, shelf: shelf, refresher: refresher),
        programs: TokenSignIn(shelf: shelf, desk: signIn.desk),
    )
}
