import Foundation

/// Points in time as HTTP writes them (RFC 9110 §5.6.7).
enum HTTPDate {
    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`; nil for anything else.
    static func read(_ text: String) -> Date? {
        let parts = text.trimmed.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT" || parts[5] == "UTC" || parts[5] == "+0000",
            let day = Int(parts[1]), let month = months.firstIndex(of: parts[2].lowercased()), let year = Int(parts[3])
        else { return nil }
        let time = parts[4].split(separator: ":", omittingEmptySubsequences: false).map {
            $0.count == 2 ? Int($0) : nil
        }
        guard time.count == 3, let hour = time[0], let minute = time[1], let second = time[2], (1...31).contains(day),
            (1601...9999).contains(year), (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let days = daysSince1970(year: year, month: month + 1, day: day)
        return Date(timeIntervalSince1970: Double(days * 86_400 + hour * 3600 + minute * 60 + second))
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// Days of the Gregorian calendar; years begin in March here, so that the leap day is the last.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let years = month > 2 ? year : year - 1
        let monthsSinceMarch = (month + 9) % 12
        let dayOfYear = (153 * monthsSinceMarch + 2) / 5 + day - 1
        return 365 * years + years / 4 - years / 100 + years / 400 + dayOfYear - 719_468
    }
}
