public import Foundation

/// A file or folder of a store.
public struct DataEntry: Sendable, Equatable {
    /// What it is.
    public enum Kind: Sendable, Equatable {
        /// A folder.
        case folder
        /// A file with so many bytes; nil when the store doesn't say.
        case file(size: Int64?)
    }

    /// Its name; nil for the store's root.
    public var name: DataName?
    /// What it is.
    public var kind: Kind
    /// When it was last changed, if the store says.
    public var modified: DataTime?
    /// Which version of it this is, if the store says.
    public var version: DataVersion?
    /// Whether it may be changed, as far as the store says; of a folder, whether something can be made in it.
    public var isWritable: Bool

    /// Describes one.
    public init(
        name: DataName?,
        kind: Kind,
        modified: DataTime? = nil,
        version: DataVersion? = nil,
        isWritable: Bool = true,
    ) {
        self.name = name
        self.kind = kind
        self.modified = modified
        self.version = version
        self.isWritable = isWritable
    }

    /// Whether it is a folder.
    public var isFolder: Bool { kind == .folder }

    /// A file's size in bytes, if known.
    public var size: Int64? { if case .file(let size) = kind { size } else { nil } }
}

/// A moment, in whole nanoseconds since the beginning of 1970 (UTC), as file systems keep it.
public struct DataTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since then.
    public let nanoseconds: Int64

    /// Counts from then.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Takes a date, to the microsecond.
    public init(_ date: Date) {
        let limit = 9_000_000_000.0
        let seconds = min(max(date.timeIntervalSince1970, -limit), limit)
        nanoseconds = Int64((seconds * 1e6).rounded()) * 1000
    }

    /// The date.
    public var date: Date { Date(timeIntervalSince1970: Double(nanoseconds) / 1e9) }

    /// Whether one is before the other.
    public static func < (one: DataTime, other: DataTime) -> Bool { one.nanoseconds < other.nanoseconds }
}

/// What tells a file's content from what it was before: the store's own word for it, such as an ETag.
public struct DataVersion: Sendable, Hashable {
    /// The word.
    public let text: String

    /// Takes it.
    public init(_ text: String) {
        self.text = text
    }
}

/// What has to be there before a file is written.
public enum DataCondition: Sendable, Equatable {
    /// Anything.
    case none
    /// Nothing.
    case isNew
    /// A file of this version.
    case version(DataVersion)
}

/// Which bytes of a file.
public enum DataRange: Sendable, Equatable {
    /// All.
    case all
    /// From a place to the end.
    case from(Int64)
    /// The last so many.
    case last(Int64)
    /// Those between two places; what is beyond the end is left out.
    case bytes(Range<Int64>)
}
