/// What surrounds every page: who is signed in, where things are, and what there is to say.
struct PageFrame: Sendable {
    let links: HubLinks
    /// The signed-in person's name; nil on pages for strangers, which have no navigation.
    let userName: String?
    /// Whether the navigation leads to the admin page.
    let isAdmin: Bool
    /// Whether it is somebody without an account, who has few pages.
    let isVisitor: Bool
    /// Whether the navigation leads to the connections.
    let hasConnections: Bool
    /// Whether the navigation leads to openBIS.
    let hasOpenBIS: Bool
    /// Token that every form sends back as `_xsrf`; reference 1.13.
    let xsrf: String
    /// What became of the last thing the person did.
    let notice: Notice?
    /// The operator's word to everyone, as plain text.
    let announcement: String?
    let version: String
    /// What the operator calls this hub.
    let hubName: String

    init(
        links: HubLinks,
        userName: String? = nil,
        isAdmin: Bool = false,
        isVisitor: Bool = false,
        hasConnections: Bool = false,
        hasOpenBIS: Bool = false,
        xsrf: String,
        notice: Notice? = nil,
        announcement: String? = nil,
        version: String,
        hubName: String = "Carrel"
    ) {
        self.links = links
        self.userName = userName
        self.isAdmin = isAdmin
        self.isVisitor = isVisitor
        self.hasConnections = hasConnections
        self.hasOpenBIS = hasOpenBIS
        self.xsrf = xsrf
        self.notice = notice
        self.announcement = announcement
        self.version = version
        self.hubName = hubName
    }
}

/// The hub's own addresses, below its prefix.
struct HubLinks: Sendable, Equatable {
    let home: PageLink
    let account: PageLink
    let storage: PageLink
    let connections: PageLink
    let openBIS: PageLink
    let admin: PageLink
    let password: PageLink
    let gitLink: PageLink
    let gitSites: PageLink
    let fileAccess: PageLink
    let signIn: PageLink
    let signOut: PageLink
    /// Folder of the static assets, with a slash at its end.
    let staticFolder: String

    /// All addresses below the hub's prefix, which has both its slashes: `/hub/`.
    init(prefix: String) {
        home = PageLink(prefix + "home")
        account = PageLink(prefix + "account")
        storage = PageLink(prefix + "storage")
        connections = PageLink(prefix + "connections")
        openBIS = PageLink(prefix + "openbis/")
        admin = PageLink(prefix + "admin")
        password = PageLink(prefix + "password")
        gitLink = PageLink(prefix + "git-link")
        gitSites = PageLink(prefix + "git-sites")
        fileAccess = PageLink(prefix + "file-access")
        signIn = PageLink(prefix + "login")
        signOut = PageLink(prefix + "logout")
        staticFolder = prefix + "static/"
    }
}

/// One sentence about what a person just did, shown at the head of the next page.
struct Notice: Sendable, Equatable {
    let text: String
    /// Problems interrupt a screen reader, the rest waits its turn.
    let isProblem: Bool

    /// Something went as it should.
    static func done(_ text: String) -> Notice { Notice(text: text, isProblem: false) }

    /// Something did not go as it should.
    static func problem(_ text: String) -> Notice { Notice(text: text, isProblem: true) }
}
