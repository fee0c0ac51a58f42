import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

@Suite struct `Servers in the store` {
    @Test func `asking twice for a server is asking once`() async throws {
        let store = try Store.inMemory()
        let (user, first) = try await store.addServer(of: "ada")
        let again = try await store.servers.request(.default, ofUser: user.id ?? 0, at: noon.addingTimeInterval(60))
        #expect(again == first)
        #expect(again.requestedAt == noon)
        #expect(try await store.servers.all(ofUser: user.id ?? 0).count == 1)
    }

    @Test func `fifty requests at once make one row`() async throws {
        let store = try Store.inMemory()
        let id = try #require(try await store.addUser("ada").id)
        let ids = try await withThrowingTaskGroup(of: Int64?.self) { group in
            for _ in 0..<50 { group.addTask { try await store.servers.request(.default, ofUser: id, at: noon).id } }
            return try await group.reduce(into: Set<Int64?>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
        #expect(try await store.servers.all(ofUser: id).count == 1)
    }

    @Test func `a new request forgets why the last run ended`() async throws {
        let store = try Store.inMemory()
        let (user, server) = try await store.addServer(of: "ada")
        let failure = ServerRecord.Failure(code: "x", message: "m", remedy: "r", log: ["1", "2"], at: noon)
        try await store.servers.finish(server.id ?? 0, failure: failure)
        let failed = try #require(try await store.servers.withID(server.id ?? 0)?.server)
        #expect(failed.failure == failure)
        #expect(failed.wanted == .stopped)
        let asked = try await store.servers.request(.default, ofUser: user.id ?? 0, at: noon)
        #expect(asked.failure == nil)
        #expect(asked.wanted == .running)
        #expect(asked.id == server.id)
    }

    @Test func `a start gives new credentials in place of the old ones`() async throws {
        let store = try Store.inMemory()
        let (user, server) = try await store.addServer(of: "ada")
        let session = try await store.addSession("session", of: user)
        try await store.beginStart(server, secret: "first")
        try await store.addCode("code", session: session)
        let granted = store.grantedToken("granted", code: "code", session: session)
        _ = try await store.oauth.exchange(code: "code", for: granted, now: noon)
        let later = noon.addingTimeInterval(600)

        try await store.beginStart(server, secret: "second", at: later)

        #expect(try await store.tokens.live(secretHash: "first", now: noon) == nil)
        #expect(try await store.tokens.live(secretHash: "granted", now: noon) == nil)
        #expect(try await store.oauth.code(secretHash: "code") == nil)
        #expect(try await store.tokens.live(secretHash: "second", now: noon) != nil)
        #expect(try await store.oauth.client("client")?.secretHash == "second")
        let row = try #require(try await store.servers.withID(server.id ?? 0)?.server)
        #expect(row.observed == .starting)
        #expect(row.startedAt == later)
        #expect(row.lastActivityAt == later)
    }

    @Test func `credentials of a start that can't be stored leave the old ones`() async throws {
        let store = try Store.inMemory()
        let (_, ada) = try await store.addServer(of: "ada")
        let (_, bob) = try await store.addServer(of: "bob")
        try await store.beginStart(ada, secret: "ada's", client: "client of ada")
        try await store.beginStart(bob, secret: "bob's", client: "client of bob")
        await #expect(throws: (any Error).self) {
            try await store.beginStart(bob, secret: "ada's", client: "client of bob")
        }
        #expect(try await store.tokens.live(secretHash: "bob's", now: noon) != nil)
        #expect(try await store.oauth.client("client of bob") != nil)
    }

    @Test func `an end removes token, client and granted tokens, and clears what belonged to the run`() async throws {
        let store = try Store.inMemory()
        let (user, server) = try await store.addServer(of: "ada")
        let (_, other) = try await store.addServer(of: "bob")
        let session = try await store.addSession("session", of: user)
        try await store.beginStart(server, secret: "server")
        try await store.beginStart(other, secret: "other", client: "other")
        try await store.addCode("code", session: session)
        let granted = store.grantedToken("granted", code: "code", session: session)
        _ = try await store.oauth.exchange(code: "code", for: granted, now: noon)
        var own = TokenRecord(
            userId: user.id ?? 0,
            secretHash: "own",
            scopes: ["inherit"],
            note: "mine",
            createdAt: noon
        )
        own = try await store.tokens.add(own)
        try await store.servers.change(server.id ?? 0) { server in
            server.observed = .ready
            server.target = "http+unix://x"
            server.spawnState = "{}"
        }

        try await store.servers.finish(server.id ?? 0, failure: nil)

        for gone in ["server", "granted"] { #expect(try await store.tokens.live(secretHash: gone, now: noon) == nil) }
        for kept in ["own", "other"] { #expect(try await store.tokens.live(secretHash: kept, now: noon) != nil) }
        #expect(try await store.oauth.client("client") == nil)
        #expect(try await store.oauth.client("other") != nil)
        let row = try #require(try await store.servers.withID(server.id ?? 0)?.server)
        #expect(row.observed == .stopped)
        #expect(row.wanted == .running, "an end that was nobody's fault doesn't change what is wanted")
        #expect(row.target == nil)
        #expect(row.spawnState == nil)
        #expect(row.startedAt == nil)
    }

    @Test func `a stop with a note tells it, one without leaves what was told`() async throws {
        let store = try Store.inMemory()
        let (_, server) = try await store.addServer(of: "ada")
        let note = ServerRecord.Failure(code: "server.idle", message: "m", remedy: "r", log: [], at: noon)
        try await store.servers.requestStop(server.id ?? 0, because: note)
        try await store.servers.requestStop(server.id ?? 0)
        try await store.servers.finish(server.id ?? 0, failure: nil)
        let row = try #require(try await store.servers.withID(server.id ?? 0)?.server)
        #expect(row.failure == note)
        #expect(row.wanted == .stopped)
    }

    @Test func `activity of a server and its user moves forward only`() async throws {
        let store = try Store.inMemory()
        let (user, server) = try await store.addServer(of: "ada")
        for (reported, kept) in [(10.0, 10.0), (5, 10), (20, 20), (-100, 20)] {
            try await store.servers.recordActivity(of: server.id ?? 0, at: noon.addingTimeInterval(reported))
            #expect(
                try await store.servers.withID(server.id ?? 0)?.server.lastActivityAt == noon.addingTimeInterval(kept)
            )
            #expect(try await store.users.withID(user.id ?? 0)?.lastActivityAt == noon.addingTimeInterval(kept))
        }
    }

    @Test func `all that isn't at rest is live, in the order it was asked for`() async throws {
        let store = try Store.inMemory()
        var expected: [Int64?] = []
        let cases: [(ServerRecord.Wanted, ServerRecord.Observed, Bool)] = [
            (.running, .stopped, true), (.running, .queued, true), (.running, .starting, true),
            (.running, .ready, true),
            (.running, .stopping, true), (.stopped, .stopped, false), (.stopped, .queued, true),
            (.stopped, .starting, true),
            (.stopped, .ready, true), (.stopped, .stopping, true),
        ]
        for (index, (wanted, observed, isLive)) in cases.enumerated() {
            // The later a row is made, the earlier it was asked for.
            let asked = noon.addingTimeInterval(TimeInterval(-index))
            let (_, server) = try await store.addServer(of: "user\(index)", at: asked)
            try await store.servers.change(server.id ?? 0) { ($0.wanted, $0.observed) = (wanted, observed) }
            if isLive { expected.insert(server.id, at: 0) }
        }
        #expect(try await store.servers.live().map(\.server.id) == expected)
    }

    @Test func `a user's servers come by name, the default one first`() async throws {
        let store = try Store.inMemory()
        let id = try #require(try await store.addUser("ada").id)
        for name in ["gpu", "a1", ""] {
            _ = try await store.servers.request(ServerName(name), ofUser: id, at: noon)
        }
        #expect(try await store.servers.all(ofUser: id).map(\.name.text) == ["", "a1", "gpu"])
    }

    @Test func `changing a server that is gone changes nothing and is no error`() async throws {
        let store = try Store.inMemory()
        #expect(try await store.servers.change(77) { $0.wanted = .running } == nil)
        try await store.servers.finish(77, failure: nil)
        try await store.servers.recordActivity(of: 77, at: noon)
        #expect(try await store.servers.live().isEmpty)
    }
}
