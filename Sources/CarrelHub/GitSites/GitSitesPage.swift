import Foundation

/// One's tokens for hosts of private repositories: which there are, and a form for another.
struct GitSitesPage: Page {
    /// A host.
    struct Item: Sendable, Equatable {
        let origin: String
        let userName: String
        let made: TimeText
        let used: TimeText?
        let isLost: Bool
    }

    static let template = "git-sites"

    let title = "Git sites"
    let items: [Item]
    let isEmpty: Bool
    let url = PageLink(HubPath.gitSites)
    let removeURL = PageLink(HubPath.gitSites + "/remove")
    let linkURL = PageLink(HubPath.gitLink)
    let repository: String
    let userName: String
    let problem: String?

    /// - Parameters:
    ///   - entries: what there is.
    ///   - typed: what the form holds; never a token.
    ///   - problem: why what was sent wasn't kept.
    ///   - now: the time.
    init(
        _ entries: [GitSiteDesk.Entry],
        typed: (repository: String, user: String),
        problem: String?,
        now: Date,
    ) {
        items = entries.map { entry in
            Item(
                origin: entry.site.origin,
                userName: entry.userName,
                made: TimeText(entry.createdAt, now: now),
                used: entry.lastUsedAt.map { TimeText($0, now: now) },
                isLost: entry.isLost,
            )
        }
        isEmpty = entries.isEmpty
        repository = typed.repository
        userName = typed.user
        self.problem = problem
    }
}

extension HubPath {
    static let gitSites = prefix + "git-sites"
}
