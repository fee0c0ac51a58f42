import Glibc

/// Reads and removes folders without following a symbolic link.
enum DirectoryEntry {
    /// The names in a folder, without `.` and `..`.
    static func names(in folder: Descriptor) -> [String] {
        let copy = openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes a folder and all in it; one that isn't there is fine.
    ///
    /// What a server left may be deep: folders of folders are moved up instead of being descended into, so that neither
    /// stack nor descriptors run out.
    static func removeTree(_ path: String) throws(SystemFailure) {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
        if access(path, F_OK) < 0 && errno == ENOENT { return }
        let top = try Descriptor(opening: path, flags)
        var moved = 0
        while case let names = names(in: top), !names.isEmpty {
            for name in names {
                if unlinkat(top.number, name, 0) == 0 || errno == ENOENT { continue }
                // A folder its owner closed to themself is opened again: in the weaker mode its owner is the hub's
                // user.
                _ = fchmodat(top.number, name, 0o700, 0)
                let number = try SystemFailure.check("open", name) { openat(top.number, name, flags | O_CLOEXEC) }
                let folder = Descriptor(owning: number)
                for inner in Self.names(in: folder) where unlinkat(folder.number, inner, 0) < 0 {
                    moved += 1
                    _ = fchmodat(folder.number, inner, 0o700, 0)
                    try SystemFailure.check("rename", inner) {
                        renameat(folder.number, inner, top.number, ".moved-\(moved)")
                    }
                }
                try SystemFailure.check("rmdir", name) { unlinkat(top.number, name, AT_REMOVEDIR) }
            }
        }
        try SystemFailure.check("rmdir", path) { rmdir(path) }
    }
}
