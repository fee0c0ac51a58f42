import OpenBISClient
import Synchronization

/// Lets a few readers work at a time, and each at one thing; who comes later waits in line.
final class OpenBISLine: Sendable {
    private struct Waiting {
        let number: Int
        let reader: OpenBISReader
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var busy: Set<OpenBISReader> = []
        var waiting: [Waiting] = []
        var number = 0
    }

    private let most: Int
    private let state = Mutex(State())

    /// - Parameter most: how many work at a time.
    init(most: Int) {
        self.most = most
    }

    /// Waits until it is somebody's turn, who is to ``leave(_:)`` then.
    ///
    /// - Throws: `OpenBISError.cancelled`.
    func enter(_ reader: OpenBISReader) async throws {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    // The mark is set before the handler looks for who waits.
                    guard !Task.isCancelled else { return true }
                    state.waiting.append(Waiting(number: number, reader: reader, continuation: continuation))
                    return false
                }
                if isCancelled { continuation.resume(throwing: OpenBISError.cancelled) } else { callNext() }
            }
        } onCancel: {
            let gone = state.withLock { state in
                let place = state.waiting.firstIndex { $0.number == number }
                return place.map { state.waiting.remove(at: $0) }
            }
            gone?.continuation.resume(throwing: OpenBISError.cancelled)
        }
    }

    /// Ends a turn.
    func leave(_ reader: OpenBISReader) {
        state.withLock { _ = $0.busy.remove(reader) }
        callNext()
    }

    private func callNext() {
        let called = state.withLock { state in
            var called: [Waiting] = []
            while state.busy.count < most,
                let place = state.waiting.firstIndex(where: { !state.busy.contains($0.reader) })
            {
                let next = state.waiting.remove(at: place)
                state.busy.insert(next.reader)
                called.append(next)
            }
            return called
        }
        for one in called { one.continuation.resume() }
    }
}
