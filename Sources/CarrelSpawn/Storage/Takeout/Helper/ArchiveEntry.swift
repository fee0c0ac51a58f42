import Glibc

/// Something that goes into an archive.
struct ArchiveEntry: Codable, Equatable {
    enum Kind: Codable, Equatable {
        case file, folder
        /// A symbolic link and what it says.
        case link([UInt8])
        /// A further name of a file that is in the archive already, under this path.
        case sameAs([UInt8])
    }

    /// A piece of a file that isn't a hole.
    struct Extent: Codable, Equatable {
        let start: Int64
        let length: Int64
    }

    /// From the archive's top on, with `/` between names; any bytes but zero.
    let path: [UInt8]
    let kind: Kind
    /// Permissions, without the bits that change who runs a file.
    let mode: UInt32
    /// When it was last changed, since 1970.
    let seconds: Int64
    let nanoseconds: Int64
    /// Of a file, in bytes.
    var size: Int64 = 0
    /// Of a file with holes, what isn't one.
    var extents: [Extent]?
    /// What else it has; nil for nothing.
    var attributes: FileAttributes?
}

/// Where entries go to.
protocol ArchiveSink {
    /// Whether a further name of a file can be told, so that its content need not be there twice.
    var keepsSameFiles: Bool { get }
    /// Whether names that aren't UTF-8 are marked as such.
    var keepsBytesOfNames: Bool { get }
    /// Whether extended attributes and access lists can be told.
    var keepsAttributes: Bool { get }

    /// How many bytes of holes it takes in all: also where they aren't kept as zeros they take time, and cost their maker
    /// nothing.
    var mostHoles: Int64 { get }

    /// Begins an entry.
    func begin(_ entry: ArchiveEntry) throws(PackFailure)
    /// Adds to the content of the file that was begun last.
    func write(_ bytes: UnsafeRawBufferPointer) throws(PackFailure)
    /// Adds zeros to it.
    func writeHole(_ count: Int64) throws(PackFailure)
    /// Ends the entry; a file that got fewer bytes than it said stays readable.
    func end() throws(PackFailure)
    /// Takes a sentence about what isn't as it was.
    func note(_ text: String) throws(PackFailure)
}

extension ArchiveFormat {
    /// How many bytes of holes go into an archive: some seconds' work in either format.
    var mostHoles: Int64 {
        switch self {
        case .zip: 4 << 30
        case .tarZstd: 256 << 30
        }
    }
}

/// Why an archive isn't finished.
enum PackFailure: Error, Equatable {
    case notFound, badPath, notAllowed, noRoom, tooLarge
    /// The hub that wanted it is gone.
    case unwanted
    case failed(String)

    /// What an error number of a system call on the chosen path means.
    init(number: Int32) {
        switch number {
        case ENOENT, ENOTDIR: self = .notFound
        case ELOOP, EXDEV: self = .badPath
        case EACCES, EPERM: self = .notAllowed
        default: self = .failed(String(cString: strerror(number)))
        }
    }

    /// The exit code of the helper that says so.
    var exitCode: Int32 {
        switch self {
        case .notFound: 20
        case .badPath: 21
        case .notAllowed: 22
        case .noRoom: 23
        case .tooLarge: 24
        case .unwanted: 25
        case .failed: 1
        }
    }

    /// Reads an exit code again; nil for one that says nothing of the kind.
    init?(exitCode: Int32) {
        let known: [PackFailure] = [.notFound, .badPath, .notAllowed, .noRoom, .tooLarge, .unwanted]
        guard let failure = known.first(where: { $0.exitCode == exitCode }) else { return nil }
        self = failure
    }
}
