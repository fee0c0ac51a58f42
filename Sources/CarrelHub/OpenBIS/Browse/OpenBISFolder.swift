import Foundation

/// A folder of a dataset.
struct OpenBISFolder: Sendable, Equatable {
    /// What is in the folder.
    struct Item: Sendable, Equatable {
        let name: String
        let isFolder: Bool
        /// Of a folder that of all below it.
        let size: Int64
        /// How many files are below a folder.
        let count: Int
    }

    /// Without a slash at an end; empty for the top of the dataset.
    let path: String
    /// Folders first, each sort by name.
    let items: [Item]

    /// Looks into a folder; nil when there is no such folder.
    ///
    /// - Parameters:
    ///   - path: of it; nil for that with which the dataset opens.
    ///   - tree: of the dataset.
    ///   - check: throws when it isn't wanted any more; called now and then.
    /// - Throws: what `check` throws.
    init?(_ path: String?, in tree: OpenBISFileTree, check: () throws -> Void) rethrows {
        let path = path ?? tree.start
        guard let stretch = tree.stretch(path) else { return nil }
        let depth = path.isEmpty ? 0 : path.utf8.count + 1
        var found: [(key: String, item: Item)] = []
        var at = stretch.lowerBound
        while let child = tree.child(at: at, in: stretch, depth) {
            if found.count.isMultiple(of: 1024) { try check() }
            let item = Item(name: child.name, isFolder: child.isFolder, size: child.size, count: child.count)
            found.append((Self.key(child.name), item))
            at = child.places.upperBound
        }
        var steps = 0
        try found.sort { one, other in
            steps += 1
            if steps.isMultiple(of: 4096) { try check() }
            if one.item.isFolder != other.item.isFolder { return one.item.isFolder }
            if one.key != other.key { return one.key < other.key }
            return one.item.name.utf8.lexicographicallyPrecedes(other.item.name.utf8)
        }
        self.path = path
        items = found.map(\.item)
    }

    /// The path of something in it.
    func path(of item: Item) -> String { path.isEmpty ? item.name : "\(path)/\(item.name)" }

    /// By which names are sorted: numbers by their size, `a2` before `a10`, and capitals as small letters.
    private static func key(_ name: String) -> String {
        var key = String.UnicodeScalarView()
        var rest = name.lowercased().unicodeScalars[...]
        while let next = rest.first {
            guard "0"..."9" ~= next else {
                key.append(next)
                rest.removeFirst()
                continue
            }
            let digits = rest.prefix { "0"..."9" ~= $0 }
            rest = rest[digits.endIndex...]
            let number = digits.drop { $0 == "0" }
            // A longer number is a larger one.
            key.append("0")
            key.append(Unicode.Scalar(UInt8(min(number.count, 126) + 1)))
            key.append(contentsOf: number)
        }
        return String(key)
    }
}
