import Foundation
import Testing

@testable import CarrelHub

/// One row of the table: hours, counted back from now, and what is to be done.
struct IdleRow: CustomTestStringConvertible, Sendable {
    var idleLimit: Double?
    var maximumAge: Double?
    var started: Double
    var active: Double
    var tunnels = 0
    let verdict: IdleRule.Verdict

    var testDescription: String {
        "idle \(idleLimit ?? -1), age \(maximumAge ?? -1), started \(started), active \(active), \(tunnels) open"
    }
}

@Suite struct `When a server is left alone` {
    @Test(arguments: [
        IdleRow(started: 900, active: 900, verdict: .keep),
        IdleRow(idleLimit: 1, started: 900, active: 0.99, verdict: .keep),
        IdleRow(idleLimit: 1, started: 900, active: 1, verdict: .ask),
        IdleRow(idleLimit: 1, started: 900, active: 900, verdict: .ask),
        // Nothing was ever heard of it, but it is new.
        IdleRow(idleLimit: 1, started: 0.5, active: 900, verdict: .keep),
        // The clock was set back: activity lies ahead.
        IdleRow(idleLimit: 1, started: 900, active: -2, verdict: .keep),
        IdleRow(idleLimit: 1, started: -2, active: -2, verdict: .keep),
        // An open websocket is activity, however long nobody typed.
        IdleRow(idleLimit: 1, started: 900, active: 900, tunnels: 1, verdict: .inUse),
        IdleRow(started: 900, active: 900, tunnels: 3, verdict: .inUse),
        // Age goes before everything.
        IdleRow(idleLimit: 1, maximumAge: 24, started: 24, active: 0, tunnels: 1, verdict: .stop(.tooOld)),
        IdleRow(maximumAge: 24, started: 23.99, active: 0, verdict: .keep),
        IdleRow(maximumAge: 24, started: 23.99, active: 0, tunnels: 1, verdict: .inUse),
        IdleRow(idleLimit: 1, maximumAge: 24, started: 30, active: 30, verdict: .stop(.tooOld)),
    ])
    func `age, open connections and silence decide in this order`(row: IdleRow) {
        let rule = IdleRule(
            idleLimit: row.idleLimit.map { .seconds($0 * 3600) },
            maximumAge: row.maximumAge.map { .seconds($0 * 3600) },
        )
        let observation = IdleRule.Observation(
            startedAt: noon.addingTimeInterval(-row.started * 3600),
            lastActivityAt: noon.addingTimeInterval(-row.active * 3600),
            tunnels: row.tunnels,
        )
        #expect(rule.verdict(on: observation, at: noon) == row.verdict)
    }

    @Test(arguments: [
        ("idle", 0, false), ("busy", 0, true), ("starting", 0, false), ("idle", 1, true), ("dead", 0, false),
    ])
    func `a kernel is in use while it computes or somebody is connected`(
        state: String,
        connections: Int,
        isInUse: Bool,
    ) throws {
        let json = #"[{"id": "x", "execution_state": "\#(state)", "connections": \#(connections), "more": null}]"#
        let kernels = try JSONDecoder().decode([KernelInquiry.Kernel].self, from: Data(json.utf8))
        #expect(kernels.map(\.isInUse) == [isInUse])
    }
}
