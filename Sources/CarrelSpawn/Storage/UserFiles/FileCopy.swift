import CFiles
import Glibc

/// Copies files and folders between open folders, with modes, times, access lists and the user's extended attributes;
/// content is shared where the file system can.
///
/// Links are copied as links; pipes, sockets and devices are left out. Nothing is followed or replaced. A file with
/// several names in what is copied has them in the copy too.
struct FileCopy {
    /// How deep folders may be: each level needs two open files.
    private static let deepest = 400

    /// Where the copy is made.
    private let top: Descriptor
    /// The first copy of each file that has several names: the folders from the top on, and its name.
    private var firstCopies: [FileKey: [DirectoryEntry.Name]] = [:]

    private struct FileKey: Hashable {
        let device: UInt
        let inode: UInt
    }

    /// Something that is to be copied, and where to.
    private struct Item {
        let name: DirectoryEntry.Name
        let source: Descriptor
        /// The copy's place from the top on; the last is its name.
        let place: [DirectoryEntry.Name]
        let target: Descriptor

        var copy: DirectoryEntry.Name { place.last ?? [0] }
    }

    /// Copies one.
    ///
    /// - Returns: false when it is something that isn't copied.
    static func copy(
        _ name: DirectoryEntry.Name,
        in source: Descriptor,
        to copy: DirectoryEntry.Name,
        in target: Descriptor,
    ) throws(SystemFailure) -> Bool {
        var copying = FileCopy(top: target)
        return try copying.copy(Item(name: name, source: source, place: [copy], target: target))
    }

    private init(top: Descriptor) { self.top = top }

    private mutating func copy(_ item: Item) throws(SystemFailure) -> Bool {
        var facts = stat()
        try SystemFailure.check("stat") { fstatat(item.source.number, item.name, &facts, AT_SYMLINK_NOFOLLOW) }
        switch facts.st_mode & S_IFMT {
        case S_IFREG:
            let key = facts.st_nlink > 1 ? FileKey(device: facts.st_dev, inode: facts.st_ino) : nil
            if let key, let first = firstCopies[key], link(first, to: item) { return true }
            try copyFile(item)
            if let key { firstCopies[key] = item.place }
        case S_IFLNK: try copyLink(item, facts)
        case S_IFDIR: try copyFolder(item)
        default: return false
        }
        return true
    }

    /// Gives a copy another name.
    ///
    /// - Returns: false when that can't be: then there will be two copies.
    private func link(_ first: [DirectoryEntry.Name], to item: Item) -> Bool {
        guard let name = first.last else { return false }
        let folder = first.dropLast().flatMap { $0.dropLast() + [CChar(bitPattern: UInt8(ascii: "/"))] }
        let path = folder.isEmpty ? [CChar(bitPattern: UInt8(ascii: ".")), 0] : folder + [0]
        let number = carrel_open_beneath(top.number, path, O_RDONLY | O_DIRECTORY, 0)
        guard number >= 0 else { return false }
        let holder = Descriptor(owning: number)
        return linkat(holder.number, name, item.target.number, item.copy, 0) == 0
    }

    private func copyFile(_ item: Item) throws(SystemFailure) {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let from = Descriptor(
            owning: try SystemFailure.check("open") { openat(item.source.number, item.name, flags) }
        )
        let new = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let to = Descriptor(
            owning: try SystemFailure.check("open") { openat(item.target.number, item.copy, new, 0o600) }
        )
        if carrel_clone(to.number, from.number) < 0 {
            while try SystemFailure.check("copy", nil, { carrel_copy_on(to.number, from.number, 1 << 26) }) > 0 {}
        }
        try FileFacts.keep(of: from, for: to)
    }

    private func copyLink(_ item: Item, _ facts: stat) throws(SystemFailure) {
        var text = [CChar](repeating: 0, count: 4097)
        try SystemFailure.check("readlink") { readlinkat(item.source.number, item.name, &text, 4096) }
        try SystemFailure.check("symlink") { symlinkat(text, item.target.number, item.copy) }
        let times = [facts.st_atim, facts.st_mtim]
        _ = utimensat(item.target.number, item.copy, times, AT_SYMLINK_NOFOLLOW)
    }

    private mutating func copyFolder(_ item: Item) throws(SystemFailure) {
        guard item.place.count <= Self.deepest else {
            throw SystemFailure(call: "copy", path: nil, number: ENAMETOOLONG)
        }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let from = Descriptor(
            owning: try SystemFailure.check("open") { openat(item.source.number, item.name, flags) }
        )
        try SystemFailure.check("mkdir") { mkdirat(item.target.number, item.copy, 0o700) }
        let to = Descriptor(
            owning: try SystemFailure.check("open") { openat(item.target.number, item.copy, flags) }
        )
        for inner in DirectoryEntry.names(in: from) {
            _ = try copy(Item(name: inner, source: from, place: item.place + [inner], target: to))
        }
        try FileFacts.keep(of: from, for: to)
    }
}
