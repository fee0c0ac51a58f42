import CLDAP
import Glibc

/// When something must be over.
struct Deadline: Sendable {
    let end: ContinuousClock.Instant

    init(after time: Duration) { end = .now + time }

    private init(end: ContinuousClock.Instant) { self.end = end }

    /// The earlier of this one and one that ends after `time`.
    func within(_ time: Duration) -> Deadline { Deadline(end: min(end, .now + time)) }

    var isOver: Bool { .now >= end }

    /// What is left, at least a millisecond and in whole ones, as `poll` counts: never less than is left.
    var rest: timeval {
        let milliseconds = max(1, Int(((end - .now) / .milliseconds(1)).rounded(.up)))
        return carrel_interval(milliseconds)
    }
}
