import Logging
import NIOCore
import Synchronization

/// Which failed requests get a line in the log: of each route the first, and then one a minute with how many there were.
///
/// A server that is gone is asked for again and again by every open page.
struct FailureLog {
    /// A line: what failed last, and how many did since the line before.
    struct Line: Equatable {
        let route: String
        let status: Int
        let request: String
        let count: Int
    }

    /// For how long failures of a route are only counted.
    static let interval = TimeAmount.minutes(1)

    private struct Entry {
        var end: NIODeadline
        /// What was counted since the last line.
        var unsaid: Line?
    }

    /// One for each route that failed a short while ago.
    private var entries: [String: Entry] = [:]

    /// Notes a failure.
    ///
    /// - Returns: the line to write now, if any.
    mutating func note(route: String, status: Int, request: String, at now: NIODeadline) -> Line? {
        let count = (entries[route]?.unsaid?.count ?? 0) + 1
        let line = Line(route: route, status: status, request: request, count: count)
        guard let entry = entries[route], now < entry.end else {
            entries[route] = Entry(end: now + Self.interval)
            return line
        }
        entries[route]?.unsaid = line
        return nil
    }

    /// The lines about failures that were only counted and whose minute is over.
    mutating func due(at now: NIODeadline) -> [Line] {
        guard !entries.isEmpty else { return [] }
        var lines: [Line] = []
        for (route, entry) in entries where now >= entry.end {
            entries[route] = entry.unsaid == nil ? nil : Entry(end: now + Self.interval)
            if let line = entry.unsaid { lines.append(line) }
        }
        return lines.sorted { $0.route < $1.route }
    }
}

extension SharedState {
    /// Notes that a request could not be served.
    func logFailure(route: String, status: Int, request: RequestID, at now: NIODeadline) {
        let line = failures.withLock { $0.note(route: route, status: status, request: "\(request)", at: now) }
        if let line { log(line) }
    }

    /// Writes what was only counted until now.
    func logCountedFailures(at now: NIODeadline) {
        for line in failures.withLock({ $0.due(at: now) }) { log(line) }
    }

    private func log(_ line: FailureLog.Line) {
        logger.warning(
            "request failed",
            metadata: [
                "status": "\(line.status)", "request": "\(line.request)", "route": "\(line.route)",
                "count": "\(line.count)",
            ]
        )
    }
}
