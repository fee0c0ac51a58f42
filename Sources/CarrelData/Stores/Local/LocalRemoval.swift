import CFiles
import Glibc
import Synchronization

/// Removes a folder and all in it, piece by piece.
///
/// Everything goes by descriptors, so that no link is followed and no mount entered. Folders that lie too deep are moved up,
/// so that descriptors don't run out however deep they are.
final class LocalRemoval: Sendable {
    /// How many are removed in one piece.
    private static let pieceSize = 500
    /// So many folders are open at most.
    private static let deepest = 64
    /// How often a folder is looked through, when others make files in it meanwhile.
    private static let mostRounds = 10_000

    private struct Level {
        var reader: LocalFolderReader
        /// In the folder above.
        let name: DataName
        var rounds = 0
    }

    private let parent: LocalDescriptor
    private let levels: Mutex<[Level]>

    /// Removes what has that name if it is no folder, without following a link.
    ///
    /// - Returns: what removes the folder; nil when nothing is left to do.
    static func begin(_ name: DataName, in parent: LocalDescriptor) throws(DataFault) -> LocalRemoval? {
        if unlinkat(parent.number, name.terminated, 0) == 0 { return nil }
        guard errno == EISDIR else { throw DataFault(system: errno) }
        return try LocalRemoval(name, in: parent)
    }

    private init(_ name: DataName, in parent: LocalDescriptor) throws(DataFault) {
        self.parent = parent
        levels = Mutex([try Self.level(name, in: parent)])
    }

    /// Goes on for a while; whether all is done.
    func goOn() throws(DataFault) -> Bool {
        try levels.withLock { levels throws(DataFault) in
            for _ in 0..<Self.pieceSize where !levels.isEmpty { try step(&levels) }
            return levels.isEmpty
        }
    }

    private func step(_ levels: inout [Level]) throws(DataFault) {
        let last = levels.count - 1
        let folder = levels[last].reader.folder
        if let name = try levels[last].reader.next() {
            if unlinkat(folder.number, name.terminated, 0) == 0 || errno == ENOENT { return }
            guard errno == EISDIR else { throw DataFault(system: errno) }
            guard levels.count < Self.deepest else {
                return try moveUp(name, from: folder, to: levels[0].reader.folder)
            }
            do {
                return levels.append(try Self.level(name, in: folder))
            } catch {
                guard error == .notFound else { throw error }
                return
            }
        }
        let above = last == 0 ? parent : levels[last - 1].reader.folder
        if unlinkat(above.number, levels[last].name.terminated, AT_REMOVEDIR) == 0 || errno == ENOENT {
            levels.removeLast()
            return
        }
        guard errno == ENOTEMPTY || errno == EEXIST else { throw DataFault(system: errno) }
        levels[last].rounds += 1
        guard levels[last].rounds < Self.mostRounds else {
            throw .failed("Others go on making files in it, so it couldn't be removed.")
        }
        levels[last].reader.rewind()
    }

    private func moveUp(_ name: DataName, from folder: LocalDescriptor, to top: LocalDescriptor) throws(DataFault) {
        guard let place = DataName.ofUpload() else { throw .unfitName }
        if carrel_move(folder.number, name.terminated, top.number, place.terminated, carrel_move_new) == 0 { return }
        guard errno != ENOENT else { return }
        throw DataFault(system: errno)
    }

    private static func level(_ name: DataName, in folder: LocalDescriptor) throws(DataFault) -> Level {
        let found = carrel_find_beneath(folder.number, name.terminated, carrel_way(follows: false, enters: false))
        return Level(reader: try LocalFolderReader(of: LocalDescriptor(owning: found)), name: name)
    }
}
