import Synchronization

/// Ends work that waits for the other side for too long.
///
/// The HTTP client's own deadline ends with the head of an answer, so whoever moves bodies says here when it begins to wait
/// for the other side and when it goes on; time that our own side takes isn't counted.
final class ProgressWatch: Sendable {
    private struct State {
        var since: ContinuousClock.Instant?
        var limit: Duration
        var moved: Int64 = 0
    }

    private let state: Mutex<State>

    init(limit: Duration) {
        state = Mutex(State(since: .now, limit: limit))
    }

    /// How many bytes of content have passed.
    var moved: Int64 { state.withLock { $0.moved } }

    /// The other side has to do something from now on.
    func waits(limit: Duration? = nil) {
        state.withLock {
            $0.since = .now
            $0.limit = limit ?? $0.limit
        }
    }

    /// Our side has to do something, after so many bytes have passed.
    func rests(after bytes: Int = 0) {
        state.withLock {
            $0.since = nil
            $0.moved += Int64(bytes)
        }
    }

    /// Does work that tells of its progress, and ends it when it waits for too long.
    ///
    /// - Throws: what the work throws; ``StorageHubError/slow(_:after:)``, ``StorageHubError/cancelled``.
    static func guarding<Value: Sendable>(
        _ call: StorageHubCall,
        limit: Duration,
        _ work: @escaping @Sendable (ProgressWatch) async throws -> Value,
    ) async throws -> Value {
        let watch = ProgressWatch(limit: limit)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work(watch) }
            group.addTask {
                try await watch.stall(call)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first, !Task.isCancelled else {
                throw StorageHubError.cancelled
            }
            return value
        }
    }

    /// Throws when the other side has been silent for too long; returns when it is cancelled.
    private func stall(_ call: StorageHubCall) async throws(StorageHubError) {
        while true {
            let (since, limit) = state.withLock { ($0.since, $0.limit) }
            if let since, ContinuousClock.now - since > limit { throw .slow(call, after: limit) }
            do {
                try await Task.sleep(for: max(limit / 8, .milliseconds(5)))
            } catch {
                return
            }
        }
    }
}
