import CFiles
import Glibc

/// Goes through a home, or a part of one, and puts all that is there into an archive.
///
/// Everything is opened below an open folder, through no link and on no other file system. What can't be read, or isn't
/// a file, folder or link, is left out and noted; what changes meanwhile never breaks the archive.
final class HomeWalk {
    /// A path in an archive that is longer can't be unpacked (`PATH_MAX`).
    private static let longestPath = 4095
    /// Of how many files with several names the first one is remembered.
    private static let mostSameFiles = 200_000

    private struct FileKey: Hashable {
        let device: UInt
        let inode: UInt
    }

    private struct Level {
        let reader: FolderReader
        /// In the archive, with `/` at its end.
        let path: [UInt8]
    }

    private let home: Descriptor
    private let start: HomePath
    private let leavesCachesOut: Bool
    /// The folder in the archive, with `/` at its end.
    private let top: [UInt8]
    private let sink: any ArchiveSink
    private let reader: FileReader
    private var device: UInt = 0
    private var firstNames: [FileKey: [UInt8]] = [:]
    private var doubled = 0

    init(home: Descriptor, start: HomePath, folder: String, leavesCachesOut: Bool, sink: any ArchiveSink) {
        self.home = home
        self.start = start
        self.leavesCachesOut = leavesCachesOut
        self.sink = sink
        top = NameText.bytes(of: folder) + [Self.slash]
        reader = FileReader(sink: sink)
    }

    /// Does it.
    ///
    /// - Throws: what keeps the archive from being made at all.
    func run() throws(PackFailure) {
        try go()
        guard doubled > 0 else { return }
        let files = doubled == 1 ? "One file has" : "\(doubled) files have"
        try sink.note("\(files) further names in your home; in a zip each name is a file of its own.")
    }

    private func go() throws(PackFailure) {
        let parent: Descriptor
        do {
            parent = try home.opened(start.parent, O_RDONLY | O_DIRECTORY)
        } catch {
            throw PackFailure(number: error.number)
        }
        guard let facts = Self.facts(of: parent.number, [0x2E, 0]) else { throw .notFound }
        device = facts.st_dev
        guard let last = start.name else {
            return try walk([0x2E, 0], in: parent.number)
        }
        let name = NameText.name(of: last)
        guard let own = Self.facts(of: parent.number, name) else { throw PackFailure(number: errno) }
        switch own.st_mode & S_IFMT {
        case S_IFDIR: try walk(name, in: parent.number)
        case S_IFREG:
            try begin(folder: top, facts)
            try add(name, in: parent.number, below: top)
        default: throw .badPath
        }
    }

    private func walk(_ name: [CChar], in parent: Int32) throws(PackFailure) {
        var levels: [Level] = []
        do {
            levels.append(Level(reader: try FolderReader(opening: name, in: parent), path: top))
        } catch {
            throw PackFailure(number: error.number)
        }
        // After it was opened: whoever waits for the first entry knows that the folder can be read.
        for level in levels {
            guard let facts = Self.facts(of: level.reader.folder, [0x2E, 0]) else { throw .notFound }
            try begin(folder: top, facts, FileAttributes(of: level.reader.folder))
        }
        while let level = levels.last {
            guard let name = level.reader.next() else {
                levels.removeLast()
                continue
            }
            if let inner = try add(name, in: level.reader.folder, below: level.path) { levels.append(inner) }
        }
    }

    /// Adds one; of a folder gives what is to be gone through next.
    @discardableResult
    private func add(_ name: [CChar], in folder: Int32, below path: [UInt8]) throws(PackFailure) -> Level? {
        let last = name.dropLast().map { UInt8(bitPattern: $0) }
        let path = path + last
        guard let facts = Self.facts(of: folder, name) else {
            try note(path, errno)
            return nil
        }
        guard path.count < Self.longestPath else {
            let beginning = PackNotes.shown(Array(path.prefix(300)))
            try sink.note("\(beginning)…: left out, its path is too long to be unpacked.")
            return nil
        }
        guard facts.st_dev == device else {
            try sink.note("\(PackNotes.shown(path)): left out, it is on another file system.")
            return nil
        }
        switch facts.st_mode & S_IFMT {
        case S_IFDIR:
            if leavesCachesOut, CacheRule.isCache(last, path: inHome(path)) { return nil }
            return try enter(name, in: folder, path: path + [Self.slash], facts)
        case S_IFREG: try add(file: name, in: folder, path: path, facts)
        case S_IFLNK: try add(link: name, in: folder, path: path, facts)
        case S_IFSOCK: try sink.note("\(PackNotes.shown(path)): left out, it is a socket of a program.")
        case S_IFIFO: try sink.note("\(PackNotes.shown(path)): left out, it is a pipe between programs.")
        default: try sink.note("\(PackNotes.shown(path)): left out, it is a device.")
        }
        return nil
    }

