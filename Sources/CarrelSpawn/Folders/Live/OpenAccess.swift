import CNamespaces
import Glibc

/// Finds out whether a process has something of some mounts open, by what `/proc` tells: descriptors, working and root
/// folders of every thread, mapped files, and watches.
///
/// What is on its way from one process to another in a socket nobody can see; that the kernel refuses to take a mount away
/// tells of it.
struct OpenAccess {
    enum Kind {
        /// Anything at all.
        case any
        /// What is open for writing.
        case writing
    }

    /// The mounts' numbers.
    let mounts: Set<UInt64>
    /// The device number of all their files and of no others, where there is such a one: it also tells of files that were
    /// opened through another's mount of the folder.
    var device: UInt64?
    /// The number of their subvolume, by which watches are told.
    var subvolume: UInt64?

    /// How many looks at the processes of one server are enough, which take some seconds at most: a user may have
    /// thousands of threads with thousands of descriptors each.
    static let mostLooks = 1_000_000

    /// Whether a process has something open, or can't be looked through.
    ///
    /// - Parameters:
    ///   - pid: which process.
    ///   - kind: what counts.
    ///   - looks: how many more looks there may be.
    /// - Returns: true also when no look is left.
    func isHeld(by pid: Int32, _ kind: Kind = .any, looks: inout Int) -> Bool {
        if kind == .any, isOurs("/proc/\(pid)/exe") { return true }
        for task in names("/proc/\(pid)/task") {
            if holds("/proc/\(pid)/task/\(task)", kind, looks: &looks) { return true }
        }
        return names("/proc/\(pid)/map_files").contains { name in
            let path = "/proc/\(pid)/map_files/\(name)"
            return Self.isTooMuch(&looks) || ((kind == .any || isWritable(path)) && isOurs(path))
        }
    }

    private static func isTooMuch(_ looks: inout Int) -> Bool {
        looks -= 1
        return looks < 0
    }

    private func holds(_ task: String, _ kind: Kind, looks: inout Int) -> Bool {
        // A thread may have folders and descriptors of its own.
        if Self.isTooMuch(&looks) { return true }
        if kind == .any, isOurs("\(task)/cwd") || isOurs("\(task)/root") { return true }
        return names("\(task)/fd").contains { name in
            if Self.isTooMuch(&looks) { return true }
            if isOurs("\(task)/fd/\(name)") { return kind == .any || isWriting("\(task)/fdinfo/\(name)") }
            return kind == .any && subvolume != nil && isWatch("\(task)/fd/\(name)", "\(task)/fdinfo/\(name)")
        }
    }

    private func isOurs(_ path: String) -> Bool {
        var mount: UInt64 = 0
        var device: UInt64 = 0
        guard carrel_mount_of(path, &mount, &device) == 0 else { return false }
        return mounts.contains(mount) || device == self.device
    }

    /// Whether a mapping can be written to, which the link's own mode tells.
    private func isWritable(_ path: String) -> Bool {
        var facts = stat()
        return lstat(path, &facts) == 0 && facts.st_mode & S_IWUSR != 0
    }

    private func isWriting(_ path: String) -> Bool {
        let flags = text(path).split(separator: "\n").first { $0.hasPrefix("flags:") }
        let number = flags?.split(whereSeparator: { $0 == "\t" || $0 == " " }).last.flatMap { Int32($0, radix: 8) }
        return number.map { $0 & O_ACCMODE != O_RDONLY && $0 & Self.pathOnly == 0 } ?? false
    }

    /// `O_PATH`, with which nothing is written.
    private static let pathOnly: Int32 = 0o10_000_000

    private func isWatch(_ path: String, _ description: String) -> Bool {
        var target = [CChar](repeating: 0, count: 64)
        guard readlink(path, &target, target.count - 1) > 0, String(nulTerminated: target) == "anon_inode:inotify"
        else { return false }
        return text(description).split(separator: "\n").contains { Watch($0)?.subvolume == subvolume }
    }

    private func text(_ path: String) -> String {
        guard let file = try? Descriptor(opening: path, O_RDONLY) else { return "" }
        return String(decoding: file.contents(limit: 1 << 16), as: UTF8.self)
    }

    private func names(_ path: String) -> [String] {
        guard let folder = try? Descriptor(opening: path, O_RDONLY | O_DIRECTORY) else { return [] }
        return DirectoryEntry.names(in: folder).map { String(nulTerminated: $0) }
    }
}

/// A watch on a file of btrfs, as `/proc/PID/fdinfo` describes it (`proc_pid_fdinfo(5)`, inotify).
struct Watch {
    /// The number of the subvolume that the file is in.
    let subvolume: UInt64

    /// Reads a line such as `inotify wd:1 ino:101 … fhandle-type:4d f_handle:0101…`; nil when it is of another kind.
    ///
    /// A handle of btrfs begins with the file's number and the subvolume's, 8 bytes each (the kernel's fs/btrfs/export.h).
    init?(_ line: Substring) {
        guard line.hasPrefix("inotify "),
            let type = Self.value("fhandle-type", line), ["4d", "4e", "4f"].contains(type),
            let handle = Self.value("f_handle", line), handle.utf8.count >= 32
        else { return nil }
        let digits = Array(handle.utf8)
        let bytes = (8..<16).compactMap { index in
            UInt8(String(decoding: digits[2 * index...2 * index + 1], as: UTF8.self), radix: 16)
        }
        guard bytes.count == 8 else { return nil }
        subvolume = bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func value(_ name: String, _ line: Substring) -> Substring? {
        line.split(separator: " ").first { $0.hasPrefix(name + ":") }?.dropFirst(name.count + 1)
    }
}
