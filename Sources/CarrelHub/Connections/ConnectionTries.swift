import Foundation
import Synchronization

/// Counts the credentials that people have tried, so that nobody guesses another's password elsewhere by way of the hub.
///
/// Each person may be wrong a few times a minute and some times an hour, with each data source; what is under way counts, too.
final class ConnectionTries: Sendable {
    /// What is counted together.
    struct Key: Hashable, Sendable {
        let user: Int64
        let source: String
    }

    /// How many in how many seconds.
    static let limits: [(count: Int, seconds: TimeInterval)] = [(5, 60), (30, 3_600)]

    private let dates = Mutex<[Key: [Date]]>([:])

    /// Counts a try.
    ///
    /// - Returns: nil, or how long to wait; then it isn't counted.
    func begin(_ key: Key, at now: Date) -> Duration? {
        dates.withLock { dates in
            let longest = Self.limits.map(\.seconds).max() ?? 0
            for (key, tries) in dates where tries.allSatisfy({ now.timeIntervalSince($0) >= longest }) {
                dates[key] = nil
            }
            let tries = (dates[key] ?? []).filter { now.timeIntervalSince($0) < longest }
            let waits = Self.limits.compactMap { limit -> TimeInterval? in
                let within = tries.filter { now.timeIntervalSince($0) < limit.seconds }
                guard within.count >= limit.count else { return nil }
                return limit.seconds - now.timeIntervalSince(within[within.count - limit.count])
            }
            if let wait = waits.max() { return .seconds(max(wait, 1)) }
            dates[key] = tries + [now]
            return nil
        }
    }

    /// Takes back the last that was counted: it was right.
    func succeed(_ key: Key) {
        dates.withLock { dates in
            guard var tries = dates[key], !tries.isEmpty else { return }
            tries.removeLast()
            dates[key] = tries
        }
    }
}