    private func enter(_ name: [CChar], in folder: Int32, path: [UInt8], _ facts: stat) throws(PackFailure) -> Level? {
        let reader: FolderReader
        do {
            reader = try FolderReader(opening: name, in: folder)
        } catch {
            try begin(folder: path, facts)
            try note(path, error.number)
            return nil
        }
        try begin(folder: path, facts, FileAttributes(of: reader.folder))
        return Level(reader: reader, path: path)
    }

    private func begin(
        folder path: [UInt8],
        _ facts: stat,
        _ attributes: FileAttributes = FileAttributes(),
    ) throws(PackFailure) {
        var entry = Self.entry(path, .folder, facts)
        entry.attributes = try kept(attributes, of: path)
        try sink.begin(entry)
        try sink.end()
        try noteName(path)
    }

    /// What of a file's attributes goes into the archive; what doesn't is noted.
    private func kept(_ attributes: FileAttributes, of path: [UInt8]) throws(PackFailure) -> FileAttributes? {
        if attributes.isEmpty { return nil }
        if attributes.isCut { try sink.note("\(PackNotes.shown(path)): has more extended attributes than are kept.") }
        if sink.keepsAttributes { return attributes }
        if let words = attributes.words {
            try sink.note("\(PackNotes.shown(path)): has \(words), which a zip can't hold; tar.zst keeps it.")
        }
        return nil
    }

    private func add(link name: [CChar], in folder: Int32, path: [UInt8], _ facts: stat) throws(PackFailure) {
        var target = [UInt8](repeating: 0, count: 4096)
        let count = readlinkat(folder, name, &target, target.count)
        guard count >= 0 else { return try note(path, errno) }
        try sink.begin(Self.entry(path, .link(Array(target.prefix(count))), facts))
        try sink.end()
        try noteName(path)
    }

    private func add(file name: [CChar], in folder: Int32, path: [UInt8], _ facts: stat) throws(PackFailure) {
        let number = carrel_open_beneath(folder, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0)
        guard number >= 0 else { return try note(path, errno) }
        let file = Descriptor(owning: number)
        var facts = stat()
        guard fstat(number, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            return try sink.note("\(PackNotes.shown(path)): left out, it became something else meanwhile.")
        }
        if facts.st_nlink > 1 {
            let key = FileKey(device: facts.st_dev, inode: facts.st_ino)
            if let first = firstNames[key] {
                guard sink.keepsSameFiles else {
                    doubled += 1
                    return try add(file, path, facts)
                }
                try sink.begin(Self.entry(path, .sameAs(first), facts))
                try sink.end()
                return try noteName(path)
            }
            if firstNames.count < Self.mostSameFiles { firstNames[key] = path }
        }
        try add(file, path, facts)
        try noteName(path)
    }

    private func add(_ file: Descriptor, _ path: [UInt8], _ facts: stat) throws(PackFailure) {
        var entry = Self.entry(path, .file, facts)
        entry.attributes = try kept(FileAttributes(of: file.number), of: path)
        try reader.add(file, entry)
    }

    // MARK: Saying

    private func noteName(_ path: [UInt8]) throws(PackFailure) {
        guard !sink.keepsBytesOfNames, String(validating: path, as: UTF8.self) == nil else { return }
        try sink.note("\(PackNotes.shown(path)): the name isn't UTF-8, and programs may show it with other letters.")
    }

    private func note(_ path: [UInt8], _ number: Int32) throws(PackFailure) {
        let reason =
            switch number {
            case EACCES, EPERM: "left out, it can't be read with your rights (chmod gives you the right)"
            case ENOENT: "left out, it was removed meanwhile"
            case ELOOP, ENOTDIR, EINVAL, ENXIO: "left out, it became something else meanwhile"
            case EXDEV: "left out, it is on another file system"
            case EMFILE, ENFILE: "left out, it lies in too many folders"
            default: "left out, it can't be read (\(String(cString: strerror(number))))"
            }
        try sink.note("\(PackNotes.shown(path)): \(reason).")
    }

    // MARK: Facts

    private static let slash = UInt8(ascii: "/")

    /// A path of the archive as it is from the home on.
    private func inHome(_ path: [UInt8]) -> [UInt8] {
        let base = start.names.isEmpty ? [] : NameText.bytes(of: start.text) + [Self.slash]
        return base + path.dropFirst(top.count)
    }

    private static func facts(of folder: Int32, _ name: [CChar]) -> stat? {
        var facts = stat()
        return fstatat(folder, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 ? facts : nil
    }

    private static func entry(_ path: [UInt8], _ kind: ArchiveEntry.Kind, _ facts: stat) -> ArchiveEntry {
        ArchiveEntry(
            path: path.last == slash ? path.dropLast() : path,
            kind: kind,
            mode: facts.st_mode & 0o777,
            seconds: Int64(facts.st_mtim.tv_sec),
            nanoseconds: Int64(facts.st_mtim.tv_nsec),
            size: kind == .file ? Int64(facts.st_size) : 0,
        )
    }
}
