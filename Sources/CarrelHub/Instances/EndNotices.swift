import CarrelStore
import Foundation

/// What is said in Lab before a server is stopped because of its age or because nobody uses it.
///
/// Pure: the same arguments give the same answer.
struct EndNotices {
    /// A word to somebody who works in a server.
    struct Notice: Equatable, Sendable, Codable {
        enum Kind: String, Codable, Sendable {
            case maximumAge, idle
        }

        enum Level: String, Codable, Sendable {
            case info, warning
        }

        let kind: Kind
        /// When the server is stopped.
        let at: Date
        let level: Level
        let text: String
    }

    let limits: ServerLimits
    /// Whether nothing is kept after the stop.
    let isEphemeral: Bool

    /// From how long before the end something is said, in seconds; of a short limit, its last quarter.
    private static let longestNotice: TimeInterval = 1800
    /// From how long before it is said as a warning.
    private static let urgent: TimeInterval = 300

    /// What there is to say of a server now.
    ///
    /// - Parameters:
    ///   - startedAt: when its run began.
    ///   - lastActivityAt: when it was last used, as far as the hub knows.
    ///   - now: the present.
    /// - Returns: what comes first, first.
    func notices(startedAt: Date, lastActivityAt: Date?, at now: Date) -> [Notice] {
        let lastUse = max(startedAt, lastActivityAt ?? startedAt)
        let age = limits.maximumAge.flatMap { notice(.maximumAge, from: startedAt, limit: $0.seconds, at: now) }
        let idle = limits.idleLimit.flatMap { notice(.idle, from: lastUse, limit: $0.seconds, at: now) }
        return [age, idle].compactMap(\.self).sorted { $0.at < $1.at }
    }

    private func notice(_ kind: Notice.Kind, from begin: Date, limit: TimeInterval, at now: Date) -> Notice? {
        let end = begin.addingTimeInterval(limit)
        let left = end.timeIntervalSince(now)
        guard left <= min(Self.longestNotice, limit / 4) else { return nil }
        return Notice(
            kind: kind,
            at: end,
            level: left <= Self.urgent ? .warning : .info,
            text: text(kind, left: max(0, left)),
        )
    }

    private func text(_ kind: Notice.Kind, left: TimeInterval) -> String {
        let time = left < 60 ? "in less than a minute" : "in \(HumanText.duration(left))"
        let what =
            switch kind {
            case .maximumAge: "This server stops \(time), as it has run for as long as it may."
            case .idle: "This server stops \(time), unless it is used."
            }
        return what + (isEphemeral ? " Nothing is kept: download your work." : " Your files stay.")
    }
}
