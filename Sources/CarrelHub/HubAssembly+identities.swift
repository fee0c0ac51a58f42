import AsyncHTTPClient
import CarrelAuth
import CarrelData
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import NIOPosix
import OpenIDClient

/// The parts that know who people are at providers.
struct IdentityParts {
    let shelf: AuthenticatorShelf
    let grants: GrantVault
    let effects: IdentityEffects
    let refresher: GrantRefresher
    let keeper: IdentityKeeper
    let proven: ProvenNames
    let contexts: ContextTokens
    let openBIS: OpenBISConnections
    let openBISTies: OpenBISTies
    let openBISFiles: OpenBISTokenFiles
    let openBISInServers: OpenBISInServers
    private let store: Store

    /// Joins the parts.
    ///
    /// - Parameters:
    ///   - hub: what the hub is made of.
    ///   - http: for calls to providers.
    ///   - instances: who may be where.
    ///   - wakeServer: has a server looked at after its row was changed.
    ///   - changed: has running servers looked at, which may have to show other folders.
    ///   - revoked: is told of a user who may have lost the right to the hub.
    ///   - signedIn: is told of a user who has signed in, and which data sources that opens.
    ///   - now: the time.
    init(
        _ hub: Hub.Parts,
        http: HTTPClient,
        instances: InstanceDesk,
        wakeServer: @escaping @Sendable (Int64) -> Void,
        changed: @escaping @Sendable () -> Void,
        revoked: @escaping @Sendable (Int64) async -> Void,
        signedIn: @escaping @Sendable (Int64, [String]) async -> Void,
        now: @escaping @Sendable () -> Date,
    ) {
        let (store, configuration, storage) = (hub.store, hub.configuration, hub.storage)
        self.store = store
        let openBIS = OpenBISConnections()
        self.openBIS = openBIS
        shelf = AuthenticatorShelf(
            settings: { configuration.current.authenticators },
            origin: { configuration.current.hub.publicURL?.description ?? "" },
            http: http,
            openBIS: openBIS,
            privateFields: Set(configuration.current.privateFields),
        )
        proven = ProvenNames(store: store, shelf: shelf, now: now, logger: hub.logger)
        let vault = Vault(keyFile: configuration.current.hub.vaultKey)
        let kept = GrantVault(store: store.credentials, vault: vault, now: now, logger: hub.logger)
        openBISFiles = OpenBISTokenFiles(
            store: store,
            all: { configuration.current.authenticators.filter { $0.kind == .openbis } },
            files: hub.files,
            homes: { try await instances.homes(of: $0).map(\.id) },
            current: { try await kept.grant(of: $0) },
            logger: hub.logger,
        )
        grants = GrantVault(
            store: store.credentials,
            vault: vault,
            now: now,
            logger: hub.logger,
            changed: { [openBISFiles] identity in
                await openBISFiles.changed(identity)
                // The data gateway reads there with the token.
                let sources = configuration.current.dataSources.filter { $0.kind == .openbis }
                if sources.contains(where: { $0.authenticator == identity.provider }) { await revoked(identity.userId) }
            },
            signedIn: { identity in
                let sources = configuration.current.dataSources.filter { $0.signIn == identity.provider }
                if !sources.isEmpty { await signedIn(identity.userId, sources.map(\.name)) }
            },
        )
        openBISTies = OpenBISTies(store: store, shelf: shelf, grants: grants)
        openBISInServers = OpenBISInServers(
            tied: openBISTies,
            files: openBISFiles,
            trust: OpenBISTrust(folder: hub.state.trust),
            logger: hub.logger,
        )
        effects = IdentityEffects(
            store: store,
            instances: instances,
            hasFolder: { HomeDirectory.isFolder(storage.path(of: .project($0))) },
            wakeServer: wakeServer,
            changed: changed,
            revoked: revoked,
            now: now,
            logger: hub.logger,
        )
        refresher = GrantRefresher(store: store, shelf: shelf, grants: grants, effects: effects, now: now)
        contexts = ContextTokens(
            store: store,
            shelf: shelf,
            grants: grants,
            refresher: refresher,
            logger: hub.logger,
        )
        keeper = IdentityKeeper(
            store: store,
            shelf: shelf,
            refresher: refresher,
            effects: effects,
            clock: ContinuousClock(),
            now: now,
            logger: hub.logger,
        )
    }

    /// The pages, beside those that sign people in with a password.
    func pages(_ hub: Hub.Parts, signIn: SignInPages) -> HubRouter.Identities {
        let desk = IdentityDesk(
            store: hub.store,
            signIn: signIn.desk,
            grants: grants,
            effects: effects,
            hasHome: { try await signIn.accounts().hasHome($0) },
            now: signIn.desk.now,
            logger: hub.logger,
        )
        let providers = AuthenticatorPages(
            shelf: shelf,
            desk: desk,
            signIn: signIn,
            pages: signIn.pages,
            notices: SignOutNotices(now: signIn.desk.now),
        )
        let password = PasswordSignIn(shelf: shelf, signIn: signIn.desk, clock: ContinuousClock())
        let openBIS = OpenBISDesk(tied: openBISTies, connections: openBIS, identities: desk)
        return HubRouter.Identities(
            providers: providers,
            directories: DirectoryPages(password: password, providers: providers, openBIS: openBIS),
            openBIS: HubRouter.OpenBIS(
                desk: openBIS,
                links: OpenBISLinks(desk: openBIS, signIn: signIn),
                linkPages: OpenBISLinkPages(desk: openBIS, providers: providers),
                pages: OpenBISPages(desk: openBIS, files: openBISFiles, password: password, pages: signIn.pages),
            ),
            account: IdentityPages(desk: desk, providers: providers),
            tokens: AccessTokenAPI(store: hub.store, shelf: shelf, refresher: refresher),
            programs: TokenSignIn(shelf: shelf, desk: signIn.desk),
        )
    }

    /// A fresh access token of a user's sign-in; nil when there is none to be had.
    ///
    /// - Parameters:
    ///   - user: whose.
    ///   - authenticator: by which they signed in.
    /// - Returns: the token.
    /// - Throws: `AuthenticatorError` when the provider can't be asked, or what the database says.
    @Sendable func accessToken(of user: Int64, at authenticator: String) async throws -> String? {
        guard let settings = shelf.settings(authenticator), settings.kind.givesTokens || settings.kind == .openbis,
            try await store.users.withID(user)?.isDisabled == false,
            let identity = try await store.identities.all(ofUser: user).first(where: { identity in
                identity.provider == authenticator && identity.lapsedAt == nil
            })
        else { return nil }
        guard settings.kind == .openbis else {
            return try await refresher.accessToken(of: identity, at: settings)?.token
        }
        guard settings.vouches(for: identity) else { return nil }
        // Also one that has ended: so whoever shows it hears that, and can say so.
        return try await grants.grant(of: identity).flatMap { OpenBISGrant(stored: $0) }?.token
    }

    /// What the pages for signing in and out know of providers.
    func ways(_ hub: Hub.Parts) -> SignInWays {
        let configuration = hub.configuration
        return SignInWays(
            shelf,
            hub.store,
            grants,
            hasForm: { configuration.current.accounts.localForm },
            proven: proven,
            logger: hub.logger,
        )
    }

    /// A client for hosts outside, which answer in time or not at all.
    static func outsideHTTP() -> HTTPClient {
        HTTPClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            configuration: OpenIDProvider.httpConfiguration,
        )
    }
}
