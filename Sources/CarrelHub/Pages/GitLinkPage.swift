import Foundation

/// Makes links to repositories: the form, and what comes of it.
struct GitLinkPage: Page {
    /// A choice of the form.
    struct Choice: Sendable, Equatable {
        let value: String
        let label: String
        let isChosen: Bool
    }

    /// What comes of the form, once it is whole.
    struct Made: Sendable, Equatable {
        let link: String
        let url: PageLink
        let badges: [Badge]
    }

    /// A field of the form as it is sent to be checked.
    struct Field: Sendable, Equatable {
        let name: String
        let value: String
    }

    /// A badge's text in one language.
    struct Badge: Sendable, Equatable {
        let language: String
        let id: String
        let text: String
    }

    static let template = "git-link"
    static let scripts = ["git-link.js"]

    let title = "Link to a repository"
    let tabs: PageTabs
    let targetName: String
    let url = PageLink(HubPath.gitLink)
    /// Under another name, as what is made has a `url` of its own.
    let checkURL = PageLink(HubPath.gitLink)
    let hub: String
    let hubLabel: String
    let server: String
    let servers: [Choice]
    let repository: String
    let branch: String
    let contentRepository: String
    let contentBranch: String
    let file: String
    let apps: [Choice]
    let address: String
    let folder: String
    let onlyFolder: String
    let isHub: Bool
    let isBinder: Bool
    let problems: [GitLink.Problem]
    let made: Made?
    let isEmpty: Bool
    /// What was found of the repositories, if somebody asked.
    let checks: [RepositoryCheck]
    let mayCheck: Bool
    /// Where launch links are made; nil where there are none.
    let launchLinkURL: PageLink?
    /// What is sent to be checked.
    let fields: [Field]

    /// - Parameters:
    ///   - link: what the form holds.
    ///   - instances: what can be chosen as the server, by name and title.
    ///   - own: this hub's address.
    ///   - checks: what was found of its repositories.
    ///   - mayCheck: whether the one who asks may have them looked at.
    ///   - launchLinkURL: where launch links are made; nil where there are none.
    init(
        _ link: GitLink,
        instances: [(name: String, title: String)],
        own: String,
        checks: [RepositoryCheck] = [],
        mayCheck: Bool = false,
        launchLinkURL: PageLink? = nil,
    ) {
        self.checks = checks
        self.mayCheck = mayCheck
        self.launchLinkURL = launchLinkURL
        fields = link.fields.map { Field(name: $0.name, value: $0.value) }
        tabs = PageTabs(
            label: "Where the link leads",
            items: GitLink.Target.allCases.map { target in
                PageTab(
                    label: target.title,
                    url: PageLink("\(HubPath.gitLink)?tab=\(target.rawValue)"),
                    isCurrent: target == link.target,
                )
            },
        )
        targetName = link.target.rawValue
        hub = link.hub
        hubLabel = link.target == .binder ? "Address of the Binder service" : "Address of the hub"
        server = link.server
        servers =
            [Choice(value: "", label: "The default server", isChosen: link.server.isEmpty)]
            + instances.map { Choice(value: $0.name, label: $0.title, isChosen: link.server == $0.name) }
            + (link.server.isEmpty || instances.contains { $0.name == link.server }
                ? [] : [Choice(value: link.server, label: link.server, isChosen: true)])
        repository = link.repository
        branch = link.branch
        contentRepository = link.contentRepository
        contentBranch = link.contentBranch
        file = link.file
        apps = GitLink.App.allCases.map { Choice(value: $0.rawValue, label: $0.title, isChosen: $0 == link.app) }
        address = link.address
        folder = link.folder
        onlyFolder = link.onlyFolder
        isHub = link.target == .hub
        isBinder = link.target == .binder
        isEmpty = link.repository.isEmpty
        // An empty form isn't wrong yet.
        problems = isEmpty ? [] : link.problems
        made = link.link.map { Made($0, own: own) }
    }
}

extension GitLinkPage.Made {
    init(_ link: String, own: String) {
        let badge = LinkBadge(link: link, picture: "\(own)\(HubPath.badge)", words: "Open in a notebook")
        self.init(
            link: link,
            url: PageLink(link),
            badges: [
                GitLinkPage.Badge(language: "Markdown", id: "markdown", text: badge.markdown),
                GitLinkPage.Badge(language: "HTML", id: "html", text: badge.html),
                GitLinkPage.Badge(language: "reStructuredText", id: "rst", text: badge.restructuredText),
            ],
        )
    }
}

extension GitLink.Target {
    /// On its tab.
    fileprivate var title: String {
        switch self {
        case .hub: "Hub"
        case .canvas: "Canvas"
        case .binder: "Binder"
        }
    }
}

extension GitLink.App {
    /// In the form.
    fileprivate var title: String {
        switch self {
        case .jupyterlab: "JupyterLab"
        case .classic: "Notebook"
        case .retrolab: "RetroLab"
        case .rstudio: "RStudio"
        case .shiny: "Shiny"
        case .custom: "Another address"
        }
    }
}

extension HubPath {
    static let gitLink = prefix + "git-link"
    static let badge = prefix + "badge.svg"
}
