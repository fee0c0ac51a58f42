import CarrelModel
import CarrelStore
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `What is said about the end` {
    private func instance(endingIn seconds: TimeInterval?) throws -> InstanceRecord {
        var settings = InstanceSettings(name: "course")
        settings.title = "Spring school"
        settings.kind = .temporary
        settings.ends = seconds.map { EndTime(noon.addingTimeInterval($0)) }
        return try InstanceRecord(settings, origin: .page, createdAt: noon)
    }

    @Test func `nothing while there is time, or no end`() throws {
        #expect(InstanceNotice(endOf: try instance(endingIn: nil), at: noon) == nil)
        #expect(InstanceNotice(endOf: try instance(endingIn: 8 * 86_400), at: noon) == nil)
    }

    @Test(arguments: [
        (6 * 86_400.0, InstanceNotice.Level.info, true),
        (7_200, .warning, false),
        (1_800, .urgent, false),
    ])
    func `the nearer, the louder`(_ left: TimeInterval, _ level: InstanceNotice.Level, _ canBePutAway: Bool) throws {
        let notice = try #require(InstanceNotice(endOf: try instance(endingIn: left), at: noon))
        #expect(notice.level == level)
        #expect(notice.isDismissible == canBePutAway)
        #expect(notice.at == noon.addingTimeInterval(left))
        #expect(notice.text.contains("Spring school ends on"))
    }

    @Test func `afterwards until when work can be downloaded`() throws {
        let notice = try #require(InstanceNotice(endOf: try instance(endingIn: -86_400), at: noon))
        #expect(notice.text == "Spring school is over. Everything in it is deleted in 6 days: download your work.")
        #expect(notice.at == noon.addingTimeInterval(6 * 86_400))
    }

    @Test func `a server hears of its age in time`() {
        let limits = ServerLimits(
            startDeadline: .seconds(60),
            stopDeadline: .seconds(30),
            idleLimit: nil,
            maximumAge: .seconds(3_600),
        )
        func notice(after age: TimeInterval) -> InstanceNotice? {
            InstanceNotice(ageOf: noon.addingTimeInterval(-age), limits: limits, isKept: false, at: noon)
        }
        #expect(notice(after: 2_000) == nil)
        #expect(notice(after: 2_800)?.level == .warning)
        #expect(notice(after: 3_400)?.level == .urgent)
        #expect(notice(after: 2_800)?.text.hasSuffix("Its files go with it.") == true)
    }
}
