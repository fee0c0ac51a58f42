import CarrelModel
import Glibc

/// Counts what folders hold, without following a link or going onto another file system.
///
/// What is counted is the room taken on the disk; a file with several names counts once. Blocks its thread.
struct FolderCount {
    /// A file that may have several names.
    private struct FileKey: Hashable {
        let device: UInt
        let inode: UInt
    }

    /// How deep is looked: each level needs an open file.
    ///
    /// What lies deeper isn't counted.
    static let deepest = 500

    /// When to stop.
    private let end: ContinuousClock.Instant?
    private let device: UInt
    private var seen: Set<FileKey> = []
    /// Bytes taken so far.
    private(set) var bytes: Int64 = 0
    /// Whether time ran out before all was counted.
    private(set) var isPart = false

    /// Is told of each folder that was counted: its names from the top on (as ``NameText``), and its bytes with all that is in it.
    typealias Report = (_ path: [String], _ bytes: Int64) -> Void

    /// Counts a folder.
    ///
    /// - Parameters:
    ///   - folder: opened for reading.
    ///   - limit: how long it may take; what isn't counted by then is left.
    ///   - report: is told of each folder.
    init(_ folder: Descriptor, within limit: Duration? = nil, report: Report? = nil) {
        var facts = stat()
        fstat(folder.number, &facts)
        device = facts.st_dev
        end = limit.map { ContinuousClock.now + $0 }
        bytes = Int64(facts.st_blocks) * 512
        count(folder, path: [], report)
    }

    private mutating func count(_ folder: Descriptor, path: [String], _ report: Report?) {
        for name in DirectoryEntry.names(in: folder) {
            if let end, ContinuousClock.now > end { isPart = true }
            if isPart { return }
            var facts = stat()
            guard fstatat(folder.number, name, &facts, AT_SYMLINK_NOFOLLOW) == 0, facts.st_dev == device else {
                continue
            }
            let isFolder = facts.st_mode & S_IFMT == S_IFDIR
            if !isFolder, facts.st_nlink > 1,
                !seen.insert(FileKey(device: facts.st_dev, inode: facts.st_ino)).inserted
            {
                continue
            }
            let before = bytes
            bytes += Int64(facts.st_blocks) * 512
            guard isFolder, path.count < Self.deepest else { continue }
            let number = openat(folder.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard number >= 0 else { continue }
            let inner = report == nil ? path + [""] : path + [NameText.text(entry: name)]
            count(Descriptor(owning: number), path: inner, report)
            report?(inner, bytes - before)
        }
    }
}
