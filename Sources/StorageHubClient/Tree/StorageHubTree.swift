public import NIOCore

/// A workspace as a tree of files and folders, each found by its path.
///
/// In the root lies the person's own, and `VREFolders` with a folder for each context, as the service's FUSE client shows it
/// (reference `egi.md` 3.5). Names are titles; how two items of one title are told apart, and how names are kept that the
/// service doesn't take, see `FolderNames` and `TitleText`. Each name is compared byte by byte.
///
/// A path is a list of names, without slashes and from the root, which is the empty path.
public struct StorageHubTree: Sendable {
    /// The calls below.
    public let hub: StorageHub
    private let kept = KeptRoot()

    /// The name of the folder of the contexts' folders.
    public static let contextFolders = "VREFolders"

    /// Makes a tree.
    ///
    /// - Parameter hub: whose calls it makes.
    public init(_ hub: StorageHub) {
        self.hub = hub
    }

    /// What lies at a path.
    ///
    /// - Parameter path: from the root.
    /// - Returns: an entry.
    /// - Throws: ``StorageHubError/notFound(_:)``, ``StorageHubError/notFolder`` for a file on the way, and others.
    public func entry(at path: [String]) async throws(StorageHubError) -> StorageHubEntry {
        var entry = StorageHubEntry(name: "", place: .item(try await root(isFresh: path.isEmpty)))
        for (depth, name) in path.enumerated() {
            guard entry.isFolder else { throw .notFolder }
            guard let next = try await found(name, in: entry.place, isTop: depth == 0).entry else {
                throw .notFound(.item)
            }
            entry = next
        }
        return entry
    }

    /// All that lies in a folder.
    ///
    /// - Parameter path: of the folder.
    /// - Returns: entries with names of which no two are the same, in the order of the service.
    /// - Throws: ``StorageHubError``.
    public func entries(at path: [String]) async throws(StorageHubError) -> [StorageHubEntry] {
        let folder = try await entry(at: path)
        guard folder.isFolder else { throw .notFolder }
        let items = try await items(in: folder.place)
        let reserved = path.isEmpty ? [Self.contextFolders] : []
        let names = FolderNames(items, reserved: reserved)
        let entries = items.compactMap { item in
            names.name(of: item).map { StorageHubEntry(name: $0, place: .item(item)) }
        }
        return reserved.map { StorageHubEntry(name: $0, place: .contextFolders) } + entries
    }

    /// Reads the bytes of a file, or a part of them; see ``StorageHub/read(_:from:count:onto:)``.
    ///
    /// - Parameters:
    ///   - path: of the file.
    ///   - offset: of the first byte.
    ///   - count: how many at most; all that there are if nil.
    ///   - write: takes the bytes in order, and is waited for.
    /// - Returns: how many there were.
    /// - Throws: ``StorageHubError``; what `write` throws.
    @discardableResult
    public func read(
        _ path: [String],
        from offset: Int64 = 0,
        count: Int64? = nil,
        onto write: @escaping @Sendable (ByteBuffer) async throws -> Void,
    ) async throws -> Int64 {
        guard let item = try await entry(at: path).item, item.kind == .file else { throw StorageHubError.notFile }
        return try await hub.read(item.id, from: offset, count: count, onto: write)
    }

    /// The root, which stays the same for ever; as it is now only if that is asked for.
    private func root(isFresh: Bool) async throws(StorageHubError) -> StorageHubItem {
        if !isFresh, let root = kept.item { return root }
        let root = try await hub.root()
        kept.keep(root)
        return root
    }

    // MARK: - How names are found

    /// What was found for a name: the entry that is shown under it, and items that have it inside.
    struct Found {
        let entry: StorageHubEntry?
        /// Items whose inner names a new one of that name would have, or get into the way of.
        let rivals: [StorageHubItem]
    }

    func found(
        _ name: String,
        in folder: StorageHubEntry.Place,
        isTop: Bool,
    ) async throws(StorageHubError) -> Found {
        guard TitleText.isFit(name) else { throw .unfitName }
        let isReserved = isTop && ExactText(name) == ExactText(Self.contextFolders)
        guard !isReserved else {
            return Found(entry: StorageHubEntry(name: name, place: .contextFolders), rivals: [])
        }
        guard case .item(let item) = folder, !FolderNames.needsWholeFolder(name) else {
            return try await foundInWhole(name, folder, isTop: isTop)
        }
        var candidates: [StorageHubItem] = []
        for wording in try FolderNames.wordings(of: name) {
            for item in try await hub.items(named: wording, in: item.id)
            where !item.isTrashed && !candidates.contains(where: { $0.id == item.id }) {
                candidates.append(item)
            }
        }
        let titled = candidates.filter {
            ExactText(FolderNames.plainName($0)) == ExactText(name) && !FolderNames.isKept($0)
        }
        let entry = FolderNames.owner(among: titled).map { StorageHubEntry(name: name, place: .item($0)) }
        return Found(entry: entry, rivals: candidates)
    }

    private func foundInWhole(
        _ name: String,
        _ folder: StorageHubEntry.Place,
        isTop: Bool,
    ) async throws(StorageHubError) -> Found {
        let items = try await items(in: folder)
        let names = FolderNames(items, reserved: isTop ? [Self.contextFolders] : [])
        let entry = names.item(named: name).map { StorageHubEntry(name: name, place: .item($0)) }
        let wordings = Set(try FolderNames.wordings(of: name).map(ExactText.init))
        return Found(entry: entry, rivals: items.filter { wordings.contains(ExactText($0.name)) })
    }

    private func items(in folder: StorageHubEntry.Place) async throws(StorageHubError) -> [StorageHubItem] {
        switch folder {
        case .contextFolders: try await hub.contextFolders()
        case .item(let item):
            try await hub.children(of: item.id).filter {
                !$0.isTrashed && $0.kind != .trashed && !FolderNames.isKept($0)
            }
        }
    }
}
