import CarrelModel
import CarrelStore
import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `The line before an instance that is full` {
    private let small = StartLine.Room(id: 7, capacity: 1)
    private let wide = StartLine.Room(id: 8, capacity: 3)

    @Test func `doesn't hold up those who wait for something else`() {
        var line = StartLine(startsAtOnce: 10, capacity: 10)
        for id in [1, 2, 3] as [Int64] { line.join(id, room: small) }
        line.join(4, room: wide)
        line.join(5)
        #expect(line.admit() == [1, 4, 5])
        #expect(
            line.waits.map(\.wait) == [StartLine.Wait(place: 1, room: small), StartLine.Wait(place: 2, room: small)]
        )
        line.leave(1)
        #expect(line.admit() == [2])
        #expect(line.place(of: 3) == 1)
    }

    @Test func `counts apart from the line before the machine`() {
        var line = StartLine(startsAtOnce: 10, capacity: 1)
        line.join(1, room: small)
        #expect(line.admit() == [1])
        for id in [2, 3] as [Int64] { line.join(id, room: small) }
        for id in [4, 5] as [Int64] { line.join(id) }
        #expect([2, 3, 4, 5].map { line.place(of: $0) } == [1, 2, 1, 2])
        // The room comes free, the machine doesn't.
        line.adopt(9, isReady: true)
        line.leave(1)
        #expect(line.admit() == [])
        #expect([2, 3, 4, 5].map { line.place(of: $0) } == [1, 1, 2, 3])
    }

    @Test func `keeps the order in which was asked, whoever comes back first`() {
        var line = StartLine(startsAtOnce: 1, capacity: 1)
        line.adopt(1, isReady: true, room: small)
        for id in [5, 3, 4] as [Int64] { line.join(id, room: small, askedAt: noon.addingTimeInterval(Double(id))) }
        #expect(line.waiting == [3, 4, 5])
        line.join(2, room: small, askedAt: noon.addingTimeInterval(3))
        #expect(line.waiting == [3, 2, 4, 5])
    }

    @Test func `moves when the room is made wider`() {
        var line = StartLine(startsAtOnce: 10, capacity: 10)
        for id in [1, 2, 3] as [Int64] { line.join(id, room: small) }
        #expect(line.admit() == [1])
        line.setRooms([StartLine.Room(id: 7, capacity: 2)])
        #expect(line.admit() == [2])
        line.setRooms([])
        #expect(line.admit() == [3])
    }

    @Test func `never lets more in than there is room, whatever happens`() {
        var generator = SeededGenerator(for: "rooms")
        for _ in 0..<200 {
            var line = StartLine(startsAtOnce: 2, capacity: 5)
            let rooms = [nil, StartLine.Room(id: 1, capacity: 1), StartLine.Room(id: 2, capacity: 2)]
            for _ in 0..<80 {
                let id = Int64.random(in: 0...11, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: line.join(id, room: rooms[Int(id % 3)])
                case 1: line.started(id)
                case 2: line.leave(id)
                default: _ = line.admit()
                }
                let held = line.starting.union(line.running)
                #expect(held.count <= 5 && line.starting.count <= 2)
                #expect(held.filter { $0 % 3 == 1 }.count <= 1)
                #expect(held.filter { $0 % 3 == 2 }.count <= 2)
                #expect(line.waits.map(\.id) == line.waiting)
            }
        }
    }
}

@Suite struct `The estimate of a wait` {
    private func estimate(runs: [Double], ages: [Double], longestRun: Double? = nil) -> WaitEstimate {
        WaitEstimate(runs: runs.map { $0 * 60 }, ages: ages.map { $0 * 60 }, longestRun: longestRun.map { $0 * 60 })
    }

    @Test func `is left out while too little is known`() {
        #expect(estimate(runs: [10, 10], ages: [5]).text(atPlace: 1) == nil)
        #expect(estimate(runs: [10, 10, 10], ages: []).text(atPlace: 1) == nil)
    }

