import Glibc

/// A mount as `/proc/PID/mountinfo` describes it.
struct MountEntry: Equatable {
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
    private static func text(_ word: Substring) -> String {
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

    /// The folders that are shown by mounts of other mount namespaces than this process's.
    static func roots(ofProcessesBut own: Int32) -> Set<String> {
        guard let folder = try? Descriptor(opening: "/proc", O_RDONLY | O_DIRECTORY) else { return [] }
        var seen: Set<String> = [namespace(of: "\(own)")]
        var roots: Set<String> = []
        for name in DirectoryEntry.names(in: folder).map({ String(nulTerminated: $0) }) where Int32(name) != nil {
            let space = namespace(of: name)
            guard !space.isEmpty, seen.insert(space).inserted else { continue }
            for entry in entries(of: name) { roots.insert(entry.root) }
        }
        return roots
    }

    private static func namespace(of process: String) -> String {
        var target = [CChar](repeating: 0, count: 64)
        guard readlink("/proc/\(process)/ns/mnt", &target, target.count - 1) > 0 else { return "" }
        return String(nulTerminated: target)
    }
}
