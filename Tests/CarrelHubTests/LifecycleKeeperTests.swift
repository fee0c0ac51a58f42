import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `The life of a server` {
    @Test func `start, ready, stop, at rest`() async throws {
        try await withKeeper { hub in
            let ada = try ServerKey.of("ada")
            try await hub.desk.start(ada)
            try await hub.reaches(.ready, ada)
            let ready = try #require(try await hub.row(ada))
            #expect(ready.target == "http+unix://%2Fnowhere%2Fada%2Fserver.sock")
            #expect(ready.spawnState?.contains(#""kind":"fake""#) == true)
            #expect(hub.processes.isRaised)
            hub.processes.clear()
            #expect(hub.routes.routes == [ada: "http+unix://%2Fnowhere%2Fada%2Fserver.sock"])

            try await hub.desk.stop(ada)
            try await hub.reaches(.stopped, ada)
            #expect(await hub.spawner.running.isEmpty)
            #expect(hub.routes.routes.isEmpty)
            let stopped = try #require(try await hub.row(ada))
            #expect(stopped.failure == nil)
            #expect(stopped.target == nil)
            try await eventually("the place is given up") { await !hub.queue.hasTurn(stopped.id ?? 0) }
            #expect(hub.processes.isRaised)
        }
    }

    @Test func `the story of a start is told in order and ends with the server's path`() async throws {
        try await withKeeper { hub in
            let bob = try ServerKey.of("bob")
            let server = try await hub.desk.start(bob)
            var events: [ProgressEvent] = []
            for await event in hub.board.events(of: try #require(server.id)) { events.append(event) }
            #expect(events.map(\.progress) == [0, 15, 25, 30, 40, 60, 100])
            #expect(events.first == .requested)
            #expect(events.last == .ready(path: "/user/bob/"))
        }
    }

    @Test func `the route is there before the server is called ready, and gone before it is stopped`() async throws {
        try await withKeeper { hub in
            let ada = try ServerKey.of("ada")
            let server = try await hub.desk.start(ada)
            for await event in hub.board.events(of: try #require(server.id)) where event.isLast {
                #expect(hub.routes.routes[ada] != nil)
            }
            try await hub.desk.stop(ada)
            try await hub.reaches(.stopped, ada)
            let words = hub.routes.words
            // Told twice when the keeper looks at all servers at its start just then.
            let after = words.drop { $0 == .publish(ada) }
            #expect(after.count < words.count)
            #expect(!after.isEmpty)
            #expect(after.allSatisfy { $0 == .withdraw(ada) })
        }
    }

    @Test func `asking twice starts once`() async throws {
        try await withKeeper { hub in
            let ada = try ServerKey.of("ada")
            try await withThrowingTaskGroup { group in
                for _ in 0..<20 { group.addTask { try await hub.desk.start(ada) } }
                try await group.waitForAll()
            }
            try await hub.reaches(.ready, ada)
            #expect(await hub.spawner.calls.count { $0 == .start("ada") } == 1)
        }
    }

    @Test func `the order names the server, its home and its own token`() async throws {
        try await withKeeper { hub in
            let ada = try ServerKey.of("ada")
            try await hub.desk.start(ada)
            try await hub.reaches(.ready, ada)
            let order = try #require(await hub.spawner.orders["ada"])
            #expect(order.home.hasSuffix("/homes/default/ada"))
            #expect(FileManager.default.fileExists(atPath: order.home))
            #expect(order.servicePrefix == "/user/ada/")
            #expect(order.account == nil)
            let token = try #require(order.variables["JUPYTERHUB_API_TOKEN"])
            #expect(!order.command.joined().contains(token))
            let client = try #require(try await hub.store.oauth.client("jupyterhub-user-ada"))
            let found = try #require(try await hub.store.tokens.live(secretHash: client.secretHash, now: noon))
            #expect(found.token.scopes == ["users:activity!user=ada", "access:servers!server=ada/"])
            #expect(found.token.note == "Server at /user/ada/")
            #expect(client.redirectURI == "/user/ada/oauth_callback")
        }
    }

    @Test func `an unknown and a disabled owner get no server`() async throws {
        try await withKeeper { hub in
            try await hub.store.users.setDisabled(true, of: UserName(normalizing: "bob"))
            for name in ["nobody", "bob"] {
                let key = try ServerKey.of(name)
                await #expect(throws: HubError.notFound) { try await hub.desk.start(key) }
                #expect(try await hub.row(key) == nil)
            }
        }
    }

    @Test func `a start that waits for its process can be given up`() async throws {
        try await withKeeper(spawner: FakeSpawner(otherwise: .slowToStart)) { hub in
            let ada = try ServerKey.of("ada")
            let server = try await hub.desk.start(ada)
            try await eventually("the start is under way") { await hub.spawner.calls.contains(.start("ada")) }
            try await hub.desk.stop(ada)
            try await hub.reaches(.stopped, ada)
            #expect(await hub.spawner.running.isEmpty)
            #expect(try await hub.row(ada)?.failure == nil)
            try await eventually("the place is given up") { await !hub.queue.hasTurn(server.id ?? 0) }
            try await eventually("its watchers are told") { hub.board.latest(of: server.id ?? 0)?.isLast == true }
        }
    }

    @Test func `a server can be stopped before it answered, and its watchers are told`() async throws {
        try await withKeeper(spawner: FakeSpawner(otherwise: .slowToAnswer)) { hub in
            let ada = try ServerKey.of("ada")
            let server = try await hub.desk.start(ada)
            let events = hub.board.events(of: try #require(server.id))
            try await eventually("its process runs") { await hub.spawner.running == ["ada"] }
            try await hub.desk.stop(ada)
            var last: ProgressEvent?
            for await event in events { last = event }
            #expect(last?.failed == true, "the last event was \(String(describing: last))")
            try await hub.reaches(.stopped, ada)
            #expect(await hub.spawner.running.isEmpty)
            #expect(hub.routes.routes.isEmpty)
        }
    }

    @Test func `a look after the command line leaves a start alone, and stops whom it locked out`() async throws {
        try await withKeeper(spawner: FakeSpawner(otherwise: .slowToStart)) { hub in
            let (ada, bob) = (try ServerKey.of("ada"), try ServerKey.of("bob"))
            for key in [ada, bob] { try await hub.desk.start(key) }
            try await eventually("both starts are under way") {
                await Set(hub.spawner.calls).isSuperset(of: [.start("ada"), .start("bob")])
            }
            try await hub.store.users.setDisabled(true, of: bob.user)
            try await hub.keeper.wakeChanged()
            try await hub.reaches(.stopped, bob)
            await hub.spawner.release("ada")
            try await hub.reaches(.ready, ada)
            #expect(await hub.spawner.calls.count { $0 == .start("ada") } == 1)
            #expect(await hub.spawner.running == ["ada"])
        }
    }

    @Test func `a start that is asked for during the stop follows it`() async throws {
        try await withKeeper { hub in
            let ada = try ServerKey.of("ada")
            try await hub.desk.start(ada)
            try await hub.reaches(.ready, ada)
            let first = try #require(await hub.spawner.orders["ada"]?.variables["JUPYTERHUB_API_TOKEN"])
            try await hub.desk.stop(ada)
            try await hub.desk.start(ada)
            try await eventually("it runs again") {
                let row = try await hub.row(ada)
                let token = await hub.spawner.orders["ada"]?.variables["JUPYTERHUB_API_TOKEN"]
                let isNew = token != first && row?.observed == .ready
                // Both words may come before the driver looked: then nothing was stopped at all.
                let wasNeverStopped = await !hub.spawner.calls.contains(.stop("ada")) && row?.observed == .ready
                return (isNew || wasNeverStopped) && hub.routes.routes[ada] != nil
            }
            #expect(try await hub.row(ada)?.wanted == .running)
            #expect(await hub.spawner.running == ["ada"])
        }
    }

    @Test func `a start after a finished stop gets new credentials`() async throws {
        try await withKeeper { hub in
            let ada = try ServerKey.of("ada")
            var tokens: Set<String> = []
            for _ in 0..<3 {
                try await hub.desk.start(ada)
                try await hub.reaches(.ready, ada)
                tokens.insert(try #require(await hub.spawner.orders["ada"]?.variables["JUPYTERHUB_API_TOKEN"]))
                try await hub.desk.stop(ada)
                try await hub.reaches(.stopped, ada)
            }
            #expect(tokens.count == 3)
        }
    }

    @Test func `with room for one, the second waits, is told its place, and starts when the first has stopped`()
        async throws
    {
        var settings = KeeperFixture.Settings()
        settings.capacity = 1
        try await withKeeper(settings) { hub in
            let (ada, bob, cy) = (try ServerKey.of("ada"), try ServerKey.of("bob"), try ServerKey.of("cy"))
            try await hub.desk.start(ada)
            try await hub.reaches(.ready, ada)
            let second = try await hub.desk.start(bob)
            try await hub.reaches(.queued, bob)
            let third = try await hub.desk.start(cy)
            try await hub.reaches(.queued, cy)
            #expect(hub.board.latest(of: second.id ?? 0) == .waiting(place: 1))
            #expect(hub.board.latest(of: third.id ?? 0) == .waiting(place: 2))

            try await hub.desk.stop(ada)
            try await hub.reaches(.ready, bob)
            #expect(hub.board.latest(of: third.id ?? 0) == .waiting(place: 1))
            #expect(await hub.spawner.running == ["bob"])
            try await hub.desk.stop(bob)
            try await hub.reaches(.ready, cy)
        }
    }

    @Test func `whoever gives up waiting leaves the queue`() async throws {
        var settings = KeeperFixture.Settings()
        settings.capacity = 1
        try await withKeeper(settings) { hub in
            let (ada, bob) = (try ServerKey.of("ada"), try ServerKey.of("bob"))
            try await hub.desk.start(ada)
            try await hub.reaches(.ready, ada)
            let second = try await hub.desk.start(bob)
            try await hub.reaches(.queued, bob)
            try await hub.desk.stop(bob)
            try await hub.reaches(.stopped, bob)
            try await eventually("its watchers are told") {
                hub.board.latest(of: second.id ?? 0) == .failed("The start was cancelled.")
            }
            #expect(await hub.queue.place(of: second.id ?? 0) == nil)
            #expect(await !hub.spawner.calls.contains(.start("bob")))
        }
    }
}
