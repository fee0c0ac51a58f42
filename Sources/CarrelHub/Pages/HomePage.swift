import CarrelModel
import CarrelStore

/// A person's servers: how they are, and what can be done with each.
struct HomePage: Page {
    static let template = "home"
    static let scripts = ["live.js", "usage.js"]

    /// What an admin answered that the person hasn't seen yet.
    struct News: Sendable, Equatable {
        let text: String
        let isProblem: Bool
    }

    /// What is said to everybody in one of the person's instances.
    struct InstanceNews: Sendable, Equatable {
        let title: String
        let text: String
        let isProblem: Bool

        init(_ notice: InstanceNotice, in instance: InstanceRecord) {
            title = instance.name.isDefault ? notice.title : "\(instance.title): \(notice.title)"
            text = notice.text
            isProblem = notice.level != .info
        }
    }

    /// A group the person is in.
    struct GroupLink: Sendable, Equatable {
        let name: String
        let url: PageLink
    }

    /// A shared folder that is in the person's homes.
    struct Folder: Sendable, Equatable {
        let title: String
        let path: String
        let description: String?
        let accessText: String

        init(_ folder: SharedFolderSettings) {
            title = folder.title
            path = "~/\(folder.name)"
            description = folder.description.isEmpty ? nil : folder.description
            accessText = folder.access == .readOnly ? "Read only" : "Read and write"
        }
    }

    /// A data source that is, or can be, in the person's homes.
    struct Connection: Sendable, Equatable {
        let title: String
        let path: String
        let description: String?
        let stateText: String
        /// How good that is, as a class of its tag.
        let tone: String

        init(_ entry: ConnectionDesk.Entry) {
            title = entry.source.title
            path = "~/\(entry.source.homeFolder)"
            description = entry.source.description.isEmpty ? nil : entry.source.description
            stateText = entry.standing.title
            tone = entry.standing.tone.tag
        }
    }

    let title = "Home"
    let section: PageSection? = .home
    /// What becomes of files.
    let lead: String
    let cards: [ServerCard]
    let isEmpty: Bool
    /// What the home holds; nil when nobody can tell.
    let home: UseMeter?
    /// Said when there is little room left.
    let fullText: String?
    let news: [News]
    let notices: [InstanceNews]
    /// The groups the person is in.
    let groups: [GroupLink]
    let isInGroups: Bool
    let groupsURL = PageLink(HubPath.myGroups)
    /// The shared folders that they find in their homes.
    let folders: [Folder]
    let hasFolders: Bool
    /// The data sources that they can connect, as they were when somebody last looked.
    let connections: [Connection]
    let hasConnections: Bool
    let connectionsURL = PageLink(HubPath.connections)
    /// Where the instances are that they manage; nil who neither manages any nor may make one.
    let instancesURL: PageLink?
    /// Whether they may make instances.
    let makesInstances: Bool
    let usageURL: PageLink?
    let storageURL = PageLink(HubPath.storage)
    let restoreURL = PageLink(HubPath.restore)
    let requestsURL = PageLink(HubPath.requests)
    /// How often the browser should look again: often while something is under way.
    let pollSeconds: Int

    init(
        cards: [ServerCard],
        home: UseMeter? = nil,
        news: [News] = [],
        notices: [InstanceNews] = [],
        groups: [GroupLink] = [],
        folders: [Folder] = [],
        connections: [Connection] = [],
        instancesURL: PageLink? = nil,
        makesInstances: Bool = false,
        usageURL: PageLink? = nil,
        isVisitor: Bool = false,
    ) {
        lead =
            isVisitor
            ? "A server is your own JupyterLab. Nothing is kept: your files go when it stops, and when you sign out."
            : "A server is your own JupyterLab. Your files stay when it stops."
        self.notices = notices
        self.groups = groups
        isInGroups = !groups.isEmpty
        self.folders = folders
        hasFolders = !folders.isEmpty
        self.connections = connections
        hasConnections = !connections.isEmpty
        self.cards = cards
        self.home = home
        self.news = news
        (self.instancesURL, self.makesInstances) = (instancesURL, makesInstances)
        self.usageURL = usageURL
        isEmpty = cards.isEmpty
        fullText = home.flatMap { home in
            guard home.isHigh else { return nil }
            return home.percent >= 100
                ? "Your home is full: \(home.words). Saving a notebook may fail."
                : "Your home is nearly full: \(home.words)."
        }
        pollSeconds = cards.contains(where: \.isMoving) ? 2 : 15
    }

    /// Without JavaScript the page looks again only while something is under way, or a server's use isn't read yet.
    var refreshSeconds: Int? {
        cards.contains { $0.isMoving || $0.use?.isUnknown == true } ? 5 : nil
    }
}
