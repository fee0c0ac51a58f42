import CarrelModel
import CarrelSpawn
import Foundation

/// A tab of the pages about one's files and wishes.
struct PageTab: Sendable, Equatable {
    let label: String
    let url: PageLink
    let isCurrent: Bool

    /// The tabs of the storage pages, with the one at `current` marked.
    ///
    /// - Parameters:
    ///   - current: which.
    ///   - instance: the one whose home they are about; empty for the first.
    /// - Returns: the tabs, which lead to pages about the same home.
    static func storage(current: String, instance: String = "") -> PageTabs {
        let pages = [
            ("Space", HubPath.storage), ("Restore", HubPath.restore), ("Download", HubPath.takeout),
            ("Requests", HubPath.requests),
        ]
        let items = pages.map { label, path in
            let field = path == HubPath.takeout ? "home" : "instance"
            let url = HomeChoice.address(path, instance, field: field)
            return PageTab(label: label, url: PageLink(url), isCurrent: path == current)
        }
        return PageTabs(label: "Storage", items: items)
    }

    /// The tabs of the pages for admins, with the one at `current` marked.
    static func admin(current: String) -> PageTabs {
        let pages = [
            ("People", HubPath.admin), ("Groups", HubPath.groups), ("Instances", HubPath.instances),
            ("Audit", HubPath.audit),
        ]
        return PageTabs(label: "Admin", items: make(pages, current))
    }

    private static func make(_ pages: [(label: String, path: String)], _ current: String) -> [PageTab] {
        pages.map { PageTab(label: $0.label, url: PageLink($0.path), isCurrent: $0.path == current) }
    }
}

/// Tabs in a row.
struct PageTabs: Sendable, Equatable {
    /// What they are called where nobody sees them.
    let label: String
    let items: [PageTab]
}

/// What one's home holds and may hold, where it went, and how to get more room.
struct StoragePage: Page {
    /// The largest folders, as far as they were counted.
    enum Survey: Sendable, Equatable {
        case notAsked, underWay
        case counted([HomeFileEntry])
        case failed(String)
    }

    /// A folder with its size.
    struct Folder: Sendable, Equatable {
        let name: String
        let sizeText: String
        /// Of the largest one.
        let percent: Int
    }

    static let template = "storage"
    static let scripts = ["storage.js"]

    let title = "Storage"
    let section: PageSection? = .storage
    let tabs: PageTabs
    let homeLinks: PageTabs?
    let homeLabel: String
    let home: UseMeter?
    /// Whose quota it is; nil when it is everybody's.
    let sourceText: String?
    let strengthText: String
    let fullText: String?
    let folders: [Folder]
    let isCounted: Bool
    let isUnderWay: Bool
    let isNotAsked: Bool
    let hasNoFolders: Bool
    let surveyProblem: String?
    let foldersURL: PageLink
    let restoreURL: PageLink
    let takeoutURL: PageLink
    let askURL: PageLink
    /// Whether more room can be asked for: not where an instance says how much each of its homes may hold.
    let canAsk: Bool
    let typedSize: String
    let typedText: String
    let problem: String?

    /// Shows a home.
    ///
    /// - Parameters:
    ///   - choice: which of the person's.
    ///   - usage: what it holds and may hold; nil when nobody can tell.
    ///   - source: whose quota that is; nil for its instance's.
    ///   - strength: how far quotas are a wall.
    ///   - survey: its largest folders.
    ///   - typedSize: what was typed; nil for a suggestion.
    ///   - typedText: what was typed.
    ///   - problem: what is wrong with it.
    init(
        _ choice: HomeChoice = .only,
        usage: HomeUsage?,
        source: HomeQuota.Source? = .everybody,
        strength: QuotaStrength,
        survey: Survey,
        typedSize: String? = nil,
        typedText: String = "",
        problem: String? = nil,
    ) {
        tabs = PageTab.storage(current: HubPath.storage, instance: choice.instance)
        (homeLinks, homeLabel) = (choice.links(to: HubPath.storage), choice.label)
        foldersURL = PageLink(HomeChoice.address(HubPath.storage + "?folders=1", choice.instance))
        restoreURL = PageLink(HomeChoice.address(HubPath.restore, choice.instance))
        takeoutURL = PageLink(HomeChoice.address(HubPath.takeout, choice.instance, field: "home"))
        askURL = PageLink(HomeChoice.address(HubPath.storage + "/ask", choice.instance))
        canAsk = source != nil
        home = usage.map { UseMeter($0) }
        fullText = home.flatMap {
            $0.isHigh ? "There is little room left. Remove what you don’t need, or ask for more." : nil
        }
        sourceText =
            switch source {
            case .own: "This quota is your own."
            case .group(let name): "This is the quota of the members of \(name)."
            case .everybody: nil
            case nil: "Each home in \(choice.label) may hold this much."
            }
        strengthText =
            switch strength {
            case .hard: "A program that writes more than fits is told “Disk quota exceeded”; nothing else is harmed."
            case .counted(let reason):
                "The limit is counted now and then, and too much keeps a server from starting. \(reason)"
            }
        var entries: [HomeFileEntry] = []
        if case .counted(let counted) = survey { entries = counted }
        let largest = max(entries.map(\.size).max() ?? 0, 1)
        folders = entries.map { entry in
            Folder(
                name: FileText.visible(entry.path),
                sizeText: HumanText.size(entry.size),
                percent: Int(Double(entry.size) / Double(largest) * 100),
            )
        }
        isCounted = if case .counted = survey { true } else { false }
        hasNoFolders = isCounted && entries.isEmpty
        isUnderWay = survey == .underWay
        isNotAsked = survey == .notAsked
        surveyProblem = if case .failed(let text) = survey { text } else { nil }
        self.typedSize = typedSize ?? Self.suggestion(usage)
        self.typedText = typedText
        self.problem = problem
    }

    /// Twice the present quota.
    private static func suggestion(_ usage: HomeUsage?) -> String {
        guard let quota = usage?.quota, quota.bytes > 0, quota.bytes < 1 << 50 else { return "40 GB" }
        return ByteCount(bytes: quota.bytes * 2).description
    }
}
