import CarrelSpawn
import Foundation

/// A file as it was beside the file as it is, line by line.
struct ComparePage: Page {
    /// A line of the comparison; exactly one of the three is set.
    struct Line: Sendable, Equatable {
        let added: String?
        let removed: String?
        let kept: String?
    }

    /// Changed lines with a few around them.
    struct Hunk: Sendable, Equatable {
        let heading: String
        let lines: [Line]
    }

    static let template = "compare"
    /// The most lines that are shown, and the most characters of each.
    static let mostLines = 2_000
    static let longestLine = 1_000

    let title = "Compare"
    let section: PageSection? = .storage
    let tabs: PageTabs
    let name: String
    let takenText: String
    let taken: TimeText
    let hunks: [Hunk]
    /// Said instead of a comparison.
    let insteadText: String?
    let cutText: String?
    let folderURL: PageLink
    let bringBackURL: PageLink

    /// - Parameters:
    ///   - choice: the home.
    ///   - point: the restore point.
    ///   - path: of the file.
    ///   - comparison: what to show.
    ///   - now: the present.
    init(_ choice: HomeChoice = .only, point: RestorePoint, path: String, comparison: FileComparison, now: Date) {
        tabs = PageTab.storage(current: HubPath.restore, instance: choice.instance)
        let links = RestorePath(point, in: choice)
        name = FileText.visible(path)
        takenText = "\(HumanText.day(point.date)), \(HumanText.time(point.date))"
        taken = TimeText(point.date, now: now)
        let folder = NameText.names(in: path).dropLast().joined(separator: "/")
        folderURL = links.browse(folder)
        bringBackURL = links.bringBack(path)
        insteadText = comparison.insteadText
        var left = Self.mostLines
        var shown: [Hunk] = []
        for hunk in comparison.hunks where left > 0 {
            shown.append(Hunk(heading: hunk.title, lines: hunk.lines.prefix(left).map(Self.line)))
            left -= hunk.lines.count
        }
        hunks = shown
        cutText =
            left < 0
            ? "Only the first \(Self.mostLines) lines of the comparison are shown."
            : comparison.isCut ? "Only the beginning of the file was compared: it is too large." : nil
    }

    private static func line(_ line: LineDiff.Line) -> Line {
        let text = FileText.visible(line.text.prefix(longestLine), keepingTabs: true)
        return switch line.side {
        case .both: Line(added: nil, removed: nil, kept: text)
        case .old: Line(added: nil, removed: text, kept: nil)
        case .new: Line(added: text, removed: nil, kept: nil)
        }
    }
}

/// What comparing a file came to.
struct FileComparison: Sendable, Equatable {
    let hunks: [LineDiff.Hunk]
    let insteadText: String?
    /// Whether a file was longer than what was looked at.
    let isCut: Bool

    /// Compares the beginnings of a file as it was and as it is.
    ///
    /// - Parameters:
    ///   - old: at most ``ComparableText/limit`` bytes and one more.
    ///   - present: the same; nil when it isn't there.
    ///   - name: of the file.
    init(old: Data, present: Data?, name: String) {
        isCut = max(old.count, present?.count ?? 0) > ComparableText.limit
        let known = ComparableText.lines(old.prefix(ComparableText.limit), name: name)
        let other = present.map { ComparableText.lines($0.prefix(ComparableText.limit), name: name) }
        switch (known, other) {
        case (nil, _), (_, .some(nil)):
            hunks = []
            insteadText =
                old == present && !isCut
                ? "Both are the same." : "This isn’t a text file, so its lines can’t be compared."
        case (let known?, let other):
            hunks = LineDiff.hunks(LineDiff.lines(from: known, to: (other ?? []) ?? []))
            insteadText =
                other == nil
                ? "It isn’t there now; below is all of it as it was."
                : hunks.isEmpty ? "No line differs." : nil
        }
    }
}

/// Says that a file or folder is back, and where that which was there is kept.
struct BroughtBackPage: Page {
    static let template = "brought-back"

    let title = "Brought back"
    let section: PageSection? = .storage
    let tabs: PageTabs
    let name: String
    let takenText: String
    let keptName: String?
    let folderURL: PageLink

    init(_ choice: HomeChoice = .only, point: RestorePoint, path: String, kept: String?) {
        tabs = PageTab.storage(current: HubPath.restore, instance: choice.instance)
        name = FileText.visible(path)
        takenText = "\(HumanText.day(point.date)), \(HumanText.time(point.date))"
        keptName = kept.map { FileText.visible($0) }
        let folder = NameText.names(in: path).dropLast().joined(separator: "/")
        folderURL = RestorePath(point, in: choice).browse(folder)
    }
}
