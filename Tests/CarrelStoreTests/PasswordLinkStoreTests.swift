import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

@Suite struct `Links for a password in the store` {
    let store: Store
    let ada: UserRecord

    init() async throws {
        store = try Store.inMemory()
        ada = try await store.addUser("ada")
    }

    private func put(_ secret: String, lasting seconds: TimeInterval = 100) async throws {
        try await store.passwordLinks.put(
            PasswordLinkRecord(
                userId: ada.id ?? 0,
                secretHash: secret,
                createdBy: "root",
                expiresAt: noon.addingTimeInterval(seconds),
            )
        )
    }

    private func find(_ secret: String, after seconds: TimeInterval = 0) async throws -> Int64? {
        try await store.passwordLinks.find(secret, now: noon.addingTimeInterval(seconds))
    }

    @Test func `a user has one, and it is good for its time`() async throws {
        try await put("first")
        try await put("second")
        #expect(try await find("first") == nil)
        #expect(try await find("second", after: 99) != nil)
        #expect(try await find("second", after: 100) == nil)
        #expect(try await store.passwordLinks.find(ofUser: ada.id ?? 0, now: noon)?.createdBy == "root")
        try await store.passwordLinks.forgetExpired(now: noon.addingTimeInterval(100))
        #expect(try await find("second") == nil)
    }

    @Test func `it counts once, however many use it together`() async throws {
        try await put("secret")
        let id = try #require(try await find("secret"))
        let used = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<10 {
                group.addTask { [store] in try await store.passwordLinks.use(id, hash: "hash \(number)", now: noon) }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(used == 1)
    }

    @Test func `it ends sessions, but no API token`() async throws {
        try await put("secret")
        try await store.addSession("session", of: ada)
        let token = TokenRecord(userId: ada.id ?? 0, secretHash: "token", scopes: [], note: "", createdAt: noon)
        _ = try await store.tokens.add(token)
        let id = try #require(try await find("secret"))
        #expect(try await store.passwordLinks.use(id, hash: "new", now: noon))
        let user = try #require(try await store.users.named(ada.name))
        #expect(user.passwordHash == "new" && !user.mustChangePassword)
        #expect(try await store.sessions.all(ofUser: ada.id ?? 0, now: noon).isEmpty)
        #expect(try await store.tokens.ownTokens(ofUser: ada.id ?? 0, now: noon).count == 1)
    }

    @Test func `a password that is set, a disabled and a removed account end it`() async throws {
        try await put("password")
        try await store.users.setPassword("new", of: ada.name, mustChange: false, keeping: nil)
        #expect(try await find("password") == nil)
        try await put("disabled")
        try await store.users.setDisabled(true, of: ada.name)
        try await store.users.setDisabled(false, of: ada.name)
        #expect(try await find("disabled") == nil)
        try await put("removed")
        _ = try await store.users.remove(ada.name)
        #expect(try await find("removed") == nil)
    }
}
