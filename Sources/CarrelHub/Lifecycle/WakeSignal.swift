import Synchronization

/// Tells waiting tasks that something they should look at has changed; raising it twice counts once.
///
/// Not made of an `AsyncStream`, which ends for good when a task that waits for it is cancelled.
final class WakeSignal: Sendable {
    private struct State {
        var isRaised = false
        var nextID = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// Whether it was raised since it was last cleared.
    var isRaised: Bool { state.withLock { $0.isRaised } }

    /// How many tasks wait for it.
    var waiters: Int { state.withLock { $0.waiting.count } }

    func raise() {
        let waiting = state.withLock { state in
            state.isRaised = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Forgets what was raised; to be followed by a look at everything.
    func clear() {
        state.withLock { $0.isRaised = false }
    }

    /// Waits until it is raised, or the task is cancelled.
    func wait() async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isRaised || Task.isCancelled { return true }
                    state.waiting[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }

    /// Does something that takes long, unless the signal is raised meanwhile.
    ///
    /// - Returns: the result, or nil when the signal came first; the work has then been cancelled and has ended.
    /// - Throws: what the work throws; `CancellationError` when the task is cancelled before either.
    func orUntilRaised<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                await self.wait()
                // A wait also ends when it is cancelled, which is no signal.
                try Task.checkCancellation()
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
