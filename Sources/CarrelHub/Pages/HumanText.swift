import Foundation

/// Times and sizes in words for people; pure, the present is passed in.
enum HumanText {
    /// How long ago or how soon: `just now`, `3 minutes ago`, `in 2 hours`; beyond 30 days the date, `on 3 March 2026`.
    static func relative(_ date: Date, now: Date) -> String {
        let seconds = now.timeIntervalSince(date)
        if abs(seconds) < 10 { return seconds < 0 ? "in a moment" : "just now" }
        if abs(seconds) >= 30 * 86_400 { return "on \(day(date))" }
        let length = duration(abs(seconds))
        return seconds < 0 ? "in \(length)" : "\(length) ago"
    }

    /// A length of time in its largest whole unit: `45 seconds`, `1 minute`, `3 days`; never negative.
    static func duration(_ seconds: TimeInterval) -> String {
        let whole = seconds.isFinite ? Int(min(max(seconds, 0), 1e12)) : 0
        return switch whole {
        case ..<60: count(whole, "second")
        case ..<3_600: count(whole / 60, "minute")
        case ..<86_400: count(whole / 3_600, "hour")
        default: count(whole / 86_400, "day")
        }
    }

    /// A number of bytes in decimal units with at most one digit after the point: `0 bytes`, `999 kB`, `1.2 GB`.
    static func size(_ bytes: Int64) -> String {
        guard bytes >= 1_000 else { return count(Int(max(bytes, 0)), "byte") }
        var value = Double(bytes) / 1_000
        var units = ["kB", "MB", "GB", "TB", "PB"][...]
        while value >= 999.5, units.count > 1 {
            value /= 1_000
            units.removeFirst()
        }
        let tenths = (value * 10).rounded() / 10
        let isWhole = value >= 99.95 || tenths == tenths.rounded()
        return "\(isWhole ? String(Int(value.rounded())) : String(tenths)) \(units.first ?? "")"
    }

    /// A number with at most one digit after the point: `2`, `0.5`.
    static func decimal(_ number: Double) -> String {
        let tenths = (number * 10).rounded() / 10
        return tenths == tenths.rounded() ? String(Int(min(max(tenths, -1e9), 1e9))) : String(tenths)
    }

    /// A time of day in UTC: `14:00 UTC`.
    static func time(_ date: Date) -> String { "\(date.ISO8601Format().dropFirst(11).prefix(5)) UTC" }

    /// A number with its noun: `1 file`, `2 files`.
    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    /// A day in UTC: `3 March 2026`.
    static func day(_ date: Date) -> String {
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November",
            "December",
        ]
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        guard let year = parts.year, let month = parts.month, let day = parts.day, months.indices.contains(month - 1)
        else {
            return date.ISO8601Format()
        }
        return "\(day) \(months[month - 1]) \(year)"
    }
}

/// An instant for a `<time>` element: exact for machines, in words for people.
struct TimeText: Sendable, Equatable {
    /// RFC 3339 in UTC, as `datetime` wants it.
    let iso: String
    /// Relative to the present, or how long since, as a page shows it.
    let words: String

    init(_ date: Date, now: Date) {
        iso = date.ISO8601Format()
        words = HumanText.relative(date, now: now)
    }

    /// An instant from which something has lasted: `for 3 hours`.
    init(lastingSince date: Date, now: Date) {
        iso = date.ISO8601Format()
        words = "for \(HumanText.duration(max(now.timeIntervalSince(date), 1)))"
    }
}
