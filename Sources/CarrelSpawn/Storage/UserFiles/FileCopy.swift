import CFiles
import Glibc

/// Copies files and folders between open folders, with modes and times; content is shared where the file system can.
///
/// Links are copied as links; pipes, sockets and devices are left out. Nothing is followed or replaced.
enum FileCopy {
    /// How deep folders may be: each level needs two open files.
    private static let deepest = 400

    /// Copies one.
    ///
    /// - Returns: false when it is something that isn't copied.
    static func copy(
        _ name: String,
        in source: Descriptor,
        to copy: String,
        in target: Descriptor,
    ) throws(SystemFailure) -> Bool {
        try self.copy(Array(name.utf8CString), in: source, to: Array(copy.utf8CString), in: target, depth: 0)
    }

    private static func copy(
        _ name: DirectoryEntry.Name,
        in source: Descriptor,
        to copy: DirectoryEntry.Name,
        in target: Descriptor,
        depth: Int,
    ) throws(SystemFailure) -> Bool {
        var facts = stat()
        try SystemFailure.check("stat") { fstatat(source.number, name, &facts, AT_SYMLINK_NOFOLLOW) }
        switch facts.st_mode & S_IFMT {
        case S_IFREG: try copyFile(name, in: source, to: copy, in: target)
        case S_IFLNK: try copyLink(name, in: source, to: copy, in: target, facts)
        case S_IFDIR: try copyFolder(name, in: source, to: copy, in: target, depth: depth)
        default: return false
        }
        return true
    }

    private static func copyFile(
        _ name: DirectoryEntry.Name,
        in source: Descriptor,
        to copy: DirectoryEntry.Name,
        in target: Descriptor,
    ) throws(SystemFailure) {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let from = Descriptor(owning: try SystemFailure.check("open") { openat(source.number, name, flags) })
        let new = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let to = Descriptor(owning: try SystemFailure.check("open") { openat(target.number, copy, new, 0o600) })
        if carrel_clone(to.number, from.number) < 0 {
            while try SystemFailure.check("copy", nil, { carrel_copy_on(to.number, from.number, 1 << 26) }) > 0 {}
        }
        try keepModeAndTimes(of: from, for: to)
    }

    private static func copyLink(
        _ name: DirectoryEntry.Name,
        in source: Descriptor,
        to copy: DirectoryEntry.Name,
        in target: Descriptor,
        _ facts: stat,
    ) throws(SystemFailure) {
        var text = [CChar](repeating: 0, count: 4097)
        try SystemFailure.check("readlink") { readlinkat(source.number, name, &text, 4096) }
        try SystemFailure.check("symlink") { symlinkat(text, target.number, copy) }
        let times = [facts.st_atim, facts.st_mtim]
        _ = utimensat(target.number, copy, times, AT_SYMLINK_NOFOLLOW)
    }

    private static func copyFolder(
        _ name: DirectoryEntry.Name,
        in source: Descriptor,
        to copy: DirectoryEntry.Name,
        in target: Descriptor,
        depth: Int,
    ) throws(SystemFailure) {
        guard depth < deepest else { throw SystemFailure(call: "copy", path: nil, number: ENAMETOOLONG) }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let from = Descriptor(owning: try SystemFailure.check("open") { openat(source.number, name, flags) })
        try SystemFailure.check("mkdir") { mkdirat(target.number, copy, 0o700) }
        let to = Descriptor(owning: try SystemFailure.check("open") { openat(target.number, copy, flags) })
        for inner in DirectoryEntry.names(in: from) {
            _ = try self.copy(inner, in: from, to: inner, in: to, depth: depth + 1)
        }
        try keepModeAndTimes(of: from, for: to)
    }

    private static func keepModeAndTimes(of source: Descriptor, for copy: Descriptor) throws(SystemFailure) {
        var facts = stat()
        try SystemFailure.check("stat") { fstat(source.number, &facts) }
        try SystemFailure.check("chmod") { fchmod(copy.number, facts.st_mode & 0o777) }
        let times = [facts.st_atim, facts.st_mtim]
        try SystemFailure.check("utimens") { futimens(copy.number, times) }
    }
}
