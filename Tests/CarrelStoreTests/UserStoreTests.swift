import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

@Suite struct `Users in the store` {
    @Test(arguments: [
        "Ünï@x.org", "-x", "a b+c~d", "a%40b", "o'hara\"; drop table user", "名前", "ß",
        String(repeating: "é", count: 127) + "z",
    ])
    func `an exotic name goes through the database unchanged`(text: String) async throws {
        let store = try Store.inMemory()
        let name = try UserName.named(text)
        let added = try await store.addUser(text)
        let found = try #require(try await store.users.named(name))
        #expect(found == added)
        #expect(Array(found.name.text.utf8) == Array(name.text.utf8))
        _ = try await store.servers.request(ServerName("s1"), ofUser: added.id ?? 0, at: noon)
        let key = ServerKey(user: name, server: try ServerName("s1"))
        #expect(try await store.servers.find(key)?.key == key)
    }

    @Test func `the longest name has 255 bytes`() async throws {
        let store = try Store.inMemory()
        let text = String(repeating: "a", count: 255)
        try await store.addUser(text)
        #expect(try await store.users.all().first?.name.text.utf8.count == 255)
        #expect(throws: NameError.self) { try UserName.named(text + "a") }
    }

    @Test(arguments: [
        ("ape", "\u{0430}\u{0440}\u{0435}"), ("scope", "\u{0455}\u{0441}\u{043E}\u{0440}\u{0435}"),
        ("\u{0441}\u{0443}\u{0445}\u{043E}", "cyxo"),
    ])
    func `a name that looks like another is refused, and names the other`(first: String, second: String) async throws {
        let store = try Store.inMemory()
        try await store.addUser(first)
        let expected = StoreError.userLooksLike(try UserName.named(second).text, other: first)
        await #expect(throws: expected) { try await store.addUser(second) }
        #expect(try await store.users.all().count == 1)
    }

    @Test(arguments: ["ada", "ADA", "  ada".trimmingCharacters(in: .whitespaces)])
    func `the same name is refused in any spelling`(text: String) async throws {
        let store = try Store.inMemory()
        try await store.addUser("ada")
        await #expect(throws: StoreError.userExists("ada")) { try await store.addUser(text) }
    }

    @Test func `a new password ends all sessions but the one that goes on, with their tokens`() async throws {
        let store = try Store.inMemory()
        let (user, server) = try await store.addServer(of: "ada")
        let bystander = try await store.addUser("bob")
        let kept = try await store.addSession("kept", of: user)
        let other = try await store.addSession("other", of: user)
        try await store.addSession("bob's", of: bystander)
        try await store.beginStart(server, secret: "server")
        for (code, session) in [("c1", kept), ("c2", other)] {
            try await store.addCode(code, session: session)
            let token = store.grantedToken("token of \(code)", code: code, session: session)
            _ = try await store.oauth.exchange(code: code, for: token, now: noon)
        }

        try await store.users.setPassword("new", of: user.name, mustChange: false, keeping: kept.id)

        #expect(try await store.sessions.all(ofUser: user.id ?? 0, now: noon).map(\.id) == [kept.id])
        #expect(try await store.sessions.live(secretHash: "bob's", now: noon) != nil)
        #expect(try await store.tokens.live(secretHash: "token of c1", now: noon) != nil)
        #expect(try await store.tokens.live(secretHash: "token of c2", now: noon) == nil)
        #expect(try await store.tokens.live(secretHash: "server", now: noon) != nil)
        let changed = try #require(try await store.users.named(user.name))
        #expect(changed.passwordHash == "new")
        #expect(!changed.mustChangePassword)
    }

    @Test func `a password that somebody else set ends every session`() async throws {
        let store = try Store.inMemory()
        let user = try await store.addUser("ada")
        try await store.addSession("one", of: user)
        try await store.users.setPassword("new", of: user.name, mustChange: true, keeping: nil)
        #expect(try await store.sessions.all(ofUser: user.id ?? 0, now: noon).isEmpty)
        #expect(try await store.users.named(user.name)?.mustChangePassword == true)
    }

    @Test func `disabling ends sessions, refuses tokens and asks servers to stop; enabling brings tokens back`()
        async throws
    {
        let store = try Store.inMemory()
        let (user, server) = try await store.addServer(of: "ada")
        try await store.addSession("session", of: user)
        try await store.beginStart(server, secret: "token")

        try await store.users.setDisabled(true, of: user.name)
        #expect(try await store.sessions.live(secretHash: "session", now: noon) == nil)
        #expect(try await store.tokens.live(secretHash: "token", now: noon) == nil)
        #expect(try await store.servers.withID(server.id ?? 0)?.server.wanted == .stopped)

        try await store.users.setDisabled(false, of: user.name)
        #expect(try await store.tokens.live(secretHash: "token", now: noon) != nil)
        #expect(try await store.sessions.live(secretHash: "session", now: noon) == nil)
    }

    @Test(arguments: [
        (ServerRecord.Observed.stopped, true), (.queued, false), (.starting, false), (.ready, false),
        (.stopping, false),
    ])
    func `a user is removed only when all their servers are stopped`(
        observed: ServerRecord.Observed,
        isRemoved: Bool,
    ) async throws {
        let store = try Store.inMemory()
        let (user, server) = try await store.addServer(of: "ada")
        try await store.servers.change(server.id ?? 0) { ($0.observed, $0.wanted) = (observed, .stopped) }
        try await store.addSession("session", of: user)

        #expect(try await store.users.remove(user.name) == isRemoved)
        #expect(try await store.users.named(user.name) == nil || !isRemoved)
        #expect(try await store.sessions.live(secretHash: "session", now: noon) == nil || !isRemoved)
        #expect(try await store.servers.withID(server.id ?? 0) == nil || !isRemoved)
    }

    @Test func `a user isn't removed whose server was just asked for`() async throws {
        let store = try Store.inMemory()
        let (user, server) = try await store.addServer(of: "ada")
        try await store.servers.change(server.id ?? 0) { ($0.observed, $0.wanted) = (.stopped, .running) }
        #expect(try await store.users.remove(user.name) == false)
        #expect(try await store.servers.withID(server.id ?? 0) != nil)
    }

    @Test func `the number of a removed user is never given again`() async throws {
        let store = try Store.inMemory()
        let first = try #require(try await store.addUser("ada").id)
        _ = try await store.users.remove(.named("ada"))
        let second = try #require(try await store.addUser("ada").id)
        #expect(second > first)
    }

    @Test func `a user who isn't there is an error by name`() async throws {
        let store = try Store.inMemory()
        let name = try UserName.named("nobody")
        let expected = StoreError.noSuchUser("nobody")
        await #expect(throws: expected) { try await store.users.change(name) { $0.isAdmin = true } }
        await #expect(throws: expected) { try await store.users.setDisabled(true, of: name) }
        await #expect(throws: expected) { try await store.users.remove(name) }
        await #expect(throws: expected) {
            try await store.users.setPassword("x", of: name, mustChange: false, keeping: nil)
        }
    }

    @Test func `activity moves forward only`() async throws {
        let store = try Store.inMemory()
        let id = try #require(try await store.addUser("ada").id)
        for (reported, kept) in [(10.0, 10.0), (5, 10), (20, 20), (20, 20)] {
            try await store.users.recordActivity(of: id, at: noon.addingTimeInterval(reported))
            #expect(try await store.users.withID(id)?.lastActivityAt == noon.addingTimeInterval(kept))
        }
    }
}
