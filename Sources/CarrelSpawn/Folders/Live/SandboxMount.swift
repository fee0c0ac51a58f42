import Glibc

/// What a mount shows: a folder of a file system.
struct FolderSource: Hashable {
    /// The file system, as `major:minor`.
    let device: String
    /// The folder, from the top of its file system on.
    let root: String

    /// A folder in this one.
    func child(_ name: some StringProtocol) -> FolderSource {
        FolderSource(device: device, root: root == "/" ? "/\(name)" : "\(root)/\(name)")
    }

    /// Whether it is somewhere in another one.
    func isIn(_ other: FolderSource) -> Bool {
        device == other.device && root.hasPrefix(other.root == "/" ? "/" : other.root + "/")
    }
}

/// A mount in a sandbox, as `/proc/PID/mountinfo` describes it.
struct SandboxMount: Hashable {
    /// Its number, which no other has as long as it exists.
    let id: UInt64
    /// The number of the one it is mounted on.
    let parent: UInt64
    let source: FolderSource
    /// Where it is in the sandbox.
    let place: String
    /// The kind of file system.
    let kind: String
    let isReadOnly: Bool

    /// Reads a line: `36 35 98:0 /root /place rw,noatime master:1 - ext4 /dev/sda rw`; nil when it isn't one.
    init?(_ line: Substring) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 1,
            let id = UInt64(words[0]), let parent = UInt64(words[1])
        else { return nil }
        self.id = id
        self.parent = parent
        source = FolderSource(device: String(words[2]), root: MountEntry.text(words[3]))
        place = MountEntry.text(words[4])
        kind = String(words[dash + 1])
        isReadOnly = words[5].split(separator: ",").contains("ro")
    }

    /// The mounts that a process sees, those on top last.
    static func all(of process: String = "self") -> [SandboxMount] {
        guard let file = try? Descriptor(opening: "/proc/\(process)/mountinfo", O_RDONLY) else { return [] }
        return String(decoding: file.contents(limit: 1 << 20), as: UTF8.self)
            .split(separator: "\n").compactMap { SandboxMount($0) }
    }
}

extension [SandboxMount] {
    /// What a mount of a folder shows, or would show once the folder is there.
    func source(of path: String) -> FolderSource? {
        if let pointer = realpath(path, nil) {
            defer { free(pointer) }
            return source(ofReal: String(cString: pointer))
        }
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return nil }
        return source(of: String(path[..<slash]))?.child(path[slash...].dropFirst())
    }

    /// The same of a path without links: of the innermost mount, and of several in one place the one on top.
    func source(ofReal path: String) -> FolderSource? {
        let found = reduce(nil as SandboxMount?) { best, mount in
            guard mount.place == "/" || path == mount.place || path.hasPrefix(mount.place + "/") else { return best }
            return mount.place.utf8.count >= (best?.place.utf8.count ?? 0) ? mount : best
        }
        guard let found else { return nil }
        let rest = path.dropFirst(found.place == "/" ? 1 : found.place.count + 1)
        return rest.isEmpty ? found.source : found.source.child(rest)
    }
}
