/// A person's stores side by side, each under a name: what the gateway shows them.
///
/// The folders at the top are fixed: nothing can be made, moved or removed beside them.
public struct DataTree: Sendable {
    /// A store under its name.
    public struct Folder: Sendable {
        /// Its name in paths.
        public let name: DataName
        /// Its name for people.
        public let title: String
        /// What is in it.
        public let store: any DataStore

        /// Joins them.
        public init(name: DataName, title: String, store: any DataStore) {
            self.name = name
            self.title = title
            self.store = store
        }
    }

    /// The folders at the top, in the order in which they are shown.
    public let folders: [Folder]

    /// Takes folders; of two with the same name the first counts.
    public init(_ folders: [Folder]) {
        self.folders = folders
    }

    /// Where a path of the tree leads.
    enum Place {
        /// The list of folders.
        case top
        /// A path in a store.
        case inside(Folder, DataPath)
    }

    /// Where a path leads.
    ///
    /// - Throws: ``DataFault/notFound`` when there is no such folder at the top.
    func place(of path: DataPath) throws(DataFault) -> Place {
        guard let first = path.names.first else { return .top }
        guard let folder = folders.first(where: { $0.name == first }) else { throw .notFound }
        return .inside(folder, DataPath(Array(path.names.dropFirst())))
    }

    /// Where something that can be changed is.
    ///
    /// - Throws: ``DataFault/readOnly`` for the top and its folders themselves, ``DataFault/notFound``.
    func changeable(_ path: DataPath) throws(DataFault) -> (store: any DataStore, path: DataPath) {
        guard case .inside(let folder, let path) = try place(of: path), path != .root else { throw .readOnly }
        return (folder.store, path)
    }
}

// MARK: - Looking and reading

extension DataTree {
    /// What is at a path; the folders at the top are there whether their stores can be reached or not.
    func entry(at path: DataPath) async throws(DataFault) -> DataEntry {
        switch try place(of: path) {
        case .top: return DataEntry(name: nil, kind: .folder, isWritable: false)
        case .inside(let folder, .root): return topEntry(folder)
        case .inside(let folder, let path): return try await folder.store.entry(at: path)
        }
    }

    /// What is at a path; nil for nothing.
    func entryIfAny(at path: DataPath) async throws(DataFault) -> DataEntry? {
        do {
            return try await entry(at: path)
        } catch .notFound {
            return nil
        }
    }

    /// What is in a folder.
    func entries(of path: DataPath) async throws(DataFault) -> DataListing {
        switch try place(of: path) {
        case .top: return DataListing(folders.map(topEntry))
        case .inside(let folder, let path): return try await folder.store.entries(of: path)
        }
    }

    /// A file's bytes.
    func read(
        _ path: DataPath,
        _ range: DataRange,
        of version: DataVersion?,
    ) async throws(DataFault) -> DataContent {
        guard case .inside(let folder, let path) = try place(of: path), path != .root else { throw .notAFile }
        return try await folder.store.read(path, range, of: version)
    }

    /// How much may be used where a folder is; of the top that isn't known.
    func quota(at path: DataPath) async throws(DataFault) -> DataQuota {
        guard case .inside(let folder, let path) = try place(of: path) else {
            return DataQuota(used: nil, available: nil)
        }
        return try await folder.store.quota(at: path)
    }

    /// The name for people of a folder at the top; nil for anything else.
    func title(of path: DataPath) -> String? {
        guard path.names.count == 1 else { return nil }
        return folders.first { $0.name == path.last }?.title
    }

    private func topEntry(_ folder: Folder) -> DataEntry {
        DataEntry(name: folder.name, kind: .folder, isWritable: folder.store.abilities.isWritable)
    }
}
