/// A folder of this machine: a home or a shared folder.
///
/// Each operation looks at the folder's path anew, as a home is replaced as a whole when a restore point is brought back.
/// Below it everything goes by descriptors and with the account's own file-system identity, so that the kernel decides what
/// that person may do, files made belong to them, and their quota holds. Nothing outside is reached, by links, mounts or
/// otherwise; links that stay inside are followed to read, list and write, and are themselves what is moved and removed.
/// Only files and folders are shown: a link that leads out, a pipe, a socket or a device isn't, and isn't replaced.
public struct LocalStore: DataStore {
    private let path: String
    let account: LocalAccount?
    let workers: LocalWorkers
    private let isWritable: Bool
    let mask: UInt32
    private let entersMounts: Bool
    private let hides: @Sendable (DataPath) -> Bool
    let room: (@Sendable () async -> DataQuota?)?
    /// Whether files without a name are tried; tests go the other way too.
    var triesNameless = true

    /// Names a folder.
    ///
    /// - Parameters:
    ///   - path: its absolute path; the folders on it are not in the hands of users.
    ///   - account: whose rights hold; nil for our own, which hold always when we aren't root.
    ///   - workers: do the work.
    ///   - isWritable: whether this way in lets anything be changed.
    ///   - mask: the rights that new files don't get; a folder's default access list goes before it.
    ///   - entersMounts: whether other file systems that are mounted below belong to it.
    ///   - hides: which paths aren't shown, with all below them, such as mounts of other stores; a link may lead there.
    ///     It only compares names, as it is asked by threads that act for others.
    ///   - room: how much the account uses and may still use, where that is counted elsewhere; nil when it isn't known.
    public init(
        path: String,
        account: LocalAccount?,
        workers: LocalWorkers,
        isWritable: Bool,
        mask: UInt32 = 0o022,
        entersMounts: Bool = false,
        hides: @escaping @Sendable (DataPath) -> Bool = { _ in false },
        room: (@Sendable () async -> DataQuota?)? = nil,
    ) {
        self.path = path
        self.account = account
        self.workers = workers
        self.isWritable = isWritable
        self.mask = mask
        self.entersMounts = entersMounts
        self.hides = hides
        self.room = room
    }

    /// What it can do; see ``DataStore``.
    public var abilities: DataAbilities {
        DataAbilities(isWritable: isWritable, keepsTimes: true, tellsVersions: true, hidesThings: true)
    }

    /// What is at a path; see ``DataStore``.
    public func entry(at path: DataPath) async throws(DataFault) -> DataEntry {
        try checkShown(path)
        let isWritable = isWritable
        return try await perform { root throws(DataFault) in
            let place = try root.place(at: path)
            return place.facts.entry(path.last, isWritable: isWritable && place.isWritable)
        }
    }

    /// Makes a folder; see ``DataStore``.
    public func makeFolder(at path: DataPath) async throws(DataFault) {
        guard let name = path.last else { throw .alreadyThere }
        try checkChange(of: path)
        let mask = mask
        try await perform { root throws(DataFault) in try root.makeFolder(name, at: path, mask: mask) }
    }

    /// Moves or renames; see ``DataStore``.
    ///
    /// A link is moved itself. When a folder that is replaced can't be removed whole, the move is made, what is left of that
    /// folder has the old path, and the fault is thrown.
    public func move(_ source: DataPath, to target: DataPath, replaces: Bool) async throws(DataFault) {
        try checkShown(source)
        try checkChange(of: source)
        try checkChange(of: target)
        guard !target.isIn(source) else { throw .intoItself }
        let workers = workers
        let rest = try await perform { root throws(DataFault) in
            try root.move(source, to: target, replaces: replaces, by: workers)
        }
        try await finish(rest)
    }

    /// Removes a file, a link itself, or a folder with all that is in it, also what isn't shown; see ``DataStore``.
    ///
    /// When something can't be removed, what comes after it is left too.
    public func remove(_ path: DataPath) async throws(DataFault) {
        try checkShown(path)
        try checkChange(of: path)
        guard let name = path.last, let parent = path.parent else { throw .forbidden }
        let rest = try await perform { root throws(DataFault) in
            _ = try root.place(at: path)
            return try LocalRemoval.begin(name, in: root.folder(at: parent).found)
        }
        try await finish(rest)
    }

    // MARK: How it is done

    /// Who takes turns for it: a person with all that is theirs, or a folder of nobody's.
    var owner: LocalOwner { account.map { .user($0.uid) } ?? .folder(path) }

    /// Does work below the folder as the account.
    func perform<Value: Sendable>(
        _ work: @escaping @Sendable (LocalRoot) throws(DataFault) -> Value
    ) async throws(DataFault) -> Value {
        guard !Task.isCancelled else { throw .cancelled }
        return try await performAnyway(work)
    }

    /// The same, also when the one who asked went away.
    func performAnyway<Value: Sendable>(
        _ work: @escaping @Sendable (LocalRoot) throws(DataFault) -> Value
    ) async throws(DataFault) -> Value {
        try await workers.run(
            as: account,
            of: owner,
            opening: { [path, entersMounts] () throws(DataFault) in try LocalRoot(path, entersMounts: entersMounts) },
            work,
        )
    }

    private func finish(_ rest: LocalRemoval?) async throws(DataFault) {
        guard let rest else { return }
        while try await !perform({ _ throws(DataFault) in try rest.goOn() }) {}
    }

    /// Refuses a path that isn't shown.
    func checkShown(_ path: DataPath) throws(DataFault) {
        guard !path.names.contains(where: \.isOfUpload), !isHidden(path) else { throw .notFound }
    }

    /// Refuses a path at which nothing can be made or replaced.
    func checkChange(of path: DataPath) throws(DataFault) {
        guard isWritable else { throw .readOnly }
        guard !path.names.contains(where: \.isOfUpload) else { throw .unfitName }
        guard !path.names.isEmpty, !isHidden(path) else { throw .forbidden }
    }

    /// Whether a path isn't shown for the sake of one of its folders.
    private func isHidden(_ path: DataPath) -> Bool {
        path.names.indices.contains { hides(DataPath(Array(path.names[...$0]))) }
    }

    /// Which of the entries of a folder are shown.
    func shows(_ name: DataName, in folder: DataPath) -> Bool {
        !name.isOfUpload && !hides(folder.appending(name))
    }

    /// Whether what a thread's account may change may be changed this way in.
    var mayWrite: Bool { isWritable }
}
