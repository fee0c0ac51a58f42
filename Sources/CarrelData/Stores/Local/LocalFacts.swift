import CFiles
import Glibc

/// What the kernel knows of a file or folder.
struct LocalFacts: Sendable, Equatable {
    let device: UInt64
    let inode: UInt64
    let mode: mode_t
    let gid: gid_t
    let size: Int64
    let modified: DataTime
    let changed: DataTime

    /// Of an open file.
    init(of file: LocalDescriptor) throws(DataFault) {
        var facts = stat()
        guard fstat(file.number, &facts) == 0 else { throw DataFault(system: errno) }
        self.init(facts)
    }

    /// Of what has that name, without following a link; nil when nothing has it.
    init?(of name: DataName, in folder: LocalDescriptor) throws(DataFault) {
        var facts = stat()
        if fstatat(folder.number, name.terminated, &facts, AT_SYMLINK_NOFOLLOW) < 0 {
            guard errno == ENOENT else { throw DataFault(system: errno) }
            return nil
        }
        self.init(facts)
    }

    private init(_ facts: stat) {
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
        mode = facts.st_mode
        gid = facts.st_gid
        size = Int64(facts.st_size)
        modified = DataTime(facts.st_mtim)
        changed = DataTime(facts.st_ctim)
    }

    var isFolder: Bool { mode & S_IFMT == S_IFDIR }
    var isFile: Bool { mode & S_IFMT == S_IFREG }
    var isLink: Bool { mode & S_IFMT == S_IFLNK }

    /// Whether it is the same file, whatever it holds.
    func isSame(as other: LocalFacts) -> Bool { device == other.device && inode == other.inode }

    /// Tells contents apart: each change of a file sets one of these, and its owner can't set the time of the change.
    var version: DataVersion? {
        guard isFile else { return nil }
        let parts = [inode, UInt64(bitPattern: modified.nanoseconds), UInt64(bitPattern: changed.nanoseconds)]
        return DataVersion((parts + [UInt64(size)]).map { String($0, radix: 16) }.joined(separator: "-"))
    }

    /// As stores describe it.
    func entry(_ name: DataName?, isWritable: Bool) -> DataEntry {
        DataEntry(
            name: name,
            kind: isFolder ? .folder : .file(size: size),
            modified: modified,
            version: version,
            isWritable: isWritable,
        )
    }
}

extension DataTime {
    /// Of a time of the kernel's; one too far off becomes the last that can be told.
    init(_ time: timespec) {
        let (nanoseconds, isTooFar) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isBeyond) = nanoseconds.addingReportingOverflow(Int64(time.tv_nsec))
        let last = time.tv_sec < 0 ? Int64.min : Int64.max
        self.init(nanoseconds: isTooFar || isBeyond ? last : sum)
    }

    /// As the kernel takes it: its nanoseconds are never negative.
    var timespec: Glibc.timespec {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest < 0
            ? Glibc.timespec(tv_sec: Int(seconds) - 1, tv_nsec: Int(rest) + 1_000_000_000)
            : Glibc.timespec(tv_sec: Int(seconds), tv_nsec: Int(rest))
    }
}
