import Synchronization

/// Notices a client that leaves unread what is written to it.
final class StallWatch: Sendable {
    private let patience: Duration
    private let since = Mutex<ContinuousClock.Instant?>(nil)

    init(patience: Duration) {
        self.patience = patience
    }

    /// Something is being written.
    func begin() { since.withLock { $0 = .now } }

    /// It was taken.
    func end() { since.withLock { $0 = nil } }

    /// Waits.
    ///
    /// - Returns: true when the client took nothing for too long, false when the waiting was cancelled.
    func waitForStall() async -> Bool {
        while true {
            do { try await Task.sleep(for: patience / 4) } catch { return false }
            if let since = since.withLock({ $0 }), since.duration(to: .now) > patience { return true }
        }
    }
}
