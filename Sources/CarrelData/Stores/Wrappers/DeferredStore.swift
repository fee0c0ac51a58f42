/// A store that takes asking others to be made, which is done when it is first used, and again as long as that fails.
public actor DeferredStore: DataStore {
    private let make: @Sendable () async throws(DataFault) -> any DataStore
    private var made: (any DataStore)?
    private var underWay: Task<Result<any DataStore, DataFault>, Never>?

    /// Takes what makes the store.
    public init(_ make: @escaping @Sendable () async throws(DataFault) -> any DataStore) {
        self.make = make
    }

    /// What such a store usually can do; it isn't known before it is made.
    public nonisolated var abilities: DataAbilities {
        DataAbilities(isWritable: true, keepsTimes: false, tellsVersions: false)
    }

    private func store() async throws(DataFault) -> any DataStore {
        if let made { return made }
        // One asks for all who wait; a task of its own, because whoever came first may go away.
        let task =
            underWay
            ?? Task { [make] in
                do throws(DataFault) { return .success(try await make()) } catch { return .failure(error) }
            }
        underWay = task
        let result = await task.value
        if underWay == task { underWay = nil }
        let fresh = try result.get()
        made = fresh
        return fresh
    }

    /// That of the store, or why there is none.
    public func check() async -> ConnectionState {
        do throws(DataFault) {
            return await (try await store()).check()
        } catch {
            if case .unusable(let state) = error { return state }
            return .unfit(error.message)
        }
    }

    /// See ``DataStore/entry(at:)``.
    public func entry(at path: DataPath) async throws(DataFault) -> DataEntry {
        try await (try await store()).entry(at: path)
    }

    /// See ``DataStore/entries(of:)``.
    public func entries(of folder: DataPath) async throws(DataFault) -> DataListing {
        try await (try await store()).entries(of: folder)
    }

    /// See ``DataStore/read(_:_:of:)``.
    public func read(
        _ file: DataPath,
        _ range: DataRange,
        of version: DataVersion?,
    ) async throws(DataFault) -> DataContent {
        try await (try await store()).read(file, range, of: version)
    }

    /// See ``DataStore/write(_:to:if:modified:)``.
    public func write(
        _ body: DataBody,
        to file: DataPath,
        if condition: DataCondition,
        modified: DataTime?,
    ) async throws(DataFault) -> DataEntry {
        try await (try await store()).write(body, to: file, if: condition, modified: modified)
    }

    /// See ``DataStore/makeFolder(at:)``.
    public func makeFolder(at path: DataPath) async throws(DataFault) {
        try await (try await store()).makeFolder(at: path)
    }

    /// See ``DataStore/move(_:to:replaces:)``.
    public func move(_ source: DataPath, to target: DataPath, replaces: Bool) async throws(DataFault) {
        try await (try await store()).move(source, to: target, replaces: replaces)
    }

    /// See ``DataStore/remove(_:)``.
    public func remove(_ path: DataPath) async throws(DataFault) {
        try await (try await store()).remove(path)
    }

    /// See ``DataStore/quota(at:)``.
    public func quota(at folder: DataPath) async throws(DataFault) -> DataQuota {
        try await (try await store()).quota(at: folder)
    }
}
