import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

@Suite struct `Sessions in the store` {
    @Test(arguments: [(0.0, true), (59, true), (60, false), (3600, false)])
    func `a session lives until its end and not longer`(after: TimeInterval, isLive: Bool) async throws {
        let store = try Store.inMemory()
        let user = try await store.addUser("ada")
        try await store.addSession("secret", of: user, lasting: 60)
        let now = noon.addingTimeInterval(after)
        #expect((try await store.sessions.live(secretHash: "secret", now: now) != nil) == isLive)
        #expect(try await store.sessions.all(ofUser: user.id ?? 0, now: now).isEmpty != isLive)
        #expect(try await store.sessions.forgetExpired(now: now) == (isLive ? 0 : 1))
    }

    @Test func `a session is found by its secret alone, with its user`() async throws {
        let store = try Store.inMemory()
        let ada = try await store.addUser("ada")
        let bob = try await store.addUser("bob")
        let session = try await store.addSession("one", of: ada)
        try await store.addSession("two", of: bob)
        let found = try #require(try await store.sessions.live(secretHash: "one", now: noon))
        #expect(found.session == session)
        #expect(found.user == ada)
        #expect(try await store.sessions.live(secretHash: "on", now: noon) == nil)
        #expect(try await store.sessions.live(secretHash: "", now: noon) == nil)
    }

    @Test func `a disabled user's session doesn't count, even if one was left`() async throws {
        let store = try Store.inMemory()
        let user = try await store.addUser("ada")
        try await store.addSession("secret", of: user)
        try await store.users.change(user.name) { $0.isDisabled = true }
        #expect(try await store.sessions.live(secretHash: "secret", now: noon) == nil)
    }

    @Test func `ending the others leaves one, and nobody else's`() async throws {
        let store = try Store.inMemory()
        let ada = try await store.addUser("ada")
        let bob = try await store.addUser("bob")
        let kept = try await store.addSession("kept", of: ada)
        for secret in ["x", "y"] { try await store.addSession(secret, of: ada) }
        try await store.addSession("bob's", of: bob)
        #expect(try await store.sessions.endOthers(ofUser: ada.id ?? 0, keeping: kept.id ?? 0) == 2)
        #expect(try await store.sessions.all(ofUser: ada.id ?? 0, now: noon) == [kept])
        #expect(try await store.sessions.live(secretHash: "bob's", now: noon) != nil)
    }

    @Test func `the end of a session takes its codes and tokens with it, and leaves the server's own`() async throws {
        let store = try Store.inMemory()
        let (user, server) = try await store.addServer(of: "ada")
        let session = try await store.addSession("session", of: user)
        try await store.beginStart(server, secret: "server")
        for code in ["open", "used"] { try await store.addCode(code, session: session) }
        let token = store.grantedToken("granted", code: "used", session: session)
        _ = try await store.oauth.exchange(code: "used", for: token, now: noon)

        try await store.sessions.end(session.id ?? 0)

        #expect(try await store.oauth.code(secretHash: "open") == nil)
        #expect(try await store.tokens.live(secretHash: "granted", now: noon) == nil)
        #expect(try await store.tokens.live(secretHash: "server", now: noon) != nil)
    }

    @Test func `what a browser calls itself is cut to 500 bytes`() async throws {
        let store = try Store.inMemory()
        let user = try await store.addUser("ada")
        let session = SessionRecord(
            userId: user.id ?? 0,
            secretHash: "s",
            address: "",
            userAgent: String(repeating: "é", count: 20_000),
            createdAt: noon,
            expiresAt: noon,
        )
        #expect(try await store.sessions.begin(session, on: .newAccount)?.userAgent.utf8.count == 500)
    }

    @Test func `being seen is noted`() async throws {
        let store = try Store.inMemory()
        let session = try await store.addSession("secret", of: store.addUser("ada"))
        let later = noon.addingTimeInterval(90)
        try await store.sessions.seen(session.id ?? 0, at: later)
        #expect(try await store.sessions.live(secretHash: "secret", now: noon)?.session.lastSeenAt == later)
    }
}
