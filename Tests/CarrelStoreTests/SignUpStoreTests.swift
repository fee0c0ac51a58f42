import CarrelModel
import Foundation
import GRDB
import Testing

@testable import CarrelStore

@Suite struct `Who asks for an account, in the store` {
    let store: Store
    private let limits = SignUpStore.Limits(waiting: 3, near: 2)

    init() throws {
        store = try Store.inMemory()
    }

    private func record(_ name: String) throws -> SignUpRecord {
        SignUpRecord(
            name: try .named(name),
            passwordHash: "hash of \(name)",
            email: EmailAddress("\(name)@example.org"),
            address: "192.0.2.1",
            createdAt: noon,
            expiresAt: noon.addingTimeInterval(1000),
        )
    }

    private func wait(_ name: String, from network: String = "a", after seconds: TimeInterval = 0) async throws {
        let now = noon.addingTimeInterval(seconds)
        try await store.signUps.wait(record(name), from: network, limits: limits, now: now)
    }

    @Test func `whoever is approved has the account they asked for, once`() async throws {
        try await wait("ada")
        let id = try #require(try await store.signUps.waiting(now: noon).first?.id)
        let ada = try await store.signUps.approve(id, now: noon)
        #expect(ada.passwordHash == "hash of ada" && ada.email == "ada@example.org" && !ada.isAdmin)
        #expect(try await store.users.named(ada.name) == ada)
        await #expect(throws: SignUpError.gone) { try await store.signUps.approve(id, now: noon) }
        await #expect(throws: SignUpError.gone) { try await store.signUps.refuse(id, now: noon) }
    }

    @Test func `a name that somebody got meanwhile keeps its owner, and the other one waits on`() async throws {
        try await wait("ada")
        try await store.addUser("ada")
        let id = try #require(try await store.signUps.waiting(now: noon).first?.id)
        await #expect(throws: StoreError.userExists("ada")) { try await store.signUps.approve(id, now: noon) }
        #expect(try await store.signUps.waiting(now: noon).count == 1)
        #expect(try await store.users.all().map(\.passwordHash) == ["hash of ada"])
    }

    @Test func `of many who want one name at once, one gets it`() async throws {
        let got = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<10 {
                group.addTask {
                    do {
                        try await wait("ada", from: "\(number)")
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(got == 1)
    }

    @Test func `limits hold for networks and in all, and a refusal counts nothing`() async throws {
        try await wait("ada")
        await #expect(throws: SignUpError.taken("ada")) { try await wait("ada") }
        try await wait("bob")
        await #expect(throws: SignUpError.tooManyNear) { try await wait("cyd") }
        try await wait("cyd", from: "b")
        await #expect(throws: SignUpError.tooManyWaiting) { try await wait("dan", from: "b") }
        let expired = try await store.signUps.waiting(now: noon.addingTimeInterval(1000))
        #expect(expired.isEmpty)
        try await wait("dan", from: "b", after: 1000)
        await #expect(throws: SignUpError.tooManyNear) { try await wait("eve", from: "b", after: 1000) }
    }

    @Test func `what is too old is forgotten`() async throws {
        try await wait("ada")
        try await store.signUps.forgetExpired(now: noon.addingTimeInterval(86_400))
        let counts = try await store.database.read { database in
            [try SignUpRecord.fetchCount(database), try SignUpCountRecord.fetchCount(database)]
        }
        #expect(counts == [0, 0])
    }
}

@Suite struct `Texts of strangers in the store` {
    @Test func `what a browser calls itself is cut by bytes`() async throws {
        let long = "x" + String(repeating: "\u{301}", count: 100_000)
        let event = SignInEventRecord(
            userId: nil,
            at: noon,
            address: "192.0.2.1",
            userAgent: long,
            way: .password,
            outcome: .done
        )
        let session = SessionRecord(
            userId: 1,
            secretHash: "s",
            address: "192.0.2.1",
            userAgent: long,
            createdAt: noon,
            expiresAt: noon,
        )
        #expect(event.userAgent.utf8.count == 499 && session.userAgent == event.userAgent)
    }
}
