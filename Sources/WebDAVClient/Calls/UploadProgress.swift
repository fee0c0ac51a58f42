import Synchronization

/// How far an upload is, and whose turn it is: the server's to take a piece, or the content's to bring the next.
final class UploadProgress: Sendable {
    private let state = Mutex(State())

    private struct State: Equatable {
        var pieces = 0
        var isWithServer = true
        var isSent = false
    }

    /// The server takes no more for too long.
    struct Stalled: Error {}

    /// The server has taken what it got; the content brings more.
    func ask() {
        state.withLock { $0.isWithServer = false }
    }

    /// The server has a piece to take.
    func bring() {
        state.withLock { state in
            state.pieces += 1
            state.isWithServer = true
        }
    }

    /// All was sent, or the server doesn't want more; may be called again.
    func end() {
        state.withLock { $0.isSent = true }
    }

    /// Waits until all is sent.
    ///
    /// - Parameter limit: how long the server may take for a piece; up to twice as long isn't noticed.
    /// - Throws: ``Stalled``, or that the task was cancelled.
    func untilSent(_ limit: Duration) async throws {
        while true {
            let before = state.withLock { $0 }
            if before.isSent { return }
            try await Task.sleep(for: limit)
            if before.isWithServer, before == state.withLock({ $0 }) { throw Stalled() }
        }
    }
}
