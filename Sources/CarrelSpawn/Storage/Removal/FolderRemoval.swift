import CFiles
import Glibc

/// Removes a folder of hostile content by its name in a folder of ours.
///
/// Everything goes by descriptors: no link is followed and no mount entered, so that nothing outside is touched, whatever
/// the content is and whoever changes it meanwhile. Folders in folders are moved up instead of being descended into, so
/// neither stack nor descriptors run out however deep they are; subvolumes in subvolumes likewise, as those can be moved
/// from one into another.
struct FolderRemoval {
    /// The folder that is removed.
    private let top: Descriptor
    private let mark = UInt64.random(in: .min ... .max)
    private var moves = 0

    /// Removes a folder or subvolume and all in it; one that isn't there is fine.
    ///
    /// - Throws: what failed, on what: `EBUSY` or `EXDEV` for something that is mounted in it.
    static func run(_ name: String, in parent: Descriptor) throws(SystemFailure) {
        if carrel_subvolume_remove(parent.number, name) == 0 { return }
        let number = carrel_open_beneath(parent.number, name, O_RDONLY | O_DIRECTORY, 0)
        if number < 0 {
            guard errno != ENOENT else { return }
            throw SystemFailure(call: "open", path: name, number: errno)
        }
        var removal = FolderRemoval(top: Descriptor(owning: number))
        _ = carrel_subvolume_unlock(number)
        try removal.clear(removal.top)
        try remove(emptied: Array(name.utf8CString), from: parent)
    }

    private init(top: Descriptor) {
        self.top = top
    }

    /// Removes all in a folder, round by round: each brings what was below one level up.
    private mutating func clear(_ folder: Descriptor) throws(SystemFailure) {
        while case let names = DirectoryEntry.names(in: folder), !names.isEmpty {
            for name in names { try remove(name, from: folder) }
        }
    }

    private mutating func remove(_ name: DirectoryEntry.Name, from folder: Descriptor) throws(SystemFailure) {
        if unlinkat(folder.number, name, 0) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM else { throw failure("unlink", name) }
        if carrel_subvolume_remove(folder.number, name) == 0 { return }
        let child = try opened(name, in: folder)
        if Subvolume(child) != nil {
            // Further subvolumes are in it. It is emptied at the top, where a level less is open.
            if folder !== top { return try move(name, from: folder, to: top) }
            _ = carrel_subvolume_unlock(child.number)
            try clear(child)
        } else {
            for inner in DirectoryEntry.names(in: child) where unlinkat(child.number, inner, 0) < 0 {
                try move(inner, from: child, to: folder)
            }
        }
        try Self.remove(emptied: name, from: folder)
    }

    private static func remove(emptied name: DirectoryEntry.Name, from folder: Descriptor) throws(SystemFailure) {
        if unlinkat(folder.number, name, AT_REMOVEDIR) == 0 || errno == ENOENT { return }
        let number = errno
        guard carrel_subvolume_remove(folder.number, name) < 0 else { return }
        throw SystemFailure(call: "rmdir", path: String(nulTerminated: name), number: number)
    }

    private mutating func move(
        _ name: DirectoryEntry.Name,
        from folder: Descriptor,
        to target: Descriptor,
    ) throws(SystemFailure) {
        moves += 1
        let place = ".moved-\(mark)-\(moves)"
        if renameat(folder.number, name, target.number, place) == 0 || errno == ENOENT { return }
        if errno == EACCES {
            Self.open(name, in: folder)
            if renameat(folder.number, name, target.number, place) == 0 { return }
        }
        if errno == EROFS {
            // A subvolume that its user closed.
            let number = carrel_open_beneath(folder.number, name, O_RDONLY | O_DIRECTORY, 0)
            guard number >= 0 else { throw failure("open", name) }
            let subvolume = Descriptor(owning: number)
            _ = carrel_subvolume_unlock(subvolume.number)
            if renameat(folder.number, name, target.number, place) == 0 { return }
        }
        throw failure("rename", name)
    }

    private func opened(_ name: DirectoryEntry.Name, in folder: Descriptor) throws(SystemFailure) -> Descriptor {
        let flags = O_RDONLY | O_DIRECTORY
        var number = carrel_open_beneath(folder.number, name, flags, 0)
        if number < 0, errno == EACCES {
            Self.open(name, in: folder)
            number = carrel_open_beneath(folder.number, name, flags, 0)
        }
        guard number >= 0 else { throw failure("open", name) }
        // One may read it without being allowed to remove what is in it.
        if access("/proc/self/fd/\(number)", W_OK | X_OK) < 0 { _ = fchmod(number, 0o700) }
        return Descriptor(owning: number)
    }

    /// Opens a folder that its owner closed to themself: in the weaker mode its owner is the hub's user.
    private static func open(_ name: DirectoryEntry.Name, in folder: Descriptor) {
        _ = fchmodat(folder.number, name, 0o700, AT_SYMLINK_NOFOLLOW)
    }

    private func failure(_ call: String, _ name: DirectoryEntry.Name) -> SystemFailure {
        SystemFailure(call: call, path: String(nulTerminated: name), number: errno)
    }
}
