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

    @Test func `is when the work really goes, once the end was noted late`() throws {
        var late = try instance(endingIn: -86_400)
        (late.state, late.endedAt) = (.ended, noon)
        let notice = try #require(InstanceNotice(endOf: late, at: noon))
        #expect(notice.at == InstanceRegister.deletionDate(of: late))
        #expect(notice.at == noon.addingTimeInterval(7 * 86_400))
    }
}

@Suite struct `What a server hears before it is stopped` {
    private func notices(idle: Double? = nil, age: Double? = nil, used: Double = 0, after: Double) -> [InstanceNotice] {
        let limits = ServerLimits(
            startDeadline: .seconds(1),
            stopDeadline: .seconds(1),
            idleLimit: idle.map { .seconds($0) },
            maximumAge: age.map { .seconds($0) },
        )
        return InstanceNotice.ofStops(
            startedAt: noon,
            lastActivityAt: noon.addingTimeInterval(used),
            limits: limits,
            isKept: false,
            at: noon.addingTimeInterval(after),
        )
    }

    @Test func `comes in time, and not before`() {
        #expect(notices(idle: 900, age: 43_200, after: 600).isEmpty)
        let idle = notices(idle: 900, after: 700)
        #expect(idle.map(\.kind) == [.idle])
        #expect(idle.first?.at == noon.addingTimeInterval(900))
        #expect(idle.first?.text.hasPrefix("Servers that nobody uses stop after 15 minutes") == true)
        #expect(idle.first?.text.hasSuffix("download what you want to keep.") == true)
        #expect(notices(idle: 900, used: 650, after: 700).isEmpty)
        #expect(notices(age: 43_200, used: 43_000, after: 41_300).isEmpty)
        #expect(notices(age: 43_200, used: 43_000, after: 41_500).map(\.level) == [.warning])
        #expect(notices(age: 43_200, used: 43_000, after: 43_000).map(\.level) == [.urgent])
    }

    @Test func `says first what comes first, and isn't said without limits`() {
        #expect(notices(idle: 1000, age: 900, used: 50, after: 890).map(\.kind) == [.maximumAge, .idle])
        #expect(notices(after: 1e9).isEmpty)
    }
}
