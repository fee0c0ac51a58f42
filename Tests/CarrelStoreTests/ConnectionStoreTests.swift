import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

@Suite struct `Connections in the store` {
    let store: Store

    init() throws {
        store = try Store.inMemory()
    }

    private func put(
        _ source: String,
        of user: UserRecord,
        remember: Bool = true,
        state: String? = "connected",
        at date: Date = noon,
    ) async throws {
        let id = user.id ?? 0
        let link = ConnectionRecord(userId: id, source: source, remember: remember, state: state, at: date)
        let credential = CredentialRecord(
            userId: id,
            source: link.credentialSource,
            label: "ada",
            sealed: Data("\(source) \(date.timeIntervalSince1970)".utf8),
            createdAt: date,
        )
        try await store.connections.put(link, with: credential)
    }

    private func credentials(_ user: UserRecord) async throws -> [String] {
        try await store.credentials.all(ofUser: user.id ?? 0, for: ConnectionRecord.credentialPrefix).map(\.source)
    }

    @Test func `a link comes and goes with its credential, and with no other`() async throws {
        let (ada, ben) = (try await store.addUser("ada"), try await store.addUser("ben"))
        try await put("b2drop", of: ada)
        try await put("b2drop-two", of: ada)
        try await put("b2drop", of: ben)
        #expect(try await credentials(ada) == ["data:b2drop", "data:b2drop-two"])
        #expect(try await store.connections.remove(ofUser: ada.id ?? 0, to: "b2drop"))
        #expect(try await !store.connections.remove(ofUser: ada.id ?? 0, to: "b2drop"))
        #expect(try await credentials(ada) == ["data:b2drop-two"])
        #expect(try await store.connections.all(ofUser: ben.id ?? 0).map(\.source) == ["b2drop"])
        #expect(try await credentials(ben) == ["data:b2drop"])
    }

    @Test func `conflicts are kept until they were seen, and only the latest`() async throws {
        let (ada, ben) = (try await store.addUser("ada").id ?? 0, try await store.addUser("ben").id ?? 0)
        let links = store.connections
        try await links.note(conflicts: ["b2drop/b", "b2drop/a"], ofUser: ada, at: "b2drop", now: noon)
        try await links.note(conflicts: ["b2drop/c", "b2drop/b"], ofUser: ada, at: "b2drop", now: noon)
        try await links.note(conflicts: ["x"], ofUser: ben, at: "b2drop", now: noon)
        #expect(try await links.conflicts(ofUser: ada) == ["b2drop": ["b2drop/c", "b2drop/b", "b2drop/a"]])
        #expect(try await links.conflictsSeen(ofUser: ada, at: "b2drop", now: noon))
        #expect(try await !links.conflictsSeen(ofUser: ada, at: "b2drop", now: noon))
        // The gateway says them as long as it runs.
        try await links.note(conflicts: ["b2drop/d", "b2drop/c"], ofUser: ada, at: "b2drop", now: noon)
        #expect(try await links.conflicts(ofUser: ada) == ["b2drop": ["b2drop/d"]])
        #expect(try await links.conflicts(ofUser: ben) == ["b2drop": ["x"]])
        let many = (0..<150).map { "n\($0)" }
        try await links.note(conflicts: many, ofUser: ben, at: "b2drop", now: noon)
        #expect(try await links.conflicts(ofUser: ben) == ["b2drop": Array(many.prefix(100))])
        _ = try await links.remove(ofUser: ben, to: "b2drop")
        #expect(try await links.conflicts(ofUser: ben).isEmpty)
    }

    @Test func `what is given again takes the place of what was, and keeps its beginning`() async throws {
        let ada = try await store.addUser("ada")
        try await put("b2drop", of: ada)
        try await put("b2drop", of: ada, remember: false, state: nil, at: noon.addingTimeInterval(60))
        let link = try #require(try await store.connections.find(ofUser: ada.id ?? 0, to: "b2drop"))
        #expect((link.createdAt, link.changedAt) == (noon, noon.addingTimeInterval(60)))
        #expect(!link.remember && link.lastState == nil && link.lastStateAt == nil)
        #expect(try await credentials(ada).count == 1)
    }

    @Test func `a state is noted of what was tried, not of what came after it`() async throws {
        let ada = try await store.addUser("ada")
        try await put("b2drop", of: ada, state: nil)
        let before = try #require(try await store.connections.find(ofUser: ada.id ?? 0, to: "b2drop"))
        #expect(try await store.connections.untried(atMost: 5) == [before])
        try await put("b2drop", of: ada, state: "connected", at: noon.addingTimeInterval(1))
        try await store.connections.note("refused", of: before, at: noon)
        let after = try #require(try await store.connections.find(ofUser: ada.id ?? 0, to: "b2drop"))
        #expect(after.lastState == "connected")
        try await store.connections.note("offline", of: after, at: noon)
        #expect(try await store.connections.find(ofUser: ada.id ?? 0, to: "b2drop")?.lastState == "offline")
        #expect(try await store.connections.untried(atMost: 5).isEmpty)
    }

    @Test func `what is for a session ends with the last session and the last server`() async throws {
        let (ada, server) = try await store.addServer(of: "ada")
        let session = try await store.addSession("s", of: ada)
        try await put("b2drop", of: ada, remember: false)
        try await put("datahub", of: ada)
        let later = noon.addingTimeInterval(1)
        #expect(try await store.connections.ended(before: later).isEmpty)
        try await store.sessions.end(session.id ?? 0)
        #expect(try await store.connections.ended(before: later).isEmpty)
        try await store.servers.change(server.id ?? 0) { ($0.wanted, $0.observed) = (.stopped, .stopping) }
        #expect(try await store.connections.ended(before: later).isEmpty)
        try await store.servers.finish(server.id ?? 0, failure: nil)
        #expect(try await store.connections.ended(before: noon).isEmpty)
        let ended = try await store.connections.ended(before: later)
        #expect(ended.map(\.source) == ["b2drop"])

        // Somebody comes back between the look and the removal.
        let back = try await store.addSession("t", of: ada)
        #expect(try await !store.connections.removeEnded(ended[0], before: later))
        try await store.sessions.end(back.id ?? 0)
        #expect(try await store.connections.removeEnded(ended[0], before: later))
        #expect(try await credentials(ada) == ["data:datahub"])
    }

    @Test func `whether it is remembered is changed alone`() async throws {
        let ada = try await store.addUser("ada")
        try await put("b2drop", of: ada)
        try await store.connections.setRemember(
            false,
            ofUser: ada.id ?? 0,
            to: "b2drop",
            at: noon.addingTimeInterval(9)
        )
        let link = try #require(try await store.connections.find(ofUser: ada.id ?? 0, to: "b2drop"))
        #expect(!link.remember && link.lastState == "connected")
        #expect(try await credentials(ada) == ["data:b2drop"])
    }
}
