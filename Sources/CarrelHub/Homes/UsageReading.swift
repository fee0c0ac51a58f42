import CarrelModel
import CarrelSpawn
import Foundation

/// What a server used when it was last looked at.
struct UsageReading: Sendable, Equatable {
    /// What the spawner said.
    let usage: ServerUsage
    /// How many processors' worth of time it used since the reading before; nil of a first reading.
    let processors: Double?
    /// When.
    let at: Date

    /// Takes a reading; `earlier` is the one before of the same server, if there is one.
    init(_ usage: ServerUsage, after earlier: UsageReading? = nil, at date: Date) {
        self.usage = usage
        at = date
        processors = earlier.flatMap { Self.share(from: $0, to: usage, at: date) }
    }

    private static func share(from earlier: UsageReading, to usage: ServerUsage, at date: Date) -> Double? {
        let passed = date.timeIntervalSince(earlier.at)
        guard let before = earlier.usage.processorTime, let now = usage.processorTime, passed > 0, now >= before else {
            return nil
        }
        return (now - before).seconds / passed
    }
}
