import Foundation

/// The time between the rounds of a loop, which a new configuration changes at once.
struct ChangingInterval: Sendable {
    /// How long it is now.
    let length: @Sendable () -> Duration
    /// Raised when it may have changed.
    let changed: WakeSignal
    let clock: any Clock<Duration>
    let now: @Sendable () -> Date

    /// Waits until the interval since a time is over.
    ///
    /// - Throws: `CancellationError`.
    func wait(since last: Date) async throws {
        while true {
            changed.clear()
            let length = length()
            let gone = max(0, now().timeIntervalSince(last))
            let rest = length - .milliseconds(Int64(min(gone * 1000, 1e15)))
            guard rest > .zero else { return }
            let isOver: Void? = try await changed.orUntilRaised { try await clock.sleep(for: rest) }
            try Task.checkCancellation()
            if isOver != nil { return }
        }
    }
}
