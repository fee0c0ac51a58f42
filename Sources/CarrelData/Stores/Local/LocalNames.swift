import Foundation
import Synchronization

/// The names in folders that are looked at and replaced just now: for each, others of this process wait.
final class LocalNames: Sendable {
    private struct Key: Hashable {
        let device: UInt64
        let inode: UInt64
        let name: DataName
    }

    private struct Entry {
        let lock = NSLock()
        var users = 0
    }

    private let entries = Mutex<[Key: Entry]>([:])

    /// Does work while nobody else of this process does such with that name.
    func withLock<Value>(
        on folder: LocalFacts,
        _ name: DataName,
        _ work: () throws(DataFault) -> Value,
    ) throws(DataFault) -> Value {
        let key = Key(device: folder.device, inode: folder.inode, name: name)
        let lock = entries.withLock { entries in
            entries[key, default: Entry()].users += 1
            return entries[key]?.lock
        }
        lock?.lock()
        defer {
            lock?.unlock()
            entries.withLock { entries in
                entries[key]?.users -= 1
                if entries[key]?.users == 0 { entries[key] = nil }
            }
        }
        return try work()
    }
}
