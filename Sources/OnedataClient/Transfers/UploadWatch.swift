import Synchronization

/// Watches over an upload: how many bytes went, and whether it is the service that doesn't take more.
final class UploadWatch: Sendable {
    private struct State {
        var bytes: Int64 = 0
        var moved = ContinuousClock.now
        var waitsForSource = false
        var isOver = false
        var sourceFailed = false
    }

    private let state = Mutex(State())

    /// How many bytes were handed over.
    var bytes: Int64 { state.withLock { $0.bytes } }

    /// Whether what was to be written couldn't be had.
    var sourceFailed: Bool { state.withLock { $0.sourceFailed } }

    func askedSource() {
        state.withLock { $0.waitsForSource = true }
    }

    func sourceGave() {
        state.withLock {
            $0.waitsForSource = false
            $0.moved = .now
        }
    }

    func sourceBroke() {
        state.withLock { $0.sourceFailed = true }
    }

    func sent(_ count: Int) {
        state.withLock {
            $0.bytes += Int64(count)
            $0.moved = .now
        }
    }

    func ended() {
        state.withLock {
            $0.isOver = true
            $0.moved = .now
        }
    }

    /// Returns when nothing has moved for too long, and says for how long; a source may take its time.
    ///
    /// - Parameters:
    ///   - idle: between two pieces.
    ///   - deadline: for the answer, after the last one.
    /// - Returns: the limit that was passed.
    /// - Throws: when the task is cancelled.
    func stalled(idle: Duration, deadline: Duration) async throws -> Duration {
        while true {
            let (moved, waits, isOver) = state.withLock { ($0.moved, $0.waitsForSource, $0.isOver) }
            let limit = isOver ? deadline : idle
            let end = waits && !isOver ? .now + limit : moved + limit
            if end <= .now { return limit }
            // The last piece may go meanwhile, and then the other limit counts.
            try await Task.sleep(until: min(end, .now + min(idle, deadline)))
        }
    }
}
