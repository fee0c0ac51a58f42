import CarrelSpawn
import Foundation

/// A folder in a restore point, beside what is there now.
struct RestoreFolderPage: Page {
    /// A step of the way to the folder.
    struct Crumb: Sendable, Equatable {
        let name: String
        /// Nil of the folder that is shown.
        let url: PageLink?
    }

    /// A file or folder as it was.
    struct Entry: Sendable, Equatable {
        let name: String
        let icon: String
        let kindText: String
        let sizeText: String?
        let changed: TimeText
        let stateName: String
        let stateText: String
        let openURL: PageLink?
        let compareURL: PageLink?
        let bringBackURL: PageLink?
    }

    static let template = "restore-folder"
    /// The most entries that are shown.
    static let mostEntries = 1_000

    let title = "Restore"
    let section: PageSection? = .storage
    let tabs: PageTabs
    let taken: TimeText
    let takenText: String
    let crumbs: [Crumb]
    let entries: [Entry]
    let isEmpty: Bool
    let cutText: String?
    /// Brings back the whole folder; nil of the home itself.
    let bringBackURL: PageLink?

    init(
        _ choice: HomeChoice = .only,
        point: RestorePoint,
        path: String,
        old: [HomeFileEntry],
        present: [HomeFileEntry],
        now: Date,
    ) {
        tabs = PageTab.storage(current: HubPath.restore, instance: choice.instance)
        let links = RestorePath(point, in: choice)
        taken = TimeText(point.date, now: now)
        takenText = "\(HumanText.day(point.date)), \(HumanText.time(point.date))"
        var crumbs = [Crumb(name: choice.label == HomeChoice.only.label ? "Home" : choice.label, url: links.browse(""))]
        var walked = ""
        for name in NameText.names(in: path) where !name.isEmpty {
            walked += (walked.isEmpty ? "" : "/") + name
            crumbs.append(Crumb(name: FileText.visible(name), url: links.browse(walked)))
        }
        let last = crumbs.removeLast()
        self.crumbs = crumbs + [Crumb(name: last.name, url: nil)]
        // By bytes: a `String` takes two spellings of one character for the same.
        let there = Dictionary(present.map { (Array($0.path.utf8), $0) }, uniquingKeysWith: { first, _ in first })
        entries = old.prefix(Self.mostEntries).map { entry in
            Entry(entry, present: there[Array(entry.path.utf8)], links: links, now: now)
        }
        isEmpty = old.isEmpty
        cutText = old.count > Self.mostEntries ? "Only the first \(Self.mostEntries) of \(old.count) are shown." : nil
        bringBackURL = path.isEmpty ? nil : links.bringBack(path)
    }
}

extension RestoreFolderPage.Entry {
    init(_ entry: HomeFileEntry, present: HomeFileEntry?, links: RestorePath, now: Date) {
        name = FileText.visible(NameText.names(in: entry.path).last ?? entry.path)
        (icon, kindText) =
            switch entry.kind {
            case .folder: ("folder", "Folder")
            case .file: ("file", "File")
            case .link: ("link", "Link")
            case .other: ("file", "Special file")
            }
        sizeText = entry.kind == .file ? HumanText.size(entry.size) : nil
        changed = TimeText(entry.changedAt, now: now)
        let difference = FileDifference(entry, present)
        stateName = difference.rawValue
        stateText = difference.words
        let isKept = entry.kind != .other
        openURL = entry.kind == .folder && isKept ? links.browse(entry.path) : nil
        compareURL = entry.kind == .file && isKept && difference != .same ? links.compare(entry.path) : nil
        bringBackURL = isKept && difference != .same ? links.bringBack(entry.path) : nil
    }
}

/// How a file of a restore point differs from what is there now, by kind, size and time.
enum FileDifference: String, Sendable {
    case missing, changed, same
    /// A folder that is there: what is in it may differ.
    case folder

    init(_ old: HomeFileEntry, _ present: HomeFileEntry?) {
        guard let present else {
            self = .missing
            return
        }
        switch (old.kind, present.kind) {
        case (.folder, .folder): self = .folder
        case (let one, let other) where one != other: self = .changed
        default:
            let isSameTime = abs(old.changedAt.timeIntervalSince(present.changedAt)) < 0.001
            self = old.size == present.size && isSameTime ? .same : .changed
        }
    }

    var words: String {
        switch self {
        case .missing: "Missing now"
        case .changed: "Changed since"
        case .same: "Same as now"
        case .folder: "There; look inside"
        }
    }
}
