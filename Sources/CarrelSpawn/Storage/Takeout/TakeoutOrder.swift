/// What is to be taken out of a home, and as what.
public struct TakeoutOrder: Sendable, Hashable {
    /// Which home.
    public var home: HomeID
    /// The folder or file in it.
    public var path: HomePath
    /// What kind of archive.
    public var format: ArchiveFormat
    /// Whether what programs can make again is left out: see ``CacheRule``.
    public var leavesCachesOut: Bool
    /// The folder in the archive that everything lies in: one name, as ``NameText``.
    public var folder: String

    /// Writes an order.
    public init(
        home: HomeID,
        path: HomePath = .home,
        format: ArchiveFormat = .zip,
        leavesCachesOut: Bool = false,
        folder: String,
    ) {
        self.home = home
        self.path = path
        self.format = format
        self.leavesCachesOut = leavesCachesOut
        self.folder = folder
    }
}

/// How far an archive is.
public struct TakeoutProgress: Sendable, Equatable {
    /// Files, folders and links that are in it.
    public var entries: Int64
    /// Bytes of files that went into it, before they were packed.
    public var bytes: Int64
    /// The archive's own bytes so far.
    public var written: Int64

    /// Notes how far it is.
    public init(entries: Int64 = 0, bytes: Int64 = 0, written: Int64 = 0) {
        self.entries = entries
        self.bytes = bytes
        self.written = written
    }
}
