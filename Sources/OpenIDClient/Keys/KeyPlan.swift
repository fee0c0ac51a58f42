import Foundation

/// When a provider's keys are fetched.
///
/// Pure: same arguments, same answer.
struct KeyPlan: Sendable {
    /// What to do before keys are looked at.
    enum Step: Equatable {
        /// Take those that are kept.
        case use
        /// Fetch them; if that fails, those that are kept still hold.
        case renew
        /// Fetch them; without, nothing can be checked.
        case fetch
    }

    /// After how long kept keys are renewed, in seconds.
    let renewal: TimeInterval = 300
    /// How long keys hold that couldn't be renewed, in seconds: a key that the provider withdrew ends with it.
    let limit: TimeInterval = 600
    /// The least time between two looks for a key that isn't there, and after one that failed, in seconds.
    let pause: TimeInterval = 5

    /// What to do now, with keys that were fetched then, and after fetching last failed then.
    func step(fetched: Date?, failed: Date?, at now: Date) -> Step {
        guard let fetched, let age = Self.age(fetched, at: now), age < limit else { return .fetch }
        if age < renewal || isWithinPause(failed, at: now) { return .use }
        return .renew
    }

    /// Whether keys may be fetched because a token names one that isn't there, or doesn't fit the one that is, when that was
    /// last done then.
    func maySearch(last: Date?, at now: Date) -> Bool { !isWithinPause(last, at: now) }

    private func isWithinPause(_ last: Date?, at now: Date) -> Bool {
        last.flatMap { Self.age($0, at: now) }.map { $0 < pause } ?? false
    }

    /// Nil when the clock was set back, for then nothing is known.
    private static func age(_ then: Date, at now: Date) -> TimeInterval? {
        let age = now.timeIntervalSince(then)
        return age < 0 ? nil : age
    }
}
