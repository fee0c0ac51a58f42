import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

extension HubFixture {
    /// The home of a user.
    func home(_ name: String) throws -> HomeID { HomeDesk.home(of: try UserName(normalizing: name)) }

    /// Says what a user's home holds, and has it read.
    func holds(_ name: String, _ used: Int64, of quota: Int64? = 20_000_000_000) async throws {
        storage.set(
            HomeUsage(used: ByteCount(bytes: used), quota: quota.map { ByteCount(bytes: $0) }),
            of: try home(name)
        )
        clock.advance(by: 301)
        try await watch.readHomes()
    }
}

let someUse = ServerUsage(
    memory: ByteCount(bytes: 1_200_000_000),
    memoryLimit: ByteCount(bytes: 4_000_000_000),
    processorTime: .seconds(10),
    processorLimit: 2,
    processes: 12,
    processLimit: 500,
)

@Suite struct `What servers use and homes hold` {
    @Test func `servers are read only while somebody looks, and only those`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            try await hub.addUser("bob")
            for name in ["ada", "bob"] {
                try await hub.run(.of(name))
                await hub.spawner.setUsage(someUse, for: name)
            }
            try await hub.watch.readServers()
            #expect(try hub.homes.board.server(.of("ada")) == nil)
            _ = try await browser.get("/hub/home")
            try await hub.watch.readServers()
            #expect(try hub.homes.board.server(.of("ada"))?.usage == someUse)
            #expect(try hub.homes.board.server(.of("bob")) == nil)
            hub.clock.advance(by: 61)
            try await hub.watch.readServers()
            #expect(try hub.homes.board.server(.of("ada"))?.at == noon)
        }
    }

    @Test func `a server that has stopped is forgotten`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            try await hub.run(.of("ada"))
            await hub.spawner.setUsage(someUse, for: "ada")
            hub.homes.board.look(.everybody, at: hub.clock.now)
            try await hub.watch.readServers()
            #expect(try hub.homes.board.server(.of("ada")) != nil)
            try await hub.servers.desk.stop(.of("ada"))
            try await hub.servers.reaches(.stopped, .of("ada"))
            try await hub.watch.readServers()
            #expect(try hub.homes.board.server(.of("ada")) == nil)
        }
    }

    @Test func `two readings give the share of the processors`() {
        let first = UsageReading(ServerUsage(processorTime: .seconds(10)), at: noon)
        #expect(first.processors == nil)
        let later = noon.addingTimeInterval(4)
        #expect(UsageReading(ServerUsage(processorTime: .seconds(16)), after: first, at: later).processors == 1.5)
        // A server that was started anew has used less.
        #expect(UsageReading(ServerUsage(processorTime: .seconds(1)), after: first, at: later).processors == nil)
        #expect(UsageReading(ServerUsage(processorTime: .seconds(16)), after: first, at: noon).processors == nil)
    }

    @Test func `homes are read often while somebody looks, seldom otherwise`() async throws {
        try await withHub { hub in
            try await hub.watch.readHomes()
            hub.clock.advance(by: 11)
            try await hub.watch.readHomes()
            #expect(hub.storage.readings == 1)
            hub.homes.board.look(.everybody, at: hub.clock.now)
            try await hub.watch.readHomes()
            #expect(hub.storage.readings == 2)
            hub.clock.advance(by: 200)
            try await hub.watch.readHomes()
            #expect(hub.storage.readings == 2)
            hub.clock.advance(by: 101)
            try await hub.watch.readHomes()
            #expect(hub.storage.readings == 3)
        }
    }

    @Test func `a look at somebody new wakes the watch`() {
        let board = UsageBoard()
        board.look(.everybody, at: noon)
        #expect(board.wake.isRaised)
        board.wake.clear()
        board.look(.everybody, at: noon.addingTimeInterval(5))
        #expect(!board.wake.isRaised)
        board.look(.everybody, at: noon.addingTimeInterval(100))
        #expect(board.wake.isRaised)
    }

    @Test func `the watch reads by itself as soon as somebody looks`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            try await hub.run(.of("ada"))
            await hub.spawner.setUsage(someUse, for: "ada")
            try await withThrowingTaskGroup { group in
                group.addTask { try await hub.watch.run() }
                hub.homes.board.look(.everybody, at: hub.clock.now)
                try await eventually("it is read") { try hub.homes.board.server(.of("ada")) != nil }
                group.cancelAll()
                #expect(try hub.homes.board.server(.of("ada"))?.usage == someUse)
            }
        }
    }

    @Test func `home shows use beside its limit, and for programs without JavaScript looks again until it is read`()
        async throws
    {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            try await hub.run(.of("ada"))
            await hub.spawner.setUsage(someUse, for: "ada")
            let unread = try await browser.get("/hub/home").text
            #expect(unread.contains("What it uses is being read."))
            #expect(unread.contains(#"http-equiv="refresh" content="5""#))
            try await hub.watch.readServers()
            try await hub.holds("ada", 5_000_000_000)
            let text = try await browser.get("/hub/home").text
            #expect(text.contains("1.2 GB of 4 GB"))
            #expect(text.contains("12 of 500"))
            #expect(text.contains("5 GB of 20 GB"))
            #expect(text.contains(#"value="30" aria-label="Memory""#))
            #expect(!text.contains("http-equiv"))
            #expect(!text.contains("A program in this server was stopped: it"))
            #expect(!text.contains("nearly full"))
        }
    }

    @Test func `where nothing can be told nobody waits for it`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            try await hub.run(.of("ada"))
            _ = try await browser.get("/hub/home")
            try await hub.watch.readServers()
            let text = try await browser.get("/hub/home").text
            #expect(!text.contains("What it uses"))
            #expect(!text.contains("http-equiv"))
        }
    }

    @Test func `home says when a program was stopped for its memory, and when there is little room`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            try await hub.run(.of("ada"))
            var use = someUse
            use.memoryKills = 1
            await hub.spawner.setUsage(use, for: "ada")
            _ = try await browser.get("/hub/home")
            try await hub.watch.readServers()
            try await hub.holds("ada", 18_500_000_000)
            let text = try await browser.get("/hub/home").text
            #expect(text.contains("A program in this server was stopped: it used more than 4 GB of memory."))
            #expect(text.contains("Your home is nearly full: 18.5 GB of 20 GB."))
            #expect(text.contains(#"<a href="/hub/storage">See what takes the room"#))
            #expect(text.contains(#"<a href="/hub/restore">"#))
            try await hub.holds("ada", 20_000_000_000)
            #expect(try await browser.get("/hub/home").text.contains("Your home is full"))
            try await hub.holds("ada", 17_000_000_000)
            #expect(try await !browser.get("/hub/home").text.contains("Your home is"))
        }
    }

    @Test func `pages are there although nothing can be read`() async throws {
        try await withHub(storage: FakeHomeStorage(quotaStrength: .counted(reason: "No disk for it."))) { hub in
            hub.storage.fail(.cannotPrepareHome(path: "/x", reason: "the disk is gone"))
            let browser = try await hub.browser(of: "ada")
            try await hub.run(.of("ada"))
            hub.files.fail(.failed(reason: "the helper is gone"))
            await #expect(throws: SpawnError.self) { try await hub.watch.readHomes() }
            #expect(try await browser.get("/hub/home").status == .ok)
            let storage = try await browser.get("/hub/storage?folders=1").text
            #expect(storage.contains("isn’t known yet"))
            #expect(storage.contains("No disk for it."))
            #expect(storage.contains("The files couldn&#39;t be reached: the helper is gone."))
            #expect(try await browser.get("/hub/restore").text.contains("They can’t be read just now."))
        }
    }
}
