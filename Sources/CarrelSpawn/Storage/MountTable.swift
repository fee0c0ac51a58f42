import Glibc

/// A mount as `/proc/PID/mountinfo` describes it.
struct MountEntry: Hashable {
    /// The folder of its file system that it shows.
    let root: String
    /// Where it is.
    let place: String
    /// The kind of file system.
    let kind: String
    /// What is mounted: a device, if it has one.
    let source: String

    /// Reads a line: `36 35 98:0 /root /place rw,noatime master:1 - ext4 /dev/sda rw`; nil when it isn't one.
    init?(_ line: Substring) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 2 else { return nil }
        root = Self.text(words[3])
        place = Self.text(words[4])
        kind = String(words[dash + 1])
        source = Self.text(words[dash + 2])
    }

    /// Space, tab, line break and backslash are written as `\040` and the like.
    static func text(_ word: Substring) -> String {
        guard word.contains("\\") else { return String(word) }
        var bytes: [UInt8] = []
        var rest = Array(word.utf8)[...]
        while let first = rest.popFirst() {
            let digits = rest.prefix(3)
            guard first == UInt8(ascii: "\\"), digits.count == 3,
                let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            else {
                bytes.append(first)
                continue
            }
            bytes.append(byte)
            rest = rest.dropFirst(3)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What is mounted where.
enum MountTable {
    /// The mounts that a process sees, those on top last.
    static func entries(of process: String = "self") -> [MountEntry] {
        guard let file = try? Descriptor(opening: "/proc/\(process)/mountinfo", O_RDONLY) else { return [] }
        // More than a thousand mounts fit.
        return String(decoding: file.contents(limit: 256 << 10), as: UTF8.self)
            .split(separator: "\n").compactMap { MountEntry($0) }
    }

    /// The mount that shows a folder: the innermost one, and of several in one place the one on top.
    static func entry(of path: String) -> MountEntry? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        let place = String(cString: pointer) + "/"
        return entries().reduce(nil) { best, entry in
            let prefix = entry.place == "/" ? "/" : entry.place + "/"
            guard place.hasPrefix(prefix) else { return best }
            return entry.place.utf8.count >= (best?.place.utf8.count ?? 0) ? entry : best
        }
    }

    /// The mounts in other mount namespaces than a process's.
    static func entries(ofProcessesBut own: Int32) -> Set<MountEntry> {
        guard let folder = try? Descriptor(opening: "/proc", O_RDONLY | O_DIRECTORY) else { return [] }
        var seen: Set<String> = [namespace(of: "\(own)")]
        var found: Set<MountEntry> = []
        for name in DirectoryEntry.names(in: folder).map({ String(nulTerminated: $0) }) where Int32(name) != nil {
            let space = namespace(of: name)
            guard !space.isEmpty, seen.insert(space).inserted else { continue }
            found.formUnion(entries(of: name))
        }
        return found
    }

    private static func namespace(of process: String) -> String {
        var target = [CChar](repeating: 0, count: 64)
        guard readlink("/proc/\(process)/ns/mnt", &target, target.count - 1) > 0 else { return "" }
        return String(nulTerminated: target)
    }
}
