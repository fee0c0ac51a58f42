/// A store that the operator offers for reading, whatever it would allow.
public struct ReadOnlyStore: DataStore {
    private let store: any DataStore

    /// Wraps a store.
    public init(_ store: any DataStore) {
        self.store = store
    }

    /// Those of the store, but for writing.
    public var abilities: DataAbilities {
        var abilities = store.abilities
        abilities.isWritable = false
        return abilities
    }

    /// That of the store; what works can only be read.
    public func check() async -> ConnectionState {
        let state = await store.check()
        return state.isUsable ? .readOnly : state
    }

    /// What is at a path, not writable.
    public func entry(at path: DataPath) async throws(DataFault) -> DataEntry {
        Self.closed(try await store.entry(at: path))
    }

    /// What is in a folder, not writable.
    public func entries(of folder: DataPath) async throws(DataFault) -> DataListing {
        let listing = try await store.entries(of: folder)
        return DataListing {
            var pages = listing.makeAsyncIterator()
            return { () async throws(DataFault) -> [DataEntry]? in try await pages.next()?.map(Self.closed) }
        }
    }

    /// A file's bytes.
    public func read(
        _ file: DataPath,
        _ range: DataRange,
        of version: DataVersion?,
    ) async throws(DataFault) -> DataContent {
        try await store.read(file, range, of: version)
    }

    /// Throws ``DataFault/readOnly``.
    public func write(
        _ body: DataBody,
        to file: DataPath,
        if condition: DataCondition,
        modified: DataTime?,
    ) async throws(DataFault) -> DataEntry {
        throw .readOnly
    }

    /// Throws ``DataFault/readOnly``.
    public func makeFolder(at path: DataPath) async throws(DataFault) { throw .readOnly }

    /// Throws ``DataFault/readOnly``.
    public func move(_ source: DataPath, to target: DataPath, replaces: Bool) async throws(DataFault) {
        throw .readOnly
    }

    /// Throws ``DataFault/readOnly``.
    public func remove(_ path: DataPath) async throws(DataFault) { throw .readOnly }

    /// How much is used.
    public func quota(at folder: DataPath) async throws(DataFault) -> DataQuota {
        try await store.quota(at: folder)
    }

    private static func closed(_ entry: DataEntry) -> DataEntry {
        var entry = entry
        entry.isWritable = false
        return entry
    }
}
