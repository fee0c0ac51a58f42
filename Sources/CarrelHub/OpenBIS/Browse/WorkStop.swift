import CarrelModel
import OpenBISClient
import Synchronization

/// Tells work on a thread of its own that nobody waits for it any more.
final class WorkStop: Sendable {
    private let isStopped = Atomic(false)

    fileprivate func stop() { isStopped.store(true, ordering: .relaxed) }

    /// Throws when it isn't wanted any more.
    ///
    /// - Throws: `OpenBISError.cancelled`.
    func check() throws {
        if isStopped.load(ordering: .relaxed) { throw OpenBISError.cancelled }
    }
}

extension BlockingWork {
    /// Runs work that asks now and then whether it is still wanted.
    func run<Value: Sendable>(
        untilStopped work: @escaping @Sendable (WorkStop) throws -> Value
    ) async throws -> Value {
        let stop = WorkStop()
        return try await withTaskCancellationHandler {
            try await run { try work(stop) }
        } onCancel: {
            stop.stop()
        }
    }
}
