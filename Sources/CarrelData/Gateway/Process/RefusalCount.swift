import Foundation

/// How often passwords of an address were refused of late: who guesses has to wait, those who are in don’t.
struct RefusalCount {
    private var counts: [String: (count: Int, since: Date)] = [:]

    /// Within this time so many are borne.
    private static let window: TimeInterval = 60
    private static let borne = 60
    private static let most = 10_000

    /// Counts one; where the address isn't known, for all of those.
    mutating func note(_ address: String, at now: Date) {
        if counts.count >= Self.most { counts = counts.filter { isRecent($0.value.since, now) } }
        guard counts.count < Self.most || counts[address] != nil else { return }
        if let known = counts[address], isRecent(known.since, now) {
            counts[address] = (known.count + 1, known.since)
        } else {
            counts[address] = (1, now)
        }
    }

    /// For how many seconds an address has to wait; nil for none.
    func wait(of address: String, at now: Date) -> Int? {
        guard let known = counts[address], known.count >= Self.borne, isRecent(known.since, now) else { return nil }
        return max(1, Int(Self.window - now.timeIntervalSince(known.since)))
    }

    private func isRecent(_ since: Date, _ now: Date) -> Bool {
        (0..<Self.window).contains(now.timeIntervalSince(since))
    }
}
