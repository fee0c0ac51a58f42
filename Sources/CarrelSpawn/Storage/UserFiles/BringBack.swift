import CFiles
import Glibc

/// Brings a file or folder of a restore point back into a home.
///
/// It is copied under a name of its own first, beside where it goes; then what is there steps aside and the copy takes
/// its place. Neither step replaces anything. One that ends in the middle leaves what was there under its old or its new
/// name, and a copy `.carrel-restoring-…`.
struct BringBack {
    /// The home as it was.
    let source: Descriptor
    /// The home as it is.
    let target: Descriptor
    let path: HomePath
    /// What is added to the name of what is there now.
    let suffix: String

    /// How often another name is tried, when names are taken or taken away meanwhile.
    private static let mostTries = 100

    /// Does it.
    ///
    /// - Returns: the path under which what was there is kept; nil when nothing was.
    /// - Throws: a refusal or the failure of a system call; nothing of the copy is left then.
    func run() throws -> String? {
        guard let name = path.name else { throw HomeFilesRefusal.badPath }
        let from = try source.opened(path.parent, O_RDONLY | O_DIRECTORY)
        let to = try parent()
        let draft = ".carrel-restoring-\(UInt64.random(in: .min ... .max))"
        do {
            guard try FileCopy.copy(NameText.name(of: name), in: from, to: Array(draft.utf8CString), in: to) else {
                throw HomeFilesRefusal.failed("it is neither a file nor a folder")
            }
            return try place(draft, as: name, in: to)
        } catch {
            DirectoryEntry.removeAll(draft, in: to)
            throw error
        }
    }

    /// The folder it goes to; folders on the way that are gone are made again.
    private func parent() throws -> Descriptor {
        var folder = try target.opened(".", O_RDONLY | O_DIRECTORY)
        var kept = try source.opened(".", O_RDONLY | O_DIRECTORY)
        for name in path.names.dropLast() {
            kept = try kept.opened(name, O_RDONLY | O_DIRECTORY)
            var facts = stat()
            try SystemFailure.check("stat") { fstat(kept.number, &facts) }
            if mkdirat(folder.number, NameText.name(of: name), facts.st_mode & 0o777 | 0o700) < 0, errno != EEXIST {
                throw SystemFailure(call: "mkdir", path: nil, number: errno)
            }
            do {
                folder = try folder.opened(name, O_RDONLY | O_DIRECTORY)
            } catch {
                guard error.number == ENOTDIR || error.number == ELOOP else { throw error }
                throw HomeFilesRefusal.failed("“\(NameText.shown(name))” on the way isn't a folder any more")
            }
        }
        return folder
    }

    private func place(_ draft: String, as name: String, in folder: Descriptor) throws -> String? {
        var kept: String?
        for attempt in 1...Self.mostTries {
            if Self.rename(draft, to: name, in: folder) {
                return kept.map { (path.names.dropLast() + [$0]).joined(separator: "/") }
            }
            guard errno == EEXIST else {
                let failure = SystemFailure(call: "rename", path: nil, number: errno)
                if let kept { try stepBack(kept, to: name, draft, in: folder) }
                throw failure
            }
            let aside = Self.fitting(name, suffix + (attempt == 1 ? "" : " \(attempt)"))
            if Self.rename(name, to: aside, in: folder) {
                kept = aside
            } else if errno != EEXIST && errno != ENOENT {
                throw SystemFailure(call: "rename", path: nil, number: errno)
            }
        }
        throw HomeFilesRefusal.failed("too many files of that name were brought back")
    }

    /// Gives what stepped aside its name again, as a full home may have room for the first renaming and not the second.
    private func stepBack(_ kept: String, to name: String, _ draft: String, in folder: Descriptor) throws {
        if Self.rename(kept, to: name, in: folder) { return }
        // Removing is what a full home always allows.
        DirectoryEntry.removeAll(draft, in: folder)
        if Self.rename(kept, to: name, in: folder) { return }
        throw HomeFilesRefusal.failed(
            "there was no room for it, and what was there is now called “\(NameText.shown(kept))”"
        )
    }

    /// Gives something a name that nothing else has; false with errno when that can't be.
    private static func rename(_ name: String, to other: String, in folder: Descriptor) -> Bool {
        carrel_rename_new(folder.number, NameText.name(of: name), NameText.name(of: other)) == 0
    }

    /// A name with something added, shortened to what file systems take.
    static func fitting(_ name: String, _ suffix: String) -> String {
        var name = name
        while NameText.bytes(of: name).count + suffix.utf8.count > 255 { name.removeLast() }
        return name + suffix
    }
}

extension DirectoryEntry {
    /// Removes a file, or a folder with all that is in it, as far as the rights of this process go.
    static func removeAll(_ name: String, in folder: Descriptor) {
        removeAll(Array(name.utf8CString), in: folder)
    }

    private static func removeAll(_ name: Name, in folder: Descriptor) {
        if unlinkat(folder.number, name, 0) == 0 { return }
        _ = fchmodat(folder.number, name, 0o700, AT_SYMLINK_NOFOLLOW)
        let number = openat(folder.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard number >= 0 else { return }
        let inner = Descriptor(owning: number)
        for name in names(in: inner) { removeAll(name, in: inner) }
        unlinkat(folder.number, name, AT_REMOVEDIR)
    }
}
