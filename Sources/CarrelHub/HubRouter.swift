import CarrelModel
import CarrelSpawn
import Hummingbird

/// Puts all faces of the hub together, once for the proxy and once for the servers.
struct HubRouter {
    let frontDoor: ErrorResponse
    let outside: @Sendable () -> FrontDoor.Outside
    let authentication: Authentication
    let signIn: SignInPages
    let accounts: AccountPages
    let secondFactor: SecondFactorPages
    let entry: EntryPages
    let catalogue: CataloguePages
    let serverPages: ServerPages
    let fallback: FallbackPages
    let users: UsersAPI
    let servers: ServersAPI
    let oauth: OAuthAPI
    let walls: Walls
    let takeouts: TakeoutDesk
    let pages: PageResponder
    let courses: Courses
    let identities: Identities
    let fileAccess: FileAccessPages
    let newcomers: Newcomers
    let connections: ConnectionDesk
    /// Launch links, where there are any.
    var launches: Launches?
    /// Where openBIS posts notebooks.
    var integration: IntegrationEndpoint?
    /// Where notebooks begin that work on datasets of openBIS.
    var newNotebooks: NewNotebookPages?

    /// The pages of providers that people sign in with.
    struct Identities {
        let providers: AuthenticatorPages
        let directories: DirectoryPages
        let openBIS: OpenBIS
        let account: IdentityPages
        let tokens: AccessTokenAPI
        let programs: TokenSignIn
    }

    /// Who people are at openBIS, and the pages about it.
    struct OpenBIS {
        let desk: OpenBISDesk
        let links: OpenBISLinks
        let linkPages: OpenBISLinkPages
        let pages: OpenBISPages
    }

    /// The pages and the API of launch links.
    struct Launches {
        let pages: LaunchPages
        let api: LaunchAPI
    }

    /// The pages and the API about use, homes, requests and restore points.
    struct Walls {
        let storage: StoragePages
        let requests: RequestPages
        let restore: RestorePages
        let admin: AdminPages
        let groupPages: GroupPages
        let instancePages: InstancePages
        let instanceSettings: InstanceSettingsPages
        let notices: NoticesAPI
        let myGroups: MyGroupPages
        let homesAPI: HomesAPI
        let groupsAPI: GroupsAPI
        let membersAPI: GroupMembersAPI
        let requestsAPI: RequestsAPI

        /// Joins the parts; `settleProjects` puts the quotas of project folders to use after an admin changed one,
        /// `settleFolders` has running servers looked at after somebody joined, left or got another role, and
        /// `settleInstances` has the hub look at the instances.
        init(
            homes: HomeDesk,
            servers: ServerDesk,
            signUps: SignUpDesk,
            pages: PageResponder,
            work: any BlockingWork,
            settleProjects: @escaping @Sendable () async throws -> Void = {},
            settleFolders: @escaping @Sendable () -> Void = {},
            settleInstances: @escaping @Sendable () -> Void = {},
        ) {
            let groups = GroupDesk(
                store: homes.store,
                now: homes.now,
                settleHomes: { try await homes.applyQuotas(of: $0) },
                settleProjects: settleProjects,
                settleFolders: settleFolders,
            )
            let survey = FolderSurvey(files: homes.files, now: homes.now)
            storage = StoragePages(desk: homes, survey: survey, pages: pages)
            requests = RequestPages(desk: homes, pages: pages)
            restore = RestorePages(desk: homes, survey: survey, pages: pages, work: work)
            admin = AdminPages(homes: homes, servers: servers, signUps: signUps, pages: pages)
            let editor = InstanceEditor(
                desk: servers.instances,
                register: InstanceRegister(store: homes.store, now: homes.now, changed: settleInstances),
            )
            instancePages = InstancePages(editor: editor, servers: servers, homes: homes, pages: pages)
            instanceSettings = InstanceSettingsPages(editor: editor, homes: homes, pages: pages)
            notices = NoticesAPI(desk: servers)
            groupPages = GroupPages(desk: groups, pages: pages, isLive: servers.spawner.changesFolders)
            myGroups = MyGroupPages(desk: groups, pages: pages, isLive: servers.spawner.changesFolders)
            homesAPI = HomesAPI(desk: homes)
            groupsAPI = GroupsAPI(desk: groups)
            membersAPI = GroupMembersAPI(desk: groups)
            requestsAPI = RequestsAPI(desk: homes)
        }
    }

