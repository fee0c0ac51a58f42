import CFiles
import Glibc

extension LocalRoot {
    /// Moves something; a link is moved itself, not what it leads to.
    ///
    /// - Returns: what removes a folder that was replaced, or the file that a folder replaced; nil when nothing is left to
    ///   do. Until then that has the old path: whoever looks at the new one never misses both.
    func move(
        _ source: DataPath,
        to target: DataPath,
        replaces: Bool,
        by workers: LocalWorkers,
    ) throws(DataFault) -> LocalRemoval? {
        guard let old = source.last, let new = target.last else { throw .forbidden }
        _ = try place(at: source)
        let from = try folder(at: source.parent ?? .root)
        let to = try parent(of: target)
        return try workers.withLock(on: to.facts, new) { () throws(DataFault) in
            guard let own = try LocalFacts(of: old, in: from.found) else { throw .notFound }
            guard let present = try LocalFacts(of: new, in: to.found) else {
                try rename(old, in: from, to: new, in: to, carrel_move_new)
                return nil
            }
            guard replaces else { throw .alreadyThere }
            try checkReplaceable(target, present)
            guard own.isFolder || present.isFolder else {
                try rename(old, in: from, to: new, in: to, carrel_move_over)
                // Two names of one file both stay; see rename(2).
                if own.isSame(as: present) { unlinkat(from.found.number, old.terminated, 0) }
                return nil
            }
            try rename(old, in: from, to: new, in: to, carrel_move_exchange)
            return try LocalRemoval.begin(old, in: from.found)
        }
    }

    /// What isn't shown isn't replaced, and neither is a file that may not be changed.
    private func checkReplaceable(_ target: DataPath, _ present: LocalFacts) throws(DataFault) {
        let place: LocalPlace
        do { place = try self.place(at: target) } catch { throw error == .notFound ? .forbidden : error }
        if present.isFile, !place.isWritable { throw .forbidden }
    }

    private func rename(
        _ old: DataName,
        in from: LocalPlace,
        to new: DataName,
        in to: LocalPlace,
        _ how: carrel_move_kind,
    ) throws(DataFault) {
        if carrel_move(from.found.number, old.terminated, to.found.number, new.terminated, how) == 0 { return }
        switch errno {
        case EINVAL: throw .intoItself
        case EXDEV: throw .notOffered("It can't be moved to another file system: copy it, then remove it.")
        default: throw DataFault(system: errno)
        }
    }
}
