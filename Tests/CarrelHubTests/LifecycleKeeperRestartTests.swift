import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelHub

/// Where a killed hub left a server, and what the next one makes of it.
struct LeftoverRow: CustomTestStringConvertible, Sendable {
    let wanted: ServerRecord.Wanted
    let observed: ServerRecord.Observed
    let hasProcess: Bool
    /// Where it is in the end.
    let outcome: ServerRecord.Observed
    /// Whether the process was left alone all the time.
    var isUntouched = false

    var testDescription: String { "wanted \(wanted), \(observed), \(hasProcess ? "with" : "without") process" }
}

@Suite struct `A new hub takes over` {
    @Test(arguments: [
        LeftoverRow(wanted: .running, observed: .ready, hasProcess: true, outcome: .ready, isUntouched: true),
        LeftoverRow(wanted: .running, observed: .starting, hasProcess: true, outcome: .ready, isUntouched: true),
        LeftoverRow(wanted: .running, observed: .starting, hasProcess: false, outcome: .ready),
        LeftoverRow(wanted: .running, observed: .queued, hasProcess: false, outcome: .ready),
        LeftoverRow(wanted: .running, observed: .stopped, hasProcess: false, outcome: .ready),
        LeftoverRow(wanted: .running, observed: .stopping, hasProcess: true, outcome: .ready),
        LeftoverRow(wanted: .running, observed: .stopping, hasProcess: false, outcome: .ready),
        LeftoverRow(wanted: .running, observed: .queued, hasProcess: true, outcome: .ready),
        LeftoverRow(wanted: .running, observed: .ready, hasProcess: false, outcome: .stopped),
        LeftoverRow(wanted: .stopped, observed: .ready, hasProcess: true, outcome: .stopped),
        LeftoverRow(wanted: .stopped, observed: .ready, hasProcess: false, outcome: .stopped),
        LeftoverRow(wanted: .stopped, observed: .starting, hasProcess: true, outcome: .stopped),
        LeftoverRow(wanted: .stopped, observed: .starting, hasProcess: false, outcome: .stopped),
        LeftoverRow(wanted: .stopped, observed: .queued, hasProcess: false, outcome: .stopped),
        LeftoverRow(wanted: .stopped, observed: .stopping, hasProcess: true, outcome: .stopped),
        LeftoverRow(wanted: .stopped, observed: .stopping, hasProcess: false, outcome: .stopped),
    ])
    func `wherever the last hub was killed, the server is running and reachable or cleanly gone`(
        row: LeftoverRow
    ) async throws {
        try await withFolder { folder in
            let (store, spawner) = (try Store.inMemory(), FakeSpawner())
            let ada = try ServerKey.of("ada")
            try await Leftover.make(
                ada,
                wanted: row.wanted,
                row.observed,
                hasProcess: row.hasProcess,
                in: store,
                spawner
            )
            let hub = KeeperFixture(store: store, spawner: spawner, folder: folder)
            try await hub.run {
                try await hub.reaches(row.outcome, ada)
                #expect(await spawner.running == (row.outcome == .ready ? ["ada"] : []))
                #expect(hub.routes.routes.keys.contains(ada) == (row.outcome == .ready))
                let hasClient = try await store.oauth.client("jupyterhub-user-ada") != nil
                #expect(hasClient == (row.outcome == .ready))
                if row.isUntouched {
                    let changes = await spawner.calls.filter { $0 != .find("ada") }
                    #expect(changes.isEmpty, "\(changes)")
                    #expect(try await store.tokens.live(secretHash: "token of ada/", now: noon) != nil)
                }
                if row.wanted == .running, row.outcome == .stopped {
                    #expect(try await hub.row(ada)?.failure?.message == "The server ada ended by itself.")
                }
            }
        }
    }

    @Test func `a server that was taken over is stopped and watched like any other`() async throws {
        try await withFolder { folder in
            let (store, spawner) = (try Store.inMemory(), FakeSpawner())
            let (ada, bob) = (try ServerKey.of("ada"), try ServerKey.of("bob", "gpu"))
            for key in [ada, bob] { try await Leftover.make(key, .ready, in: store, spawner) }
            let hub = KeeperFixture(store: store, spawner: spawner, folder: folder)
            try await hub.run {
                for key in [ada, bob] { try await hub.reaches(.ready, key) }
                try await hub.desk.stop(ada)
                await spawner.end(bob.directoryName, code: 1)
                for key in [ada, bob] { try await hub.reaches(.stopped, key) }
                #expect(try await hub.row(ada)?.failure == nil)
                #expect(try await hub.row(bob)?.failure?.code == "hub.serverEnded")
            }
        }
    }

    @Test func `servers that were taken over count against the capacity`() async throws {
        try await withFolder { folder in
            let (store, spawner) = (try Store.inMemory(), FakeSpawner())
            let (ada, bob) = (try ServerKey.of("ada"), try ServerKey.of("bob"))
            try await Leftover.make(ada, .ready, in: store, spawner)
            try await store.addUser("bob")
            var settings = KeeperFixture.Settings()
            settings.capacity = 1
            let hub = KeeperFixture(settings, store: store, spawner: spawner, folder: folder)
            try await hub.run {
                try await hub.reaches(.ready, ada)
                try await hub.desk.start(bob)
                try await hub.reaches(.queued, bob)
                #expect(await spawner.running == ["ada"])
                #expect(await !spawner.calls.contains(.start("bob")))
            }
        }
    }

