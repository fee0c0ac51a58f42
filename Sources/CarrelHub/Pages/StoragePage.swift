import CarrelModel
import CarrelSpawn
import Foundation

/// A tab of the pages about one's files and wishes.
struct PageTab: Sendable, Equatable {
    let label: String
    let url: PageLink
    let isCurrent: Bool

    /// The tabs of the storage pages, with the one at `current` marked.
    static func storage(current: String) -> PageTabs {
        let pages = [
            ("Space", HubPath.storage), ("Restore", HubPath.restore), ("Download", HubPath.takeout),
            ("Requests", HubPath.requests),
        ]
        return PageTabs(label: "Storage", items: make(pages, current))
    }

    /// The tabs of the pages for admins, with the one at `current` marked.
    static func admin(current: String) -> PageTabs {
        let pages = [("People", HubPath.admin), ("Groups", HubPath.groups), ("Instances", HubPath.instances)]
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
    let tabs = PageTab.storage(current: HubPath.storage)
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
    let foldersURL = PageLink(HubPath.storage + "?folders=1")
    let restoreURL = PageLink(HubPath.restore)
    let takeoutURL = PageLink(HubPath.takeout)
    let askURL = PageLink(HubPath.storage + "/ask")
    let typedSize: String
    let typedText: String
    let problem: String?

    init(
        usage: HomeUsage?,
        source: HomeQuota.Source = .everybody,
        strength: QuotaStrength,
        survey: Survey,
        typedSize: String? = nil,
        typedText: String = "",
        problem: String? = nil,
    ) {
        home = usage.map { UseMeter($0) }
        fullText = home.flatMap {
            $0.isHigh ? "There is little room left. Remove what you don’t need, or ask for more." : nil
        }
        sourceText =
            switch source {
            case .own: "This quota is your own."
            case .group(let name): "This is the quota of the members of \(name)."
            case .everybody: nil
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
