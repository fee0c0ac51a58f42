import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

@Suite struct `Requests in the store` {
    let store: Store

    init() throws {
        store = try Store.inMemory()
    }

    private func ask(
        _ user: UserRecord,
        _ kind: RequestRecord.Kind = .other,
        _ text: String = "Please.",
        bytes: Int64? = nil,
    ) async throws -> Int64 {
        let request = RequestRecord(
            userId: user.id ?? 0,
            kind: kind,
            text: text,
            wantedBytes: bytes,
            createdAt: noon
        )
        return try #require(try await store.requests.add(request).id)
    }

    @Test func `a request is open until an admin answers, and its user sees the answer once`() async throws {
        let ada = try await store.addUser("ada")
        let id = try await ask(ada, .package, "  Please add xarray.\n")
        #expect(try await store.requests.all(.open).map(\.request.text) == ["Please add xarray."])
        #expect(try await store.requests.unseenAnswers(ofUser: ada.id ?? 0).isEmpty)
        let answered = try await store.requests.answer(
            id,
            with: .declined,
            answer: "It is there.",
            by: .named("root"),
            at: noon
        )
        #expect(answered.request.state == .declined)
        #expect(answered.request.answeredBy == "root")
        #expect(try await store.requests.all(.open).isEmpty)
        #expect(try await store.requests.unseenAnswers(ofUser: ada.id ?? 0).map(\.answer) == ["It is there."])
        try await store.requests.seen(ofUser: ada.id ?? 0, at: noon)
        #expect(try await store.requests.unseenAnswers(ofUser: ada.id ?? 0).isEmpty)
    }

    @Test func `granted room becomes the user's own quota`() async throws {
        let ada = try await store.addUser("ada")
        let id = try await ask(ada, .storage, "", bytes: 40)
        let size = ByteCount(bytes: 50)
        try await store.requests.answer(id, with: .granted, answer: "", by: .named("root"), quota: size, at: noon)
        #expect(try await store.users.named(.named("ada"))?.homeQuota == 50)
    }

    @Test func `declined room and other grants leave the quota`() async throws {
        let ada = try await store.addUser("ada")
        let size = ByteCount(bytes: 50)
        let room = try await ask(ada, .storage, "", bytes: 40)
        try await store.requests.answer(room, with: .declined, answer: "", by: .named("root"), quota: size, at: noon)
        let other = try await ask(ada)
        try await store.requests.answer(other, with: .granted, answer: "", by: .named("root"), quota: size, at: noon)
        #expect(try await store.users.named(.named("ada"))?.homeQuota == nil)
    }

    @Test func `what was answered or withdrawn stays so`() async throws {
        let ada = try await store.addUser("ada")
        let id = try await ask(ada)
        try await store.requests.withdraw(id, ofUser: ada.id ?? 0, at: noon)
        await #expect(throws: StoreError.requestClosed(id)) {
            try await store.requests.answer(id, with: .granted, answer: "", by: .named("root"), at: noon)
        }
        await #expect(throws: StoreError.requestClosed(id)) {
            try await store.requests.withdraw(id, ofUser: ada.id ?? 0, at: noon)
        }
        #expect(try await store.requests.all(ofUser: ada.id ?? 0).map(\.state) == [.withdrawn])
    }

    @Test func `nobody withdraws another's request`() async throws {
        let (ada, bob) = (try await store.addUser("ada"), try await store.addUser("bob"))
        let id = try await ask(ada)
        await #expect(throws: StoreError.noSuchRequest(id)) {
            try await store.requests.withdraw(id, ofUser: bob.id ?? 0, at: noon)
        }
        #expect(try await store.requests.withID(id)?.request.state == .open)
        #expect(try await store.requests.all(ofUser: bob.id ?? 0).isEmpty)
    }

    @Test func `nobody has more than ten open`() async throws {
        let (ada, bob) = (try await store.addUser("ada"), try await store.addUser("bob"))
        var last: Int64 = 0
        for _ in 1...10 { last = try await ask(ada) }
        await #expect(throws: StoreError.tooManyRequests(limit: 10)) { _ = try await ask(ada) }
        _ = try await ask(bob)
        try await store.requests.withdraw(last, ofUser: ada.id ?? 0, at: noon)
        _ = try await ask(ada)
    }

    @Test func `a text is neither empty nor longer than 2000 characters`() async throws {
        let ada = try await store.addUser("ada")
        await #expect(throws: StoreError.textMissing) { _ = try await ask(ada, .package, " \n") }
        await #expect(throws: StoreError.textMissing) { _ = try await ask(ada, .storage, "") }
        _ = try await ask(ada, .package, String(repeating: "書", count: 2000))
        await #expect(throws: StoreError.textTooLong(limit: 2000)) {
            _ = try await ask(ada, .package, String(repeating: "書", count: 2001))
        }
        let id = try await ask(ada)
        await #expect(throws: StoreError.textTooLong(limit: 2000)) {
            let answer = String(repeating: "x", count: 2001)
            try await store.requests.answer(id, with: .declined, answer: answer, by: .named("root"), at: noon)
        }
    }

    @Test func `requests go with their user`() async throws {
        let ada = try await store.addUser("ada")
        _ = try await ask(ada)
        #expect(try await store.users.remove(.named("ada")))
        #expect(try await store.requests.all(nil).isEmpty)
    }
}