    @Test func `an orderly end of the hub leaves the servers running, and the next hub has them`() async throws {
        try await withFolder { folder in
            let (store, spawner) = (try Store.inMemory(), FakeSpawner())
            let ada = try ServerKey.of("ada")
            try await store.addUser("ada")
            let first = KeeperFixture(store: store, spawner: spawner, folder: folder)
            try await first.run {
                try await first.desk.start(ada)
                try await first.reaches(.ready, ada)
            }
            #expect(await spawner.running == ["ada"])
            #expect(try await first.row(ada)?.wanted == .running)
            #expect(first.routes.routes[ada] != nil, "the proxy goes on without the hub")

            let second = KeeperFixture(store: store, spawner: spawner, folder: folder)
            try await second.run { try await second.reaches(.ready, ada) }
            #expect(await spawner.calls.count { $0 == .start("ada") } == 1)
        }
    }

    @Test func `an end in the middle of a start leaves a start that the next hub finishes`() async throws {
        try await withFolder { folder in
            let (store, spawner) = (try Store.inMemory(), FakeSpawner(otherwise: .slowToAnswer))
            let ada = try ServerKey.of("ada")
            try await store.addUser("ada")
            let first = KeeperFixture(store: store, spawner: spawner, folder: folder)
            try await first.run {
                try await first.desk.start(ada)
                try await eventually("its process runs") { await spawner.running == ["ada"] }
            }
            #expect(await spawner.running == ["ada"])
            let second = KeeperFixture(store: store, spawner: spawner, folder: folder)
            try await second.run {
                await spawner.release("ada")
                try await second.reaches(.ready, ada)
            }
            #expect(await spawner.calls.count { $0 == .start("ada") } == 1)
        }
    }

    @Test func `where the configuration says so, the end of the hub stops all servers, wherever they are`() async throws
    {
        var settings = KeeperFixture.Settings()
        settings.stopsServersOnExit = true
        settings.capacity = 2
        try await withFolder { folder in
            let (store, spawner) = (try Store.inMemory(), FakeSpawner(behaviours: ["bob": .slowToAnswer]))
            let keys = [try ServerKey.of("ada"), try ServerKey.of("bob"), try ServerKey.of("cy")]
            for key in keys { try await store.addUser(key.user.text) }
            let hub = KeeperFixture(settings, store: store, spawner: spawner, folder: folder)
            try await hub.run {
                try await hub.desk.start(keys[0])
                try await hub.reaches(.ready, keys[0])
                try await hub.desk.start(keys[1])
                try await eventually("the second has a process") { await spawner.running.count == 2 }
                try await hub.desk.start(keys[2])
                try await hub.reaches(.queued, keys[2])
            }
            #expect(await spawner.running.isEmpty)
            #expect(hub.routes.routes.isEmpty)
            #expect(try await store.servers.live().isEmpty)
        }
    }

    @Test func `from any mixture of leftovers everything comes to rest or runs`() async throws {
        var generator = SeededGenerator(for: "leftovers")
        let states: [ServerRecord.Observed] = [.stopped, .queued, .starting, .ready, .stopping]
        try await withFolder { folder in
            let (store, spawner) = (try Store.inMemory(), FakeSpawner())
            var keys: [ServerKey] = []
            for number in 0..<20 {
                let key = try ServerKey.of("user\(number)", number % 3 == 0 ? "s\(number)" : "")
                keys.append(key)
                try await Leftover.make(
                    key,
                    wanted: Bool.random(using: &generator) ? .running : .stopped,
                    states.randomElement(using: &generator) ?? .stopped,
                    hasProcess: Bool.random(using: &generator),
                    in: store,
                    spawner,
                )
            }
            let hub = KeeperFixture(store: store, spawner: spawner, folder: folder)
            try await hub.run {
                try await eventually("every server is at rest, runs, or waits for room") {
                    var busy = 0
                    for key in keys {
                        guard let row = try await hub.row(key) else { continue }
                        let isQuiet = row.pending == nil && (row.observed == .stopped || hub.routes.routes[key] != nil)
                        // One that has its turn is still called queued until its start begins.
                        let place = await hub.queue.place(of: row.id ?? 0)
                        if !isQuiet, row.observed != .queued || place == nil { busy += 1 }
                    }
                    return busy == 0
                }
                // The next one in the line may have got its turn just now.
                try await eventually("those with a route are those that are ready, and run") {
                    let live = try await store.servers.live()
                    let ready = Set(live.filter { $0.server.observed == .ready }.map(\.key))
                    let running = await spawner.running
                    return ready == Set(hub.routes.routes.keys)
                        && ready.allSatisfy { running.contains($0.directoryName) }
                }
            }
        }
    }
}
