import CarrelStore
import CarrelTestSupport
import Testing

@testable import CarrelHub

/// One row of the table: a situation and the step it calls for.
struct PlanRow: CustomTestStringConvertible, Sendable {
    let wanted: ServerRecord.Wanted
    let observed: ServerRecord.Observed
    let process: ServerPlan.Process
    let hasTurn: Bool
    let step: ServerPlan.Step

    init(
        _ wanted: ServerRecord.Wanted,
        _ observed: ServerRecord.Observed,
        _ process: ServerPlan.Process,
        turn hasTurn: Bool,
        _ step: ServerPlan.Step,
    ) {
        (self.wanted, self.observed, self.process, self.hasTurn, self.step) = (wanted, observed, process, hasTurn, step)
    }

    var testDescription: String { "\(wanted) \(observed) \(process) \(hasTurn ? "with" : "without") turn" }

    /// All forty situations there are.
    static let table: [PlanRow] = [
        PlanRow(.stopped, .stopped, .absent, turn: false, .rest),
        PlanRow(.stopped, .stopped, .absent, turn: true, .rest),
        PlanRow(.stopped, .queued, .absent, turn: false, .finish(unexpected: false)),
        PlanRow(.stopped, .queued, .absent, turn: true, .finish(unexpected: false)),
        PlanRow(.stopped, .starting, .absent, turn: false, .finish(unexpected: false)),
        PlanRow(.stopped, .starting, .absent, turn: true, .finish(unexpected: false)),
        PlanRow(.stopped, .ready, .absent, turn: false, .finish(unexpected: false)),
        PlanRow(.stopped, .ready, .absent, turn: true, .finish(unexpected: false)),
        PlanRow(.stopped, .stopping, .absent, turn: false, .finish(unexpected: false)),
        PlanRow(.stopped, .stopping, .absent, turn: true, .finish(unexpected: false)),
        PlanRow(.stopped, .stopped, .present, turn: false, .stop),
        PlanRow(.stopped, .stopped, .present, turn: true, .stop),
        PlanRow(.stopped, .queued, .present, turn: false, .stop),
        PlanRow(.stopped, .queued, .present, turn: true, .stop),
        PlanRow(.stopped, .starting, .present, turn: false, .stop),
        PlanRow(.stopped, .starting, .present, turn: true, .stop),
        PlanRow(.stopped, .ready, .present, turn: false, .stop),
        PlanRow(.stopped, .ready, .present, turn: true, .stop),
        PlanRow(.stopped, .stopping, .present, turn: false, .stop),
        PlanRow(.stopped, .stopping, .present, turn: true, .stop),
        PlanRow(.running, .stopped, .absent, turn: false, .queue),
        PlanRow(.running, .stopped, .absent, turn: true, .start),
        PlanRow(.running, .queued, .absent, turn: false, .queue),
        PlanRow(.running, .queued, .absent, turn: true, .start),
        PlanRow(.running, .starting, .absent, turn: false, .queue),
        PlanRow(.running, .starting, .absent, turn: true, .start),
        PlanRow(.running, .ready, .absent, turn: false, .finish(unexpected: true)),
        PlanRow(.running, .ready, .absent, turn: true, .finish(unexpected: true)),
        PlanRow(.running, .stopping, .absent, turn: false, .finish(unexpected: false)),
        PlanRow(.running, .stopping, .absent, turn: true, .finish(unexpected: false)),
        PlanRow(.running, .stopped, .present, turn: false, .stop),
        PlanRow(.running, .stopped, .present, turn: true, .stop),
        PlanRow(.running, .queued, .present, turn: false, .stop),
        PlanRow(.running, .queued, .present, turn: true, .stop),
        PlanRow(.running, .starting, .present, turn: false, .awaitAnswer),
        PlanRow(.running, .starting, .present, turn: true, .awaitAnswer),
        PlanRow(.running, .ready, .present, turn: false, .serve),
        PlanRow(.running, .ready, .present, turn: true, .serve),
        PlanRow(.running, .stopping, .present, turn: false, .stop),
        PlanRow(.running, .stopping, .present, turn: true, .stop),
    ]
}

