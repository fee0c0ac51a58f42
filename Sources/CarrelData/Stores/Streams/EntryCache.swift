import Synchronization

/// What lay at paths a short time ago, so that not each look at one takes a call for every step of its path.
final class EntryCache<Entry: Sendable>: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Kept {
        let entry: Entry
        let until: Instant
    }

    private let kept = Mutex<[DataPath: Kept]>([:])
    private let time: Duration
    private let now: @Sendable () -> Instant
    /// How many are kept at most.
    private let limit: Int

    init(for time: Duration, limit: Int = 10_000, now: @escaping @Sendable () -> Instant) {
        self.time = time
        self.limit = limit
        self.now = now
    }

    subscript(path: DataPath) -> Entry? {
        let now = now()
        return kept.withLock { kept in kept[path].flatMap { $0.until > now ? $0.entry : nil } }
    }

    func keep(_ entries: [(DataPath, Entry)]) {
        let now = now()
        let until = now + time
        kept.withLock { kept in
            if kept.count + entries.count > limit { kept = kept.filter { $0.value.until > now } }
            for (path, entry) in entries where kept.count < limit { kept[path] = Kept(entry: entry, until: until) }
        }
    }

    /// Forgets a path, all below and the folder around it.
    func forget(_ path: DataPath) {
        kept.withLock { kept in
            kept = kept.filter { !$0.key.isIn(path) && $0.key != path.parent }
        }
    }
}
