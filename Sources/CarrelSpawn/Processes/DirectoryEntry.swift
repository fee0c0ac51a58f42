import Glibc

/// Reads and removes folders without following a symbolic link.
///
/// Names are bytes: a server may leave files whose names aren't text.
enum DirectoryEntry {
    /// A file's name in a folder, ended by a zero byte.
    typealias Name = [CChar]

    /// The names in a folder, without `.` and `..`.
    static func names(in folder: Descriptor) -> [Name] {
        let copy = openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else { return [] }
        defer { closedir(stream) }
        var names: [Name] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    Name(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
                }
            }
            if name != [0x2E, 0] && name != [0x2E, 0x2E, 0] { names.append(name) }
        }
        return names
    }

    /// Removes a folder and all in it; one that isn't there is fine.
    ///
    /// What a server left may be deep: folders of folders are moved up instead of being descended into, so that neither
    /// stack nor descriptors run out.
    static func removeTree(_ path: String) throws(SystemFailure) {
        if access(path, F_OK) < 0 && errno == ENOENT { return }
        let top = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        var moves = Moves()
        while case let names = names(in: top), !names.isEmpty {
            for name in names { try remove(name, from: top, &moves) }
        }
        try SystemFailure.check("rmdir", path) { rmdir(path) }
    }

    /// Gives folders that are moved up names that nothing else has.
    private struct Moves {
        private let mark = UInt64.random(in: .min ... .max)
        private var count = 0

        mutating func next() -> String {
            count += 1
            return ".moved-\(mark)-\(count)"
        }
    }

    private static func remove(_ name: Name, from top: Descriptor, _ moves: inout Moves) throws(SystemFailure) {
        if unlinkat(top.number, name, 0) == 0 { return }
        guard errno == EISDIR || errno == EPERM else {
            throw SystemFailure(call: "unlink", path: text(name), number: errno)
        }
        open(name, in: top)
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let folder = Descriptor(owning: try SystemFailure.check("open", text(name)) { openat(top.number, name, flags) })
        for inner in names(in: folder) where unlinkat(folder.number, inner, 0) < 0 {
            open(inner, in: folder)
            let place = moves.next()
            try SystemFailure.check("rename", text(inner)) { renameat(folder.number, inner, top.number, place) }
        }
        try SystemFailure.check("rmdir", text(name)) { unlinkat(top.number, name, AT_REMOVEDIR) }
    }

    /// Opens a folder that its owner closed to themself: in the weaker mode its owner is the hub's user.
    private static func open(_ name: Name, in folder: Descriptor) {
        // A link isn't followed, and then nothing is changed; what needs the right fails right after.
        _ = fchmodat(folder.number, name, 0o700, AT_SYMLINK_NOFOLLOW)
    }

    /// A name for people; what isn't text in it is replaced.
    private static func text(_ name: Name) -> String {
        String(nulTerminated: name)
    }
}
