import Foundation
import Synchronization

/// The present of the tests' clock when they begin.
let noon = Date(timeIntervalSince1970: 1_800_000_000)

/// A clock that stands still until a test moves it.
final class HandClock: Sendable {
    private let time = Mutex(noon)

    var now: Date { time.withLock { $0 } }

    func advance(by seconds: TimeInterval) {
        time.withLock { $0 += seconds }
    }
}
