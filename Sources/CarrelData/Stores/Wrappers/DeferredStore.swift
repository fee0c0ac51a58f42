/// A store that takes asking others to be made, which is done when it is first used, and again as long as that fails.
///
/// One that turns out to be of no use, because what it signs in with has ended, isn't kept: the next use makes another.
public actor DeferredStore: DataStore {
    private let make: @Sendable () async throws(DataFault) -> any DataStore
    private var made: Made?
    private var underWay: Task<Result<Made, DataFault>, Never>?

    /// Takes what makes the store.
    public init(_ make: @escaping @Sendable () async throws(DataFault) -> any DataStore) {
        self.make = make
    }

    /// What such a store usually can do; it isn't known before it is made.
    public nonisolated var abilities: DataAbilities {
        DataAbilities(isWritable: true, keepsTimes: false, tellsVersions: false)
    }

    /// That of the store, or why there is none; of one that was made before and is of no use any more, that of another.
    public func check() async -> ConnectionState {
        let isOld = made != nil
        let state = await checkOnce()
        return isOld && state.needsSignIn ? await checkOnce() : state
    }

    private func checkOnce() async -> ConnectionState {
        do throws(DataFault) {
            let present = try await store()
            let state = await present.store.check()
            drop(present, in: state)
            return state
        } catch {
            if case .unusable(let state) = error { return state }
            return .unfit(error.message)
        }
    }

    /// See ``DataStore/entry(at:)``.
    public func entry(at path: DataPath) async throws(DataFault) -> DataEntry {
        try await use { store throws(DataFault) in try await store.entry(at: path) }
    }

    /// See ``DataStore/entries(of:)``.
    public func entries(of folder: DataPath) async throws(DataFault) -> DataListing {
        try await use { store throws(DataFault) in try await store.entries(of: folder) }
    }

    /// See ``DataStore/read(_:_:of:)``.
    public func read(
        _ file: DataPath,
        _ range: DataRange,
        of version: DataVersion?,
    ) async throws(DataFault) -> DataContent {
        try await use { store throws(DataFault) in try await store.read(file, range, of: version) }
    }

    /// See ``DataStore/write(_:to:if:modified:)``.
    public func write(
        _ body: DataBody,
        to file: DataPath,
        if condition: DataCondition,
        modified: DataTime?,
    ) async throws(DataFault) -> DataEntry {
        try await useOnce { store throws(DataFault) in
            try await store.write(body, to: file, if: condition, modified: modified)
        }
    }

    /// See ``DataStore/makeFolder(at:)``.
    public func makeFolder(at path: DataPath) async throws(DataFault) {
        try await use { store throws(DataFault) in try await store.makeFolder(at: path) }
    }

    /// See ``DataStore/move(_:to:replaces:)``.
    public func move(_ source: DataPath, to target: DataPath, replaces: Bool) async throws(DataFault) {
        try await useOnce { store throws(DataFault) in
            try await store.move(source, to: target, replaces: replaces)
        }
    }

    /// See ``DataStore/remove(_:)``.
    public func remove(_ path: DataPath) async throws(DataFault) {
        try await use { store throws(DataFault) in try await store.remove(path) }
    }

    /// See ``DataStore/quota(at:)``.
    public func quota(at folder: DataPath) async throws(DataFault) -> DataQuota {
        try await use { store throws(DataFault) in try await store.quota(at: folder) }
    }

    // MARK: The store that is made

    /// A store, told apart from those that are made after it.
    private final class Made: Sendable {
        let store: any DataStore

        init(_ store: any DataStore) {
            self.store = store
        }
    }

    private func store() async throws(DataFault) -> Made {
        if let made { return made }
        // One asks for all who wait; a task of its own, because whoever came first may go away.
        let task =
            underWay
            ?? Task { [make] in
                do throws(DataFault) { return .success(Made(try await make())) } catch { return .failure(error) }
            }
        underWay = task
        let result = await task.value
        if underWay == task {
            underWay = nil
            made = try? result.get()
        }
        return try result.get()
    }

    /// Does something that does nothing when it is refused, once more if the store is of no use any more.
    private func use<Value: Sendable>(
        _ work: @Sendable (any DataStore) async throws(DataFault) -> Value
    ) async throws(DataFault) -> Value {
        let isOld = made != nil
        do throws(DataFault) {
            return try await attempt(work)
        } catch {
            guard isOld, case .unusable(let state) = error, state.needsSignIn else { throw error }
            return try await attempt(work)
        }
    }

    /// Does something that may have been done in part, or whose body is gone then.
    ///
    /// If the store is of no use any more its caller may come again soon: another may well be.
    private func useOnce<Value: Sendable>(
        _ work: @Sendable (any DataStore) async throws(DataFault) -> Value
    ) async throws(DataFault) -> Value {
        let isOld = made != nil
        do throws(DataFault) {
            return try await attempt(work)
        } catch {
            guard isOld, case .unusable(let state) = error, state.needsSignIn else { throw error }
            throw .unusable(.busy(retryAfter: .seconds(1)))
        }
    }

    private func attempt<Value: Sendable>(
        _ work: @Sendable (any DataStore) async throws(DataFault) -> Value
    ) async throws(DataFault) -> Value {
        let present = try await store()
        do throws(DataFault) {
            return try await work(present.store)
        } catch {
            if case .unusable(let state) = error { drop(present, in: state) }
            throw error
        }
    }

    /// Forgets a store that takes something new to sign in with.
    private func drop(_ store: Made, in state: ConnectionState) {
        if state.needsSignIn, made === store { made = nil }
    }
}

extension ConnectionState {
    /// Whether it takes something new to sign in with.
    fileprivate var needsSignIn: Bool { !isUsable && !isPassing }
}
