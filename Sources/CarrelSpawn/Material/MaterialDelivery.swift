import CFiles
import Glibc

/// Puts material into a home, with the rights of its user; see ``MaterialRule``.
///
/// Only plain files and folders are taken from the material; nothing is followed, here or there.
struct MaterialDelivery {
    let material: Descriptor
    let home: Descriptor
    /// The folder in the home.
    let folder: String
    let delivered: [String: String]
    /// What is added to the name of a new version beside an edited file.
    let suffix: String

    /// The most files that are put into a home.
    static let mostFiles = 20_000
    private static let deepest = 40

    /// Does it.
    ///
    /// What can't be written is counted; a home without room ends it.
    func run() throws(SystemFailure) -> MaterialOutcome {
        var outcome = MaterialOutcome(delivered: delivered)
        let files = files()
        let top = try opened([folder], makingFolders: true)
        for path in files {
            do {
                try deliver(path, into: top, &outcome)
            } catch  where error.number == ENOSPC || error.number == EDQUOT {
                outcome.isFull = true
                return outcome
            } catch {
                outcome.failed += 1
            }
        }
        return outcome
    }

    /// The material's files, as names from its top on.
    private func files() -> [[String]] {
        var found: [[String]] = []
        var waiting: [(path: [String], folder: Descriptor)] = [([], material)]
        while let (path, folder) = waiting.popLast() {
            for name in DirectoryEntry.names(in: folder) {
                var facts = stat()
                guard found.count < Self.mostFiles, fstatat(folder.number, name, &facts, AT_SYMLINK_NOFOLLOW) == 0
                else { continue }
                let inner = path + [NameText.text(entry: name)]
                if inner == [".git"] { continue }
                switch facts.st_mode & S_IFMT {
                case S_IFREG: found.append(inner)
                case S_IFDIR where inner.count < Self.deepest:
                    let number = carrel_open_beneath(folder.number, name, O_RDONLY | O_DIRECTORY, 0)
                    if number >= 0 { waiting.append((inner, Descriptor(owning: number))) }
                default: break
                }
            }
        }
        return found.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private func deliver(
        _ path: [String],
        into top: Descriptor,
        _ outcome: inout MaterialOutcome,
    ) throws(SystemFailure) {
        let key = path.joined(separator: "/")
        let source = try material.opened(key, O_RDONLY | O_NONBLOCK)
        let mark = try Self.mark(of: source)
        guard outcome.delivered[key] != mark, let name = path.last else { return }
        let place = try opened([folder] + path.dropLast(), makingFolders: true)
        switch MaterialRule.step(mark: mark, delivered: outcome.delivered[key], present: try present(name, in: place)) {
        case .leave: break
        case .write:
            try write(source, as: name, in: place, replacing: false)
            outcome.written += 1
        case .replace:
            try write(source, as: name, in: place, replacing: true)
            outcome.written += 1
        case .beside:
            let other = MaterialRule.name(beside: name, suffix)
            if try present(other, in: place) != .file(mark: mark) {
                try write(source, as: other, in: place, replacing: false)
                outcome.written += 1
                outcome.beside.append(([folder] + path.dropLast() + [other]).joined(separator: "/"))
            }
        }
        outcome.delivered[key] = mark
    }

    /// Opens a folder of the home, and makes those on the way that aren't there.
    private func opened(_ names: [String], makingFolders: Bool) throws(SystemFailure) -> Descriptor {
        var folder = try home.opened(".", O_RDONLY | O_DIRECTORY)
        for name in names {
            if mkdirat(folder.number, NameText.name(of: name), 0o755) < 0, errno != EEXIST {
                throw SystemFailure(call: "mkdir", path: nil, number: errno)
            }
            folder = try folder.opened(name, O_RDONLY | O_DIRECTORY)
        }
        return folder
    }

    private func present(_ name: String, in folder: Descriptor) throws(SystemFailure) -> MaterialRule.Present {
        var facts = stat()
        if fstatat(folder.number, NameText.name(of: name), &facts, AT_SYMLINK_NOFOLLOW) < 0 {
            guard errno == ENOENT else { throw SystemFailure(call: "stat", path: nil, number: errno) }
            return .nothing
        }
        guard facts.st_mode & S_IFMT == S_IFREG else { return .other }
        return .file(mark: try Self.mark(of: try folder.opened(name, O_RDONLY | O_NONBLOCK)))
    }

    /// Makes a file whole under another name, then gives it its own.
    private func write(
        _ source: Descriptor,
        as name: String,
        in folder: Descriptor,
        replacing: Bool,
    ) throws(SystemFailure) {
        let draft = ".carrel-material-\(UInt64.random(in: .min ... .max))"
        do {
            var facts = stat()
            try SystemFailure.check("stat") { fstat(source.number, &facts) }
            let mode: mode_t = facts.st_mode & 0o100 == 0 ? 0o644 : 0o755
            let copy = try folder.opened(draft, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
            lseek(source.number, 0, SEEK_SET)
            while try SystemFailure.check("copy", nil, { carrel_copy_on(copy.number, source.number, 1 << 26) }) > 0 {}
            let new = NameText.name(of: name)
            try SystemFailure.check("rename") {
                replacing
                    ? renameat(folder.number, draft, folder.number, new)
                    : carrel_rename_new(folder.number, Array(draft.utf8CString), new)
            }
        } catch {
            unlinkat(folder.number, draft, 0)
            throw error
        }
    }

    /// Tells versions of a file apart: its size, and a sum over its bytes (FNV-1a, 64 bits).
    ///
    /// Nobody gains by two versions of the same mark: it is their own file that isn't replaced.
    static func mark(of file: Descriptor) throws(SystemFailure) -> String {
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325
        var size = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        lseek(file.number, 0, SEEK_SET)
        while true {
            let count = try SystemFailure.check("read", nil) { read(file.number, &buffer, buffer.count) }
            if count == 0 { break }
            for index in 0..<count { sum = (sum ^ UInt64(buffer[index])) &* 0x100_0000_01b3 }
            size += count
        }
        return "\(size)-\(String(sum, radix: 16))"
    }
}
