public import Foundation

/// The moment at which an instance ends, written as a date or as a time in UTC.
public struct EndTime: Hashable, Sendable, Codable {
    /// The moment.
    public let date: Date

    /// Names a moment.
    public init(_ date: Date) {
        self.date = date
    }

    /// Reads `2026-12-24`, the end of that day in UTC, or `2026-12-24T18:00:00Z`; nil when it is neither.
    public init?(text: String) {
        if let date = try? Date(text, strategy: .iso8601) {
            self.date = date
        } else if let day = try? Date(text, strategy: .iso8601.year().month().day()), text.count == 10 {
            date = day.addingTimeInterval(86400)
        } else {
            return nil
        }
    }
}

extension EndTime: CustomStringConvertible {
    /// The moment in UTC, `2026-12-24T18:00:00Z`; reading it gives the moment back.
    public var description: String { date.formatted(.iso8601) }
}

extension EndTime: SettingText {
    static let expected = "a date such as 2026-12-24 (the end of that day, UTC), or a time such as 2026-12-24T18:00:00Z"
    static let kind = "date or time"
}
