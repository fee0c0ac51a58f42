import CFiles
import Foundation
import Glibc

/// Looks through a cache of rclone's for files without a whole note, and gives them one; see ``CachedEdits/rescue(as:now:)``.
///
/// It goes by descriptors, never through links, with the rights of the thread that it is on.
struct CacheRescue {
    /// rclone's `--cache-dir`.
    let cache: LocalDescriptor
    /// What stands in the new names.
    let mark: String

    /// No note is longer; the largest have a line for each part of a file.
    private static let longestNote = 64 << 20
    private static let most = 100

    /// The new paths of all that were found, by remote.
    func all() throws(DataFault) -> [String: [DataPath]] {
        guard let top = try folder(["vfs"]) else { return [:] }
        var found: [String: [DataPath]] = [:]
        for remote in try names(in: top) {
            guard let text = remote.text else { continue }
            let paths = try rescued(in: text)
            if !paths.isEmpty { found[text] = paths }
        }
        return found
    }

    private func rescued(in remote: String) throws(DataFault) -> [DataPath] {
        var found: [DataPath] = []
        var waiting = [DataPath.root]
        while let path = waiting.popLast() {
            guard let data = try folder(["vfs", remote], path) else { continue }
            let notes = try folder(["vfsMeta", remote], path)
            for name in try names(in: data) {
                guard let facts = try LocalFacts(of: name, in: data) else { continue }
                if facts.isFolder { waiting.append(path.appending(name)) }
                guard facts.isFile, try !isNoted(name, in: notes) else { continue }
                let place = if let notes { notes } else { try makeFolder(["vfsMeta", remote], path) }
                found.append(path.appending(try rescue(name, facts, in: data, notes: place)))
            }
        }
        return found
    }

    /// Gives a file a name of its own, and a note first: who is killed in between has lost nothing.
    private func rescue(
        _ name: DataName,
        _ facts: LocalFacts,
        in data: LocalDescriptor,
        notes: LocalDescriptor,
    ) throws(DataFault) -> DataName {
        for number in 1...Self.most {
            guard let other = NameBeside.make(name, mark: number > 1 ? "\(mark) \(number)" : mark) else { break }
            guard try LocalFacts(of: other, in: data) == nil else { continue }
            // A note without a file is one that was left by somebody who was killed here.
            unlinkat(notes.number, other.terminated, 0)
            try write(CacheNote(newOf: facts.size, modified: facts.modified.date), to: other, in: notes)
            guard carrel_move(data.number, name.terminated, data.number, other.terminated, carrel_move_new) == 0 else {
                throw DataFault(system: errno)
            }
            unlinkat(notes.number, name.terminated, 0)
            return other
        }
        throw .unfitName
    }

    // MARK: Notes

    private func isNoted(_ name: DataName, in notes: LocalDescriptor?) throws(DataFault) -> Bool {
        guard let notes, let facts = try LocalFacts(of: name, in: notes), facts.isFile else { return false }
        guard facts.size <= Self.longestNote else { return true }
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let file = try LocalDescriptor(owning: openat(notes.number, name.terminated, flags))
        var bytes = [UInt8](repeating: 0, count: Int(facts.size))
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes {
                read(file.number, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw DataFault(system: errno) }
            if got == 0 { break }
            count += got
        }
        return CacheNote(Data(bytes.prefix(count))) != nil
    }

    private func write(_ note: CacheNote, to name: DataName, in notes: LocalDescriptor) throws(DataFault) {
        guard var rest = try? note.bytes[...] else { throw .failed("A note of a file can't be written.") }
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = try LocalDescriptor(owning: openat(notes.number, name.terminated, flags, 0o600))
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw DataFault(system: errno) }
            rest = rest.dropFirst(count)
        }
        guard fsync(file.number) == 0 else { throw DataFault(system: errno) }
    }

    // MARK: Folders

    private func names(in folder: LocalDescriptor) throws(DataFault) -> [DataName] {
        var reader = try LocalFolderReader(of: folder)
        var names: [DataName] = []
        while let name = try reader.next() { names.append(name) }
        return names
    }

    /// A folder of the cache; nil when there is none.
    private func folder(_ top: [String], _ path: DataPath = .root) throws(DataFault) -> LocalDescriptor? {
        let whole = DataPath(top.compactMap { DataName($0) } + path.names)
        let number = carrel_find_beneath(cache.number, whole.terminated, carrel_way(follows: false, enters: false))
        if number < 0, errno == ENOENT { return nil }
        let found = try LocalDescriptor(owning: number)
        return try LocalFacts(of: found).isFolder ? found : nil
    }

    /// A folder of the cache, which is made with all above it.
    private func makeFolder(_ top: [String], _ path: DataPath) throws(DataFault) -> LocalDescriptor {
        var folder = cache
        for name in top.compactMap({ DataName($0) }) + path.names {
            if mkdirat(folder.number, name.terminated, 0o700) < 0, errno != EEXIST { throw DataFault(system: errno) }
            let way = carrel_way(follows: false, enters: false)
            folder = try LocalDescriptor(owning: carrel_find_beneath(folder.number, name.terminated, way))
        }
        return folder
    }
}
