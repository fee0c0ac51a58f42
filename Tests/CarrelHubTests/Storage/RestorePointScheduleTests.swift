import CarrelModel
import CarrelSpawn
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `The schedule of restore points` {
    private let now = Date(timeIntervalSince1970: 1_795_276_800)  // 2026-11-21T16:00Z
    private let schedule = RestorePointSchedule(settings: RestorePointSettings())

    private func point(_ hoursAgo: Double) -> RestorePoint {
        RestorePoint(at: now.addingTimeInterval(-hoursAgo * 3600))
    }

    @Test func `takes the first one at once, and then one in each hour of the clock`() {
        #expect(schedule.decide([], at: now, isDiskShort: false).takesOne)
        #expect(schedule.decide([point(0.1)], at: now, isDiskShort: false).takesOne)
        #expect(!schedule.decide([point(0)], at: now.addingTimeInterval(3599), isDiskShort: false).takesOne)
        #expect(schedule.decide([point(0)], at: now.addingTimeInterval(3600), isDiskShort: false).takesOne)
    }

    @Test func `keeps a day of hours and a fortnight of days`() {
        let points = (0..<(24 * 30)).map { point(Double($0)) }
        let dropped = schedule.decide(points, at: now, isDiskShort: false).dropped
        let kept = points.filter { !dropped.contains($0) }
        #expect(Array(kept.prefix(24)) == Array(points.prefix(24)))
        #expect(kept.count == 24 + 13)
        #expect(kept.dropFirst(24).allSatisfy { $0.name.hasSuffix("T23:00") })
    }

    @Test func `keeps the newest however old it is`() {
        let points = [point(2400), point(2500)]
        #expect(schedule.decide(points, at: now, isDiskShort: false).dropped == [point(2500)])
    }

    @Test func `run hour after hour, never holds more than its kinds allow`() {
        var kept: [RestorePoint] = []
        for hour in 0..<2000 {
            let date = now.addingTimeInterval(Double(hour) * 3600)
            let decision = schedule.decide(kept, at: date, isDiskShort: false)
            kept.removeAll { decision.dropped.contains($0) }
            if decision.takesOne { kept.append(RestorePoint(at: date)) }
            #expect(kept.count <= 24 + 15)
        }
        #expect(kept.count >= 24 + 12)
    }

    @Test func `takes one a day when hours aren't kept`() {
        var settings = RestorePointSettings()
        settings.hourly = 0
        let schedule = RestorePointSchedule(settings: settings)
        #expect(!schedule.decide([point(3)], at: now, isDiskShort: false).takesOne)
        #expect(schedule.decide([point(17)], at: now, isDiskShort: false).takesOne)
    }

    @Test func `switched off, takes none and drops all`() {
        var settings = RestorePointSettings()
        (settings.hourly, settings.daily) = (0, 0)
        let decision = RestorePointSchedule(settings: settings).decide([point(1)], at: now, isDiskShort: false)
        #expect(decision == .init(takesOne: false, dropped: [point(1)]))
    }

    @Test func `takes none on a short disk, and the oldest go first`() {
        #expect(!schedule.decide([point(5)], at: now, isDiskShort: true).takesOne)
        let points = ["a": [point(1), point(9)], "b": [point(5)]]
        #expect(RestorePointSchedule.toMakeRoom(points).map(\.point) == [point(9)])
        let many = ["a": (0..<11).map { point(Double($0)) }]
        #expect(RestorePointSchedule.toMakeRoom(many).map(\.point) == [point(10), point(9)])
        #expect(RestorePointSchedule.toMakeRoom([String: [RestorePoint]]()).isEmpty)
    }

    @Test func `recovers from a clock that was far ahead`() {
        #expect(schedule.decide([point(-48)], at: now, isDiskShort: false).takesOne)
    }
}