    @Test func `goes by how long servers usually run`() {
        let two = estimate(runs: [20, 20, 20], ages: [15, 2])
        #expect(two.text(atPlace: 1) == "about 5 minutes")
        #expect(two.text(atPlace: 2) == "about 20 minutes")
        #expect(two.text(atPlace: 3) == "about 25 minutes")
    }

    @Test func `knows that one who outlived the others may stay, but not for ever`() {
        #expect(estimate(runs: [10, 10, 10], ages: [20]).text(atPlace: 1) == "about 10 minutes")
        #expect(estimate(runs: [10, 10, 10], ages: [20], longestRun: 21).text(atPlace: 1) == "about a minute")
        #expect(estimate(runs: [1, 1, 60, 60], ages: [30]).text(atPlace: 1) == "about 30 minutes")
    }

    @Test(arguments: [
        (20, "less than a minute"), (70, "about a minute"), (130, "about 2 minutes"), (11 * 60, "about 10 minutes"),
        (59 * 60, "about an hour"), (150 * 60, "about 3 hours"),
    ])
    func `is told in words that don't claim too much`(seconds: Int, text: String) {
        #expect(WaitEstimate.text(Double(seconds)) == text)
    }
}

@Suite struct `An instance with few places` {
    @Test func `lets the next one in by itself, keeps the order over a restart, and forgets who gave up`() async throws
    {
        try await withFolder { folder in
            let (store, spawner) = (try Store.inMemory(), FakeSpawner())
            let exploring = try await store.instances.add(.exploring(capacity: 1))
            let keys = try ["ada", "bob", "cy", "dan"].map { try ServerKey.of($0, "explore") }
            for key in keys { try await store.addUser(key.user.text) }
            let clock = HandClock()
            let first = KeeperFixture(store: store, spawner: spawner, clock: clock, folder: folder)
            try await first.run {
                try await first.desk.start(keys[0])
                try await first.reaches(.ready, keys[0])
                for key in keys.dropFirst() {
                    clock.advance(by: 1)
                    try await first.desk.start(key)
                    try await first.reaches(.queued, key)
                }
                // Another instance's server doesn't wait.
                try await first.desk.start(ServerKey(user: keys[1].user))
                try await first.reaches(.ready, ServerKey(user: keys[1].user))
                try await first.desk.stop(keys[1])
                try await first.reaches(.stopped, keys[1])
            }
            let second = KeeperFixture(store: store, spawner: spawner, clock: clock, folder: folder)
            try await second.run {
                for key in keys.suffix(2) { try await second.reaches(.queued, key) }
                let ids = try await [second.row(keys[2])?.id ?? 0, second.row(keys[3])?.id ?? 0]
                try await eventually("cy is before dan") { await second.queue.place(of: ids[0]) == 1 }
                #expect(await second.queue.place(of: ids[1]) == 2)
                #expect(await second.queue.wait(of: ids[1])?.room?.id == exploring.id)
                try await second.desk.stop(keys[0])
                try await second.reaches(.ready, keys[2])
                #expect(await second.queue.place(of: ids[1]) == 1)
            }
        }
    }
}

extension InstanceRecord {
    /// An ephemeral instance named `explore`.
    static func exploring(
        capacity: Int? = nil,
        entry: [EntryWay] = [.account],
        terms: [String] = [],
        catalogue: String? = nil,
    ) throws -> InstanceRecord {
        var settings = InstanceSettings(name: "explore")
        settings.title = "Exploredata"
        settings.kind = .ephemeral
        settings.entry = entry
        settings.capacity = capacity
        settings.catalogue = catalogue.map { .file($0) }
        settings.terms = terms.map { name in
            var term = TermsSettings(name: name)
            term.title = "the \(name) terms"
            return term
        }
        return try InstanceRecord(settings, origin: .page, createdAt: noon)
    }
}
