import CarrelModel
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `The word before a server is stopped` {
    private func notices(idle: Double? = nil, age: Double? = nil, used: Double = 0, after: Double) -> [EndNotices
        .Notice]
    {
        let limits = ServerLimits(
            startDeadline: .seconds(1),
            stopDeadline: .seconds(1),
            idleLimit: idle.map { .seconds($0) },
            maximumAge: age.map { .seconds($0) },
        )
        return EndNotices(limits: limits, isEphemeral: true).notices(
            startedAt: noon,
            lastActivityAt: noon.addingTimeInterval(used),
            at: noon.addingTimeInterval(after),
        )
    }

    @Test func `comes in time, and not before`() {
        #expect(notices(idle: 900, age: 43_200, after: 600).isEmpty)
        let idle = notices(idle: 900, after: 700)
        #expect(idle.map(\.kind) == [.idle])
        #expect(idle.first?.at == noon.addingTimeInterval(900))
        #expect(idle.first?.text.hasPrefix("This server stops in 3 minutes, unless it is used.") == true)
        #expect(notices(idle: 900, used: 650, after: 700).isEmpty)
        #expect(notices(age: 43_200, used: 43_000, after: 41_300).isEmpty)
        #expect(notices(age: 43_200, used: 43_000, after: 41_500).map(\.level) == [.info])
        #expect(notices(age: 43_200, used: 43_000, after: 43_000).map(\.level) == [.warning])
    }

    @Test func `says first what comes first, and isn't said without limits`() {
        #expect(notices(idle: 1000, age: 900, used: 50, after: 890).map(\.kind) == [.maximumAge, .idle])
        #expect(notices(after: 1e9).isEmpty)
    }
}
