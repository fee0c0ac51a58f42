import CFiles
import Glibc

/// Puts the files of a folder of ours into a user's, with the rights of that user; what is there already stays as it is.
///
/// Hidden files and folders, links and other special files are left out.
struct FolderFill {
    /// How much is put in at most.
    static let mostBytes: Int64 = 2_000_000_000
    static let mostFiles = 50_000
    private static let deepest = 60

    private(set) var files = 0
    private var bytes: Int64 = 0

    /// Puts all of `source` into the folder `name` of `home`, which is made.
    ///
    /// - Returns: how many files were put in.
    /// - Throws: ``HomeFilesRefusal`` when it is too much; some is there then.
    static func run(_ source: Descriptor, into name: String, of home: Descriptor) throws -> Int {
        var fill = FolderFill()
        try fill.copy(source, to: Self.folder(Array(name.utf8CString), in: home), depth: 0)
        return fill.files
    }

    private mutating func copy(_ source: Descriptor, to target: Descriptor, depth: Int) throws {
        guard depth < Self.deepest else { throw HomeFilesRefusal.failed("its folders are too deep") }
        for name in DirectoryEntry.names(in: source) where name.first != CChar(bitPattern: UInt8(ascii: ".")) {
            var facts = stat()
            guard fstatat(source.number, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            switch facts.st_mode & S_IFMT {
            case S_IFDIR:
                guard let inner = Self.opened(name, in: source, O_RDONLY | O_DIRECTORY) else {
                    throw HomeFilesRefusal.notAllowed
                }
                // Somebody may have put a file where a folder is wanted.
                guard let place = try? Self.folder(name, in: target) else { continue }
                try copy(inner, to: place, depth: depth + 1)
            case S_IFREG: try copyFile(name, from: source, facts, to: target)
            default: continue
            }
        }
    }

    private mutating func copyFile(
        _ name: DirectoryEntry.Name,
        from source: Descriptor,
        _ facts: stat,
        to target: Descriptor,
    ) throws {
        files += 1
        bytes += Int64(facts.st_size)
        guard files <= Self.mostFiles, bytes <= Self.mostBytes else {
            throw HomeFilesRefusal.failed("there is more of it than may be put into a home")
        }
        guard let from = Self.opened(name, in: source, O_RDONLY | O_NONBLOCK) else { throw HomeFilesRefusal.notAllowed }
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let mode: mode_t = facts.st_mode & 0o100 == 0 ? 0o644 : 0o755
        let number = openat(target.number, name, flags, mode)
        guard number >= 0 else {
            if errno == EEXIST { return }
            throw SystemFailure(call: "open", path: nil, number: errno)
        }
        let to = Descriptor(owning: number)
        do {
            if carrel_clone(to.number, from.number) < 0 {
                while try SystemFailure.check("copy", nil, { carrel_copy_on(to.number, from.number, 1 << 26) }) > 0 {}
            }
        } catch {
            // Half a file would stay for good, as what is there is never replaced.
            unlinkat(target.number, name, 0)
            throw error
        }
    }

    private static func folder(_ name: DirectoryEntry.Name, in parent: Descriptor) throws(SystemFailure) -> Descriptor {
        if mkdirat(parent.number, name, 0o755) < 0, errno != EEXIST {
            throw SystemFailure(call: "mkdir", path: nil, number: errno)
        }
        guard let folder = opened(name, in: parent, O_RDONLY | O_DIRECTORY) else {
            throw SystemFailure(call: "open", path: nil, number: errno)
        }
        return folder
    }

    private static func opened(_ name: DirectoryEntry.Name, in folder: Descriptor, _ flags: Int32) -> Descriptor? {
        let number = carrel_open_beneath(folder.number, name, flags, 0)
        return number < 0 ? nil : Descriptor(owning: number)
    }
}
