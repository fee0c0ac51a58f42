import Synchronization

/// Tells one waiting task that something it should look at has changed; raising it twice counts once.
final class WakeSignal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let raised = Mutex(false)

    init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Whether it was raised since it was last cleared.
    var isRaised: Bool { raised.withLock { $0 } }

    func raise() {
        raised.withLock { $0 = true }
        continuation.yield()
    }

    /// Forgets what was raised; to be followed by a look at everything.
    func clear() {
        raised.withLock { $0 = false }
    }

    /// Waits until it is raised; returns early when the task is cancelled, and now and then without reason.
    func wait() async {
        for await _ in stream { return }
    }

    /// Does something that takes long, unless the signal is raised meanwhile.
    ///
    /// - Returns: the result, or nil when the signal came first; the work has then been cancelled and has ended.
    func orUntilRaised<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                while !self.isRaised, !Task.isCancelled { await self.wait() }
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
