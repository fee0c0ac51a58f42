import CarrelModel
import CarrelSpawn
import Foundation

/// When restore points are taken and forgotten.
///
/// Pure: same arguments, same answer.
struct RestorePointSchedule {
    /// What to do with a home.
    struct Decision: Equatable {
        /// Whether one is to be taken; whoever takes it leaves it when nothing has changed.
        var takesOne: Bool
        /// Which are no longer kept.
        var dropped: [RestorePoint]
    }

    let settings: RestorePointSettings

    private static let hour = 3600.0
    private static let day = 86_400.0

    /// Decides about a home.
    ///
    /// All of the last hours are kept, then the last one of each day (in UTC), and the newest in any case: it may be all
    /// there is of a home that hasn't changed for long.
    func decide(_ points: [RestorePoint], at now: Date, isDiskShort: Bool) -> Decision {
        let sorted = points.sorted { $0.date > $1.date }
        guard settings.areOn else { return Decision(takesOne: false, dropped: sorted) }
        var days: Set<Double> = []
        var dropped: [RestorePoint] = []
        for (index, point) in sorted.enumerated() {
            let age = now.timeIntervalSince(point.date)
            let isFirstOfDay = days.insert(Self.slot(point.date, Self.day)).inserted
            let isKept =
                index == 0 || age < Double(settings.hourly) * Self.hour
                || isFirstOfDay && age < Double(settings.daily) * Self.day
            if !isKept { dropped.append(point) }
        }
        return Decision(takesOne: !isDiskShort && isDue(after: sorted.first, at: now), dropped: dropped)
    }

    /// Which of all points go when the disk is short: the oldest tenth, at least one.
    static func toMakeRoom<Home: Hashable>(_ points: [Home: [RestorePoint]]) -> [(home: Home, point: RestorePoint)] {
        let all = points.flatMap { home, points in points.map { (home: home, point: $0) } }
        return Array(all.sorted { $0.point.date < $1.point.date }.prefix((all.count + 9) / 10))
    }

    private func isDue(after latest: RestorePoint?, at now: Date) -> Bool {
        guard let latest else { return true }
        let length = settings.hourly > 0 ? Self.hour : Self.day
        // A clock that was set back must not end restore points for long.
        return Self.slot(latest.date, length) < Self.slot(now, length)
            || latest.date > now.addingTimeInterval(Self.day)
    }

    private static func slot(_ date: Date, _ length: Double) -> Double {
        (date.timeIntervalSince1970 / length).rounded(.down)
    }
}
