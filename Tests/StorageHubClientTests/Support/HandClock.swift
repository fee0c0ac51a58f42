import Foundation
import Synchronization

/// A clock that goes on only when a test moves it.
final class HandClock: Sendable {
    private let time = Mutex(Date())

    var now: Date { time.withLock { $0 } }

    func advance(by seconds: TimeInterval) {
        time.withLock { $0 += seconds }
    }
}
