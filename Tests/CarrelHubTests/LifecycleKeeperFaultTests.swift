import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `Servers that don't do as they should` {
    @Test func `one that can't be started says why, and may be tried again`() async throws {
        let why = SpawnError.sandboxRefused("ada", reason: "no namespaces")
        try await withKeeper(spawner: FakeSpawner(behaviours: ["ada": .refused(why)])) { hub in
            let ada = try ServerKey.of("ada")
            let failure = try await failure(of: ada, hub)
            #expect(failure.code == "spawn.sandboxRefused")
            #expect(failure.message == why.message)
            #expect(failure.remedy == why.remedy)
            #expect(failure.at == noon)

            await hub.spawner.set(.obedient, for: "ada")
            try await hub.desk.start(ada)
            try await hub.reaches(.ready, ada)
            #expect(try await hub.row(ada)?.failure == nil)
        }
    }

    @Test func `one whose environment isn't built says which command builds it`() async throws {
        var settings = KeeperFixture.Settings()
        settings.notBuilt = "r"
        try await withKeeper(settings) { hub in
            let failure = try await failure(of: try ServerKey.of("ada"), hub)
            #expect(failure.code == "hub.environmentNotBuilt")
            #expect(failure.message == "The environment r isn't built on this hub.")
            #expect(failure.remedy.contains("`carrel env build r`"))
        }
    }

    @Test func `one that dies while starting shows its own last lines at once`() async throws {
        try await withKeeper(spawner: FakeSpawner(otherwise: .slowToAnswer)) { hub in
            let ada = try ServerKey.of("ada")
            let server = try await hub.desk.start(ada)
            let events = hub.board.events(of: try #require(server.id))
            try await eventually("its process runs") { await hub.spawner.running == ["ada"] }
            await hub.spawner.log((1...30).map { "line \($0)" }, for: "ada")
            await hub.spawner.end("ada", code: 3)

            var last: ProgressEvent?
            for await event in events { last = event }
            #expect(last == .failed("The server's program ended with code 3."))
            let row = try #require(try await hub.row(ada))
            #expect(row.observed == .stopped)
            #expect(row.wanted == .stopped)
            #expect(row.failure?.code == "spawn.ended")
            #expect(row.failure?.log == (11...30).map { "line \($0)" })
            #expect(await hub.spawner.running.isEmpty)
            #expect(hub.routes.words.allSatisfy { $0 != .publish(ada) })
        }
    }

    @Test func `one that ends right after its start fails too`() async throws {
        try await withKeeper(spawner: FakeSpawner(otherwise: .diesEarly(code: 127))) { hub in
            let failure = try await failure(of: .of("ada"), hub)
            #expect(["spawn.ended", "hub.serverEnded"].contains(failure.code))
        }
    }

    @Test(arguments: [(5, 5), (60, 60)])
    func `one that never answers is given up at the deadline and stopped`(limit: Int, shown: Int) async throws {
        var settings = KeeperFixture.Settings()
        settings.limits.startDeadline = .seconds(limit)
        try await withKeeper(settings, spawner: FakeSpawner(otherwise: .neverAnswers)) { hub in
            let failure = try await failure(of: .of("ada"), hub)
            #expect(failure.code == "spawn.silent")
            #expect(failure.message == "The server didn't answer within \(shown) seconds.")
            #expect(await hub.spawner.calls.contains(.stop("ada")))
            #expect(await hub.spawner.running.isEmpty)
        }
    }

    @Test func `a start that is taken over has its whole deadline again`() async throws {
        try await withFolder { folder in
            let spawner = FakeSpawner(otherwise: .neverAnswers)
            let (store, clock) = (try Store.inMemory(), HandClock())
            let ada = try ServerKey.of("ada")
            try await Leftover.make(ada, .starting, in: store, spawner)
            clock.advance(by: 600)
            let hub = KeeperFixture(store: store, spawner: spawner, clock: clock, folder: folder)
            try await hub.run {
                try await hub.reaches(.stopped, ada)
                #expect(try await hub.row(ada)?.failure?.message == "The server didn't answer within 5 seconds.")
            }
        }
    }

    @Test func `one that dies later is taken out of the proxy and shows its last lines`() async throws {
        try await withKeeper { hub in
            let ada = try ServerKey.of("ada")
            let server = try await hub.desk.start(ada)
            // Until its driver watches it; one that ends before leaves no exit code behind.
            for await _ in hub.board.events(of: try #require(server.id)) {}
            try await hub.reaches(.ready, ada)
            await hub.spawner.log(["out of memory"], for: "ada")
            await hub.spawner.end("ada", code: 137)
            try await hub.reaches(.stopped, ada)
            let row = try #require(try await hub.row(ada))
            #expect(row.wanted == .stopped)
            #expect(row.failure?.code == "hub.serverEnded")
            #expect(row.failure?.message == "The server ada ended by itself with exit code 137.")
            #expect(row.failure?.log == ["out of memory"])
            #expect(hub.routes.routes.isEmpty)
            #expect(try await hub.store.oauth.client("jupyterhub-user-ada") == nil)
            #expect(hub.board.latest(of: row.id ?? 0)?.failed == true)
        }
    }

    @Test func `a failed server gives its place to the next`() async throws {
        var settings = KeeperFixture.Settings()
        settings.capacity = 1
        try await withKeeper(settings) { hub in
            let (ada, bob) = (try ServerKey.of("ada"), try ServerKey.of("bob"))
            try await hub.desk.start(ada)
            try await hub.reaches(.ready, ada)
            try await hub.desk.start(bob)
            try await hub.reaches(.queued, bob)
            await hub.spawner.end("ada", code: 1)
            try await hub.reaches(.ready, bob)
            #expect(await hub.spawner.running == ["bob"])
            #expect(try await hub.row(ada)?.failure?.code == "hub.serverEnded")
        }
    }

    @Test func `one that is found although it has ended comes to rest all the same`() async throws {
        try await withKeeper(spawner: FakeSpawner(otherwise: .lies)) { hub in
            let ada = try ServerKey.of("ada")
            try await hub.desk.start(ada)
            try await hub.reaches(.ready, ada)
            await hub.spawner.end("ada", code: 1)
            try await hub.reaches(.stopped, ada)
            #expect(await hub.spawner.running.isEmpty)
            #expect(try await hub.row(ada)?.failure?.code == "hub.serverEnded")
        }
    }

    @Test func `one that can't be stopped keeps no route, stays in view, and goes when it can`() async throws {
        try await withKeeper { hub in
            let ada = try ServerKey.of("ada")
            try await hub.desk.start(ada)
            try await hub.reaches(.ready, ada)
            await hub.spawner.set(.unstoppable, for: "ada")
            try await hub.desk.stop(ada)
            try await eventually("it was tried") { await hub.spawner.calls.contains(.stop("ada")) }
            try await hub.reaches(.stopping, ada)
            #expect(hub.routes.routes.isEmpty)

            await hub.spawner.set(.obedient, for: "ada")
            hub.keeper.wake(try #require(try await hub.row(ada)?.id))
            try await hub.reaches(.stopped, ada)
            #expect(await hub.spawner.running.isEmpty)
        }
    }

    @Test func `a home that is somebody else's is the failure, not a crash`() async throws {
        try await withKeeper { hub in
            let ada = try ServerKey.of("ada")
            try await hub.desk.start(ada)
            try await hub.reaches(.ready, ada)
            let home = try #require(await hub.spawner.orders["ada"]?.home)
            try await hub.desk.stop(ada)
            try await hub.reaches(.stopped, ada)
            try FileManager.default.removeItem(atPath: home)
            try Data().write(to: URL(filePath: home))
            let failure = try await failure(of: ada, hub)
            #expect(failure.code == "spawn.cannotPrepareHome")
        }
    }

    /// Asks for a server and waits until it has failed.
    private func failure(of key: ServerKey, _ hub: KeeperFixture) async throws -> ServerRecord.Failure {
        let server = try await hub.desk.start(key)
        var last: ProgressEvent?
        for await event in hub.board.events(of: try #require(server.id)) { last = event }
        let row = try #require(try await hub.row(key))
        #expect(row.observed == .stopped)
        #expect(row.wanted == .stopped)
        let failure = try #require(row.failure)
        #expect(last == .failed(failure.message))
        #expect(hub.routes.routes[key] == nil)
        return failure
    }
}
