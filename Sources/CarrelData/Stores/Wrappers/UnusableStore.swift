/// A store that can't be used for the time being, and says why.
public struct UnusableStore: DataStore {
    private let state: ConnectionState

    /// Says why.
    public init(_ state: ConnectionState) {
        self.state = state
    }

    /// Nothing.
    public var abilities: DataAbilities { DataAbilities(isWritable: false, keepsTimes: false, tellsVersions: false) }

    /// What it was made with.
    public func check() async -> ConnectionState { state }

    /// Throws ``DataFault/unusable(_:)``.
    public func entry(at path: DataPath) async throws(DataFault) -> DataEntry { throw .unusable(state) }

    /// Throws ``DataFault/unusable(_:)``.
    public func entries(of folder: DataPath) async throws(DataFault) -> DataListing { throw .unusable(state) }

    /// Throws ``DataFault/unusable(_:)``.
    public func read(
        _ file: DataPath,
        _ range: DataRange,
        of version: DataVersion?,
    ) async throws(DataFault) -> DataContent {
        throw .unusable(state)
    }

    /// Throws ``DataFault/unusable(_:)``.
    public func write(
        _ body: DataBody,
        to file: DataPath,
        if condition: DataCondition,
        modified: DataTime?,
    ) async throws(DataFault) -> DataEntry {
        throw .unusable(state)
    }

    /// Throws ``DataFault/unusable(_:)``.
    public func makeFolder(at path: DataPath) async throws(DataFault) { throw .unusable(state) }

    /// Throws ``DataFault/unusable(_:)``.
    public func move(_ source: DataPath, to target: DataPath, replaces: Bool) async throws(DataFault) {
        throw .unusable(state)
    }

    /// Throws ``DataFault/unusable(_:)``.
    public func remove(_ path: DataPath) async throws(DataFault) { throw .unusable(state) }

    /// Throws ``DataFault/unusable(_:)``.
    public func quota(at folder: DataPath) async throws(DataFault) -> DataQuota { throw .unusable(state) }
}