@Suite struct `What to do next for a server` {
    @Test(arguments: PlanRow.table)
    func `every situation has its step`(row: PlanRow) {
        let plan = ServerPlan(
            wanted: row.wanted,
            observed: row.observed,
            process: row.process,
            hasTurn: row.hasTurn,
        )
        #expect(plan.next == row.step)
    }

    @Test func `the table names every situation once`() {
        let situations = Set(PlanRow.table.map(\.testDescription))
        #expect(situations.count == 2 * 5 * 2 * 2)
        #expect(situations.count == PlanRow.table.count)
    }

    @Test func `a quiet world comes to rest in a few steps from everywhere`() {
        for row in PlanRow.table {
            var world = PlanWorld(row)
            let count = world.settle(atMost: 10)
            #expect(count <= 6, "\(row.testDescription) took \(count) steps")
            #expect(world.isSettled, "\(row.testDescription) ended as \(world)")
        }
    }

    @Test func `a world in which everything breaks all the time comes to rest once it stops breaking`() {
        var generator = SeededGenerator(for: "plan walk")
        for _ in 0..<3_000 {
            guard let row = PlanRow.table.randomElement(using: &generator) else { return }
            var world = PlanWorld(row)
            for _ in 0..<Int.random(in: 0...30, using: &generator) { world.breakOrStep(using: &generator) }
            let before = "\(world)"
            world.settle(atMost: 10)
            #expect(world.isSettled, "from \(before) to \(world)")
            #expect(world.hasProcess == (world.wanted == .running), "\(world)")
        }
    }
}

/// A server, its process and its row, as the driver and all that may go wrong leave them.
private struct PlanWorld {
    var wanted: ServerRecord.Wanted
    var observed: ServerRecord.Observed
    var hasProcess: Bool
    var hasTurn: Bool

    init(_ row: PlanRow) {
        (wanted, observed, hasTurn) = (row.wanted, row.observed, row.hasTurn)
        hasProcess = row.process == .present
    }

    var next: ServerPlan.Step {
        ServerPlan(wanted: wanted, observed: observed, process: hasProcess ? .present : .absent, hasTurn: hasTurn).next
    }

    /// Whether nothing happens until somebody asks or the process ends.
    var isSettled: Bool {
        switch next {
        case .rest: !hasProcess && observed == .stopped
        case .serve: hasProcess && observed == .ready
        default: false
        }
    }

    /// Takes steps in a world where all goes well.
    @discardableResult
    mutating func settle(atMost limit: Int) -> Int {
        var count = 0
        while !isSettled, count < limit {
            count += 1
            for change in Self.changes(of: next) { change(&self) }
        }
        return count
    }

    /// Takes one step, perhaps cut short by a crash in its middle; or something happens from outside.
    mutating func breakOrStep(using generator: inout some RandomNumberGenerator) {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: hasProcess = false
        case 1: wanted = wanted == .running ? .stopped : .running
        case 2: hasTurn = false  // the hub is another one
        default:
            let changes = Self.changes(of: next)
            let done = Int.random(in: 0...changes.count, using: &generator)
            for change in changes.prefix(done) { change(&self) }
            if done < changes.count { hasTurn = false }
        }
    }

    /// What a step changes, in the driver's order; a crash may come between any two.
    private static func changes(of step: ServerPlan.Step) -> [@Sendable (inout PlanWorld) -> Void] {
        switch step {
        case .queue: [{ $0.observed = .queued }, { $0.hasTurn = true }]
        case .start: [{ $0.observed = .starting }, { $0.hasProcess = true }]
        case .awaitAnswer: [{ $0.hasTurn = true }, { $0.observed = .ready }]
        case .serve: [{ $0.hasTurn = true }]
        case .stop: [{ $0.observed = .stopping }, { $0.hasProcess = false }]
        case .finish(unexpected: false): [{ $0.hasTurn = false }, { $0.observed = .stopped }]
        case .finish(unexpected: true): [{ $0.hasTurn = false }, { ($0.observed, $0.wanted) = (.stopped, .stopped) }]
        case .rest: []
        }
    }
}
