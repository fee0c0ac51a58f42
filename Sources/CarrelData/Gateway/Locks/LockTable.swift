import Foundation

/// A lock on a file or folder (RFC 4918 §6).
struct DataLock: Sendable, Equatable {
    /// Its token, an address.
    let token: String
    /// Where it is.
    let path: DataPath
    /// Whether nobody else may have one there.
    let isExclusive: Bool
    /// Whether it covers all that is in the folder.
    let isDeep: Bool
    /// What its owner wrote about themselves, as XML; empty for nothing.
    let owner: String
    /// For how many seconds it was given.
    var seconds: Int
    /// When it ends.
    var end: Date

    /// Whether it covers what is at a path.
    func covers(_ other: DataPath) -> Bool { path == other || isDeep && other.isIn(path) }
}

/// The locks of all persons, each seen by their own programs only.
///
/// Pure: times are given.
struct LockTable: Sendable {
    /// What a change touches.
    struct Change {
        let path: DataPath
        /// Whether all that is in it is changed too.
        var isDeep = false
        /// Whether something appears in, or goes from, the folder it is in.
        var changesFolder = false
    }

    /// No lock lasts longer, in seconds.
    static let longest = 3600
    /// No person has more.
    static let most = 200

    private var locks: [String: [DataLock]] = [:]

    /// The locks that cover what is at a path.
    func covering(_ path: DataPath, of person: String, at now: Date) -> [DataLock] {
        present(of: person, at: now).filter { $0.covers(path) }
    }

    /// Those in whose way it would be, of a kind.
    func opposing(_ lock: DataLock, of person: String, at now: Date) -> [DataLock] {
        present(of: person, at: now).filter { other in
            guard other.isExclusive || lock.isExclusive else { return false }
            return other.covers(lock.path) || lock.covers(other.path)
        }
    }

    /// Adds a lock.
    ///
    /// - Returns: whether there was room for it.
    mutating func add(_ lock: DataLock, of person: String, at now: Date) -> Bool {
        locks = locks.mapValues { $0.filter { $0.end > now } }.filter { !$0.value.isEmpty }
        let present = present(of: person, at: now)
        guard present.count < Self.most else { return false }
        locks[person] = present + [lock]
        return true
    }

    /// Has a lock last longer.
    ///
    /// - Returns: it; nil when there is none of the token that covers the path.
    mutating func refresh(
        _ tokens: Set<String>,
        covering path: DataPath,
        of person: String,
        seconds: Int,
        at now: Date,
    ) -> DataLock? {
        let mine = present(of: person, at: now)
        guard var lock = mine.first(where: { tokens.contains($0.token) && $0.covers(path) }) else { return nil }
        lock.seconds = seconds
        lock.end = now.addingTimeInterval(Double(seconds))
        locks[person] = mine.filter { $0.token != lock.token } + [lock]
        return lock
    }

    /// Ends a lock.
    ///
    /// - Returns: whether there was one of the token that covers the path.
    mutating func remove(_ token: String, covering path: DataPath, of person: String, at now: Date) -> Bool {
        let mine = present(of: person, at: now)
        let left = mine.filter { $0.token != token || !$0.covers(path) }
        locks[person] = left.isEmpty ? nil : left
        return left.count < mine.count
    }

    /// Ends the locks on something that is gone, and on all that was in it.
    mutating func removeAll(in path: DataPath, of person: String) {
        locks[person]?.removeAll { $0.path.isIn(path) }
    }

    /// Where locks are in the way of a change because none of their tokens was shown.
    func obstacles(
        to changes: [Change],
        of person: String,
        with tokens: Set<String>,
        at now: Date,
    ) -> [DataPath] {
        let mine = present(of: person, at: now)
        guard !mine.isEmpty else { return [] }
        var roots: [DataPath: Bool] = [:]
        for change in changes {
            let folder = change.changesFolder ? change.path.parent : nil
            for lock in mine {
                let isTouched =
                    lock.covers(change.path) || change.isDeep && lock.path.isIn(change.path)
                    || folder.map(lock.covers) ?? false
                if isTouched { roots[lock.path] = roots[lock.path] ?? false || tokens.contains(lock.token) }
            }
        }
        return roots.filter { !$0.value }.map(\.key)
    }

    private func present(of person: String, at now: Date) -> [DataLock] {
        locks[person]?.filter { $0.end > now } ?? []
    }
}
