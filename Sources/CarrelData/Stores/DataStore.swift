/// A place with files: a person's part of a data source, a shared folder or a home.
///
/// All kinds behave alike: a list is whole or an error, a write replaces a file at once or not at all, and nothing that the
/// person sees is made up. Stores hide what they need for themselves, such as remnants of uploads.
public protocol DataStore: Sendable {
    /// What it can do.
    var abilities: DataAbilities { get }

    /// Whether it can be used now, and how; never throws, and takes no longer than the kind's deadline.
    func check() async -> ConnectionState

    /// What is at a path.
    ///
    /// - Returns: a description of it.
    /// - Throws: ``DataFault``; ``DataFault/notFound`` when there is nothing.
    func entry(at path: DataPath) async throws(DataFault) -> DataEntry

    /// What is in a folder, page by page and whole: a fault in the middle is thrown by the listing.
    ///
    /// - Throws: ``DataFault``; ``DataFault/notAFolder`` for a file.
    func entries(of folder: DataPath) async throws(DataFault) -> DataListing

    /// A file's bytes.
    ///
    /// - Parameters:
    ///   - file: its path.
    ///   - range: which of them.
    ///   - version: the version that they have to be of; nil for the present one.
    /// - Returns: the bytes, as they come.
    /// - Throws: ``DataFault``; ``DataFault/changed`` for another version, ``DataFault/rangeOutside(size:)``.
    func read(_ file: DataPath, _ range: DataRange, of version: DataVersion?) async throws(DataFault) -> DataContent

    /// Makes or replaces a file, at once when all of it is there: a write that fails leaves what was there before.
    ///
    /// - Parameters:
    ///   - body: its bytes.
    ///   - file: its path; the folder has to be there.
    ///   - condition: what has to be there before.
    ///   - modified: when it was changed, for stores that keep such times.
    /// - Returns: what is there then.
    /// - Throws: ``DataFault``; ``DataFault/changed`` when the condition doesn't hold.
    func write(
        _ body: DataBody,
        to file: DataPath,
        if condition: DataCondition,
        modified: DataTime?,
    ) async throws(DataFault) -> DataEntry

    /// Makes a folder in one that is there.
    ///
    /// - Throws: ``DataFault``; ``DataFault/alreadyThere``, ``DataFault/noParent``.
    func makeFolder(at path: DataPath) async throws(DataFault)

    /// Moves or renames a file, or a folder with all that is in it.
    ///
    /// - Parameters:
    ///   - source: what.
    ///   - target: its new path; the folder it lies in has to be there.
    ///   - replaces: whether something that has that path already is removed; else that is ``DataFault/alreadyThere``.
    /// - Throws: ``DataFault``.
    func move(_ source: DataPath, to target: DataPath, replaces: Bool) async throws(DataFault)

    /// Removes a file, or a folder with all that is in it.
    ///
    /// - Throws: ``DataFault``.
    func remove(_ path: DataPath) async throws(DataFault)

    /// How much is used and may be used where a folder is.
    ///
    /// - Throws: ``DataFault``.
    func quota(at folder: DataPath) async throws(DataFault) -> DataQuota
}

/// What a store can do.
public struct DataAbilities: Sendable, Equatable {
    /// Whether anything can be changed in it at all.
    public var isWritable: Bool
    /// Whether it keeps the time that a file was changed, as a writer gives it.
    public var keepsTimes: Bool
    /// Whether its versions tell any two contents of a file apart.
    public var tellsVersions: Bool
    /// Whether folders may hold what isn't shown and can't be copied, such as links that lead out.
    public var hidesThings: Bool

    /// Names them.
    public init(isWritable: Bool, keepsTimes: Bool, tellsVersions: Bool, hidesThings: Bool = false) {
        self.isWritable = isWritable
        self.keepsTimes = keepsTimes
        self.tellsVersions = tellsVersions
        self.hidesThings = hidesThings
    }
}

/// How much is used and may be used.
public struct DataQuota: Sendable, Equatable {
    /// Bytes used; nil when the store doesn't say.
    public var used: Int64?
    /// Bytes that can still be written; nil when there is no limit, or the store doesn't say.
    public var available: Int64?

    /// Joins them.
    public init(used: Int64?, available: Int64?) {
        self.used = used
        self.available = available
    }
}
