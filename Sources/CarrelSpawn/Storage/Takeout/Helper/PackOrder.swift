/// What the hub asks of its helper `carrel pack-files`.
struct PackOrder: Codable, Equatable {
    /// What goes into it.
    enum Source: Codable, Equatable {
        /// What is at a path of the home, put into a folder; both as ``NameText``.
        case home(path: String, folder: String, leavesCachesOut: Bool)
        /// A file with this text.
        case text(name: String, text: String)
        /// What other helpers write as records, on descriptor 3.
        case records
    }

    /// What comes out of it.
    enum Product: Codable, Equatable {
        case archive(ArchiveFormat)
        /// Pieces of an archive of that kind, for a helper that puts several together.
        case records(ArchiveFormat)
        /// Nothing: only the counters count.
        case count
    }

    let source: Source
    let product: Product
    /// How large the archive may become, in bytes; nil for as large as there is room.
    var mostBytes: Int64?
}
