import CarrelModel
import Foundation
import Synchronization
import Testing

/// The present of the tests' clock when they begin; whole seconds, so that it goes through the database unchanged.
let noon = Date(timeIntervalSince1970: 1_800_000_000)

/// A clock that stands still until a test moves it.
final class HandClock: Sendable {
    private let time = Mutex(noon)

    var now: Date { time.withLock { $0 } }

    func advance(by seconds: TimeInterval) {
        time.withLock { $0 += seconds }
    }
}

/// Waits until something is so; gives up, and says so, when it isn't within a time that no healthy run comes near.
func eventually(
    _ what: String,
    within limit: Duration = .seconds(600),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ isSo: () async throws -> Bool,
) async throws {
    let end = ContinuousClock.now + limit
    var looks = 0
    while try await !isSo() {
        guard ContinuousClock.now < end else {
            Issue.record("It never came to be that \(what).", sourceLocation: sourceLocation)
            throw NeverCame()
        }
        // A thousand tests share a few threads: whoever waits long leaves them to those it waits for.
        looks += 1
        if looks < 50 { await Task.yield() } else { try await Task.sleep(for: .milliseconds(2)) }
    }
}

struct NeverCame: Error {}

/// Runs blocking work at once, on the thread that asks.
struct WorkAtOnce: BlockingWork {
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try work()
    }
}

/// Things that happened, in order.
final class Notebook<Entry: Sendable>: Sendable {
    private let list = Mutex<[Entry]>([])

    var entries: [Entry] { list.withLock { $0 } }

    func write(_ entry: Entry) {
        list.withLock { $0.append(entry) }
    }
}
