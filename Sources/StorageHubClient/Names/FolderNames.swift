import Foundation

/// The names under which the items of one folder are shown: each has one, and no two have the same.
///
/// An item is shown under its title. A folder may hold several items of one title, since a move keeps the title and only the
/// inner names differ. Then the one whose inner name goes with the title has it (else the oldest), and each other one is shown
/// with the first eight signs of its id, as in `plan (7c9e6679).txt`. So nothing that is moved into a folder changes the
/// names that are there; when the one that has the title goes, the next has it. Whoever writes what they have read before
/// says which content they have seen (``StorageHubCondition/isStill(_:)``), and is told when the name means another item.
///
/// Pure.
struct FolderNames: Sendable {
    private let byName: [ExactText: StorageHubItem]
    private let names: [StorageHubItem.ID: String]

    /// Names all items of a folder.
    ///
    /// - Parameters:
    ///   - items: all that it has.
    ///   - reserved: names that stand for something else.
    init(_ items: [StorageHubItem], reserved: [String] = []) {
        var byName: [ExactText: StorageHubItem] = [:]
        var names: [StorageHubItem.ID: String] = [:]
        let taken = Set(reserved.map(ExactText.init))
        var others: [StorageHubItem] = []
        for (title, rivals) in Dictionary(grouping: items, by: { ExactText(Self.plainName($0)) }) {
            let owner = taken.contains(title) ? nil : Self.owner(among: rivals)
            for item in rivals {
                if item.id == owner?.id {
                    byName[title] = item
                    names[item.id] = Self.plainName(item)
                } else {
                    others.append(item)
                }
            }
        }
        // The longer marks are for ids that begin alike, and for titles that look like marked ones.
        for item in others.sorted(by: Self.isOlder) {
            let plain = Self.plainName(item)
            var name = Self.marked(plain, with: String(item.id.rawValue.prefix(8)))
            var number = 0
            while byName[ExactText(name)] != nil || taken.contains(ExactText(name)) {
                name = Self.marked(plain, with: item.id.rawValue + (number == 0 ? "" : "-\(number)"))
                number += 1
            }
            byName[ExactText(name)] = item
            names[item.id] = name
        }
        self.byName = byName
        self.names = names
    }

    /// Folders of these inner names the service keeps for itself: it lists none of them, and refuses to change them.
    ///
    /// Source: `Constants.FOLDERS_TO_EXLUDE` of the service.
    static func isKept(_ item: StorageHubItem) -> Bool {
        item.kind == .folder && isKept(item.name)
    }

    /// Whether a folder of that name would be one of those.
    static func isKept(_ name: String) -> Bool { ["Trash", "MySpecialFolders"].contains(name) }

    /// The item that is shown under a name.
    func item(named name: String) -> StorageHubItem? { byName[ExactText(name)] }

    /// The name under which an item is shown.
    func name(of item: StorageHubItem) -> String? { names[item.id] }

    /// The name that an item has if no other has its title.
    static func plainName(_ item: StorageHubItem) -> String {
        let title =
            if item.kind == .contextFolder {
                item.displayName ?? item.title
            } else if ExactText(item.title) == ExactText(item.name), let unescaped = NodeName.unescape(item.title) {
                // The service escaped the title too, as it does for folders and what was renamed.
                unescaped
            } else {
                item.title
            }
        return fit(TitleText.name(for: title))
    }

    /// Whose the title is, of those that have it.
    static func owner(among rivals: [StorageHubItem]) -> StorageHubItem? {
        let regular = rivals.filter { $0.kind == .contextFolder || isRegular($0) }
        return (regular.isEmpty ? rivals : regular).min(by: isOlder)
    }

    /// Whether only the whole folder tells which item has that name.
    ///
    /// It may be marked, cut, or made fit in another way; or it has a star at an end, which the service takes for anything.
    static func needsWholeFolder(_ name: String) -> Bool {
        name.firstMatch(of: #/\([0-9A-Za-z-]{8,}\)|%2F|%00|^(?:%2E){1,2}$|^\*|\*$/#) != nil
            || name.utf8.count > longest - 4
    }

    /// Every title and inner name under which the service may know the item of a name.
    static func wordings(of name: String) throws(StorageHubError) -> [String] {
        let title = try TitleText.title(for: name)
        var seen: Set<ExactText> = []
        return [title, NodeName.escape(title), name, NodeName.escape(name)].filter {
            seen.insert(ExactText($0)).inserted
        }
    }

    private static func isRegular(_ item: StorageHubItem) -> Bool {
        ExactText(NodeName.escape(item.title)) == ExactText(item.name) || ExactText(item.title) == ExactText(item.name)
    }

    private static func isOlder(_ one: StorageHubItem, _ other: StorageHubItem) -> Bool {
        let times = (one.created ?? .distantFuture, other.created ?? .distantFuture)
        return times.0 == times.1 ? one.id.rawValue < other.id.rawValue : times.0 < times.1
    }

    private static let longest = 255

    /// A title as a file name: what can't be in one is written as `%` and two digits, and what is too long is cut.
    private static func fit(_ name: String) -> String {
        if name == "." || name == ".." { return name.replacing(".", with: "%2E") }
        let safe =
            name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
            ? name.replacing("/", with: "%2F").replacing("\0", with: "%00") : name
        return cut(safe, to: longest)
    }

    /// The mark goes before the extension, so that programs still know the kind of file.
    private static func marked(_ name: String, with mark: String) -> String {
        let dot = name.lastIndex(of: ".") ?? name.endIndex
        let end = dot == name.startIndex || name[dot...].utf8.count > 16 ? "" : String(name[dot...])
        let base = end.isEmpty ? name : String(name[..<dot])
        return cut(base, to: longest - mark.utf8.count - end.utf8.count - 3) + " (\(mark))" + end
    }

    private static func cut(_ text: String, to count: Int) -> String {
        guard text.utf8.count > count else { return text }
        var left = count
        let whole = text.unicodeScalars.prefix { sign in
            left -= UTF8.width(sign)
            return left >= 0
        }
        return String(whole)
    }
}