    /// Everything: for the proxy's socket.
    func front() -> Router<HubContext> {
        let router = Router(context: HubContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: FrontDoor(side: .proxy, renderer: frontDoor, outside: outside))
        router.addRoutes(fallback.plainEndpoints)
        if let integration { router.addRoutes(integration.endpoints) }
        let known = router.group().add(middleware: authentication)
        addAPI(to: known)
        known.addRoutes(identities.programs.endpoints, atPath: "hub")
        let browsers = known.group().add(middleware: CookiesOnly()).add(middleware: identities.openBIS.links)
        browsers.addRoutes(signIn.endpoints, atPath: "hub")
        browsers.addRoutes(newcomers.reset.endpoints, atPath: "hub")
        browsers.addRoutes(newcomers.signUp.endpoints, atPath: "hub")
        browsers.addRoutes(SecondStepPages(desk: secondFactor.desk, signIn: signIn).endpoints, atPath: "hub")
        browsers.addRoutes(identities.providers.endpoints, atPath: "hub")
        browsers.addRoutes(identities.directories.endpoints, atPath: "hub")
        browsers.addRoutes(identities.account.endpoints, atPath: "hub")
        browsers.addRoutes(identities.openBIS.linkPages.endpoints, atPath: "hub")
        browsers.addRoutes(entry.endpoints, atPath: "hub")
        browsers.addRoutes(catalogue.endpoints, atPath: "hub")
        browsers.addRoutes(courses.join.endpoints, atPath: "hub")
        browsers.addRoutes(courses.gitLinks.endpoints, atPath: "hub")
        browsers.addRoutes(UserRedirect(entry: entry.desk).endpoints)
        if let launches {
            known.addRoutes(launches.api.endpoints)
            browsers.addRoutes(launches.pages.endpoints, atPath: "hub")
        }
        let signedIn = browsers.group("hub", context: SignedInContext.self)
        signedIn.addRoutes(serverPages.endpoints)
        signedIn.addRoutes(TakeoutPages(desk: takeouts, pages: pages).endpoints)
        let residents = browsers.group("hub", context: SignedInContext.self).add(middleware: ResidentsOnly())
        residents.addRoutes(entry.managerEndpoints)
        residents.addRoutes(accounts.endpoints)
        residents.addRoutes(AuditPages(audit: accounts.signIn.audit, pages: pages).endpoints)
        residents.addRoutes(secondFactor.endpoints)
        residents.addRoutes(identities.openBIS.pages.endpoints)
        let browsing = OpenBISBrowsePages(desk: identities.openBIS.desk, pages: pages, work: walls.restore.work)
        residents.addRoutes(browsing.endpoints)
        if let newNotebooks { residents.addRoutes(newNotebooks.sharing(browsing.files).endpoints) }
        residents.addRoutes(
            NotMePages(
                signIn: signIn,
                revoked: fileAccess.desk.revoked,
                forgetTokens: identities.openBIS.desk.forgetTokens,
            ).endpoints
        )
        residents.addRoutes(walls.storage.endpoints)
        residents.addRoutes(walls.requests.endpoints)
        residents.addRoutes(walls.restore.endpoints)
        residents.addRoutes(walls.admin.endpoints)
        residents.addRoutes(newcomers.users.endpoints)
        residents.addRoutes(walls.groupPages.endpoints)
        residents.addRoutes(walls.instancePages.showing(catalogue.desk).endpoints)
        residents.addRoutes(walls.instanceSettings.endpoints)
        residents.addRoutes(courses.people.endpoints)
        residents.addRoutes(courses.end.endpoints)
        residents.addRoutes(courses.gitSites.endpoints)
        residents.addRoutes(ConnectionPages(desk: connections, pages: pages).endpoints)
        residents.addRoutes(courses.deletions.endpoints)
        residents.addRoutes(
            HandInPages(instances: walls.instancePages.desk, takeouts: takeouts, pages: pages).endpoints
        )
        residents.addRoutes(walls.myGroups.endpoints)
        residents.addRoutes(fileAccess.endpoints)
        known.addRoutes(fallback.endpoints)
        return router
    }

    /// The API alone: for the socket that servers see, where nobody has a browser's session.
    func forServers() -> Router<HubContext> {
        let router = Router(context: HubContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: FrontDoor(side: .servers, renderer: frontDoor, outside: { FrontDoor.Outside() }))
        let known = router.group().add(middleware: authentication)
        addAPI(to: known)
        let own = known.group("hub/api", context: SignedInContext.self)
        own.addRoutes(GitCredentialAPI(desk: courses.gitSites.desk).endpoints)
        own.addRoutes(identities.tokens.endpoints)
        return router
    }

    private func addAPI(to known: RouterGroup<HubContext>) {
        known.addRoutes(HubAPI().endpoints, atPath: "hub/api")
        known.addRoutes(oauth.endpoints, atPath: "hub/api")
        let signedIn = known.group("hub/api", context: SignedInContext.self)
        signedIn.addRoutes(users.endpoints)
        signedIn.addRoutes(servers.endpoints)
        signedIn.addRoutes(walls.homesAPI.endpoints)
        signedIn.addRoutes(walls.notices.endpoints)
        signedIn.addRoutes(TakeoutsAPI(desk: takeouts).endpoints)
        let residents = known.group("hub/api", context: SignedInContext.self).add(middleware: ResidentsOnly())
        residents.addRoutes(walls.groupsAPI.endpoints)
        residents.addRoutes(walls.membersAPI.endpoints)
        residents.addRoutes(walls.requestsAPI.endpoints)
        residents.addRoutes(AuditAPI(audit: accounts.signIn.audit).endpoints)
        residents.addRoutes(ConnectionsAPI(desk: connections).endpoints)
    }
}

/// The hub about itself, for everybody.
struct HubAPI {
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self).get("", use: version)
    }

    @Sendable private func version(_ request: Request, context: HubContext) async throws -> Response {
        var response = try Response.json(["version": JupyterHub.version])
        response.headers[.accessControlAllowOrigin] = "*"
        return response
    }
}
