import Foundation

/// A folder of a dataset, made from the list of all its files.
struct OpenBISFolder: Sendable, Equatable {
    /// A file or folder as the data store lists it.
    struct Entry: Sendable, Equatable {
        let path: String
        let isFolder: Bool
        let size: Int64
    }

    /// What is in the folder.
    struct Item: Sendable, Equatable {
        let name: String
        let path: String
        let isFolder: Bool
        /// Of a folder that of all below it.
        var size: Int64
        /// How many files are below a folder.
        var count: Int
    }

    /// Without a slash at an end; empty for the top of the dataset.
    let path: String
    /// Folders first, each sort by name.
    let items: [Item]

    /// Looks into a folder; nil when there is no such folder.
    ///
    /// - Parameters:
    ///   - path: of it.
    ///   - entries: all of the dataset, in any order; folders may be missing.
    init?(_ path: String, in entries: [Entry]) {
        let start = path.isEmpty ? "" : path + "/"
        // By bytes: a `String` takes two spellings of one character for the same.
        var found: [[UInt8]: Item] = [:]
        var isThere = path.isEmpty
        for entry in entries {
            if entry.isFolder, entry.path.utf8.elementsEqual(path.utf8) { isThere = true }
            guard entry.path.utf8.starts(with: start.utf8), entry.path.utf8.count > start.utf8.count else { continue }
            isThere = true
            let rest = entry.path.unicodeScalars.dropFirst(start.unicodeScalars.count)
            let name = String(String.UnicodeScalarView(rest.prefix { $0 != "/" }))
            let isDeeper = name.unicodeScalars.count < rest.count
            let key = Array(name.utf8)
            let known = found[key]
            let isFolder = isDeeper || entry.isFolder || known?.isFolder == true
            found[key] = Item(
                name: name,
                path: start + name,
                isFolder: isFolder,
                size: (known?.size ?? 0).addingClamped(entry.size),
                count: (known?.count ?? 0) + (entry.isFolder ? 0 : 1),
            )
        }
        guard isThere else { return nil }
        self.path = path
        items = found.values.sorted { one, other in
            one.isFolder == other.isFolder ? Self.comesBefore(one.name, other.name) : one.isFolder
        }
    }

    /// The folder with which a dataset opens: down to where there is a choice.
    static func start(in entries: [Entry]) -> OpenBISFolder? {
        var folder = OpenBISFolder("", in: entries)
        while let only = folder?.items.first, folder?.items.count == 1, only.isFolder {
            folder = OpenBISFolder(only.path, in: entries)
        }
        return folder
    }

    /// Numbers in names by their size: `a2` before `a10`.
    private static func comesBefore(_ one: String, _ other: String) -> Bool {
        let order = one.compare(other, options: [.numeric, .caseInsensitive])
        return order == .orderedSame ? one < other : order == .orderedAscending
    }
}

extension Int64 {
    /// A sum that ends at the largest number.
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
    }
}
