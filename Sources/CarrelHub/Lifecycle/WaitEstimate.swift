import Foundation

/// About how long somebody waits for a place in an instance that is full, told from how long its servers ran lately.
///
/// Pure. It is an honest guess: nothing is said as long as too little is known.
struct WaitEstimate {
    /// How long servers ran that have ended, in seconds; the latest ones.
    var runs: [TimeInterval]
    /// How long those have been running that hold the places.
    var ages: [TimeInterval]
    /// How long a server may run at most; nil for any time.
    var longestRun: TimeInterval?

    /// How many runs must be known before anything is said.
    static let fewestRuns = 3

    /// How long who is at a place waits, in seconds; nil when it can't be told.
    ///
    /// Each place comes free when its server has run for as long as those usually do that ran for as long as it has
    /// already; the next one then takes it for the usual time.
    func wait(atPlace place: Int) -> TimeInterval? {
        guard place > 0, runs.count >= Self.fewestRuns, !ages.isEmpty else { return nil }
        let usual = Self.median(runs)
        var ends = ages.map { remaining(after: $0) }.sorted()
        for _ in 1..<place {
            let first = ends.removeFirst()
            let next = first + usual
            ends.insert(next, at: ends.firstIndex { $0 > next } ?? ends.endIndex)
        }
        return ends.first
    }

    /// The wait in words; nil when it can't be told.
    func text(atPlace place: Int) -> String? {
        wait(atPlace: place).map { Self.text($0) }
    }

    /// A wait in words that don't claim to be exact.
    static func text(_ seconds: TimeInterval) -> String {
        let minutes = (seconds / 60).rounded()
        switch minutes {
        case ..<1: return "less than a minute"
        case ..<1.5: return "about a minute"
        case ..<10: return "about \(Int(minutes)) minutes"
        case ..<58: return "about \(Int((minutes / 5).rounded()) * 5) minutes"
        case ..<90: return "about an hour"
        default: return "about \(Int((minutes / 60).rounded())) hours"
        }
    }

    /// How much longer a server runs that has run for so long.
    private func remaining(after age: TimeInterval) -> TimeInterval {
        let longer = runs.filter { $0 > age }
        // It outlived all that are known: then it may be the half again, but not longer than it may.
        let end = longer.isEmpty ? age * 1.5 : Self.median(longer)
        return max(0, min(end, longestRun ?? .infinity) - age)
    }

    private static func median(_ values: [TimeInterval]) -> TimeInterval {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
