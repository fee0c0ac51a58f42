import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

@Suite struct `Tokens and codes in the store` {
    @Test(arguments: [(0.0, true), (59, true), (60, false)])
    func `a token lives until its end and not longer`(after: TimeInterval, isLive: Bool) async throws {
        let store = try Store.inMemory()
        let user = try await store.addUser("ada")
        var token = TokenRecord(userId: user.id ?? 0, secretHash: "t", scopes: ["self"], note: "n", createdAt: noon)
        token.expiresAt = noon.addingTimeInterval(60)
        token = try await store.tokens.add(token)
        let now = noon.addingTimeInterval(after)
        #expect((try await store.tokens.live(secretHash: "t", now: now)?.token == token) == isLive)
        #expect(try await store.tokens.ownTokens(ofUser: user.id ?? 0, now: now).isEmpty != isLive)
        #expect(try await store.tokens.forgetExpired(now: now) == (isLive ? 0 : 1))
    }

    @Test func `a token without end is never forgotten`() async throws {
        let store = try Store.inMemory()
        let user = try await store.addUser("ada")
        _ = try await store.tokens.add(
            TokenRecord(userId: user.id ?? 0, secretHash: "t", scopes: [], note: "", createdAt: noon)
        )
        #expect(try await store.tokens.forgetExpired(now: .distantFuture) == 0)
        #expect(try await store.tokens.live(secretHash: "t", now: .distantFuture) != nil)
    }

    @Test func `a person's own tokens are listed, newest first; those of servers and clients are not`() async throws {
        let store = try Store.inMemory()
        let (user, server) = try await store.addServer(of: "ada")
        let session = try await store.addSession("session", of: user)
        try await store.beginStart(server, secret: "server")
        try await store.addCode("code", session: session)
        let granted = store.grantedToken("granted", code: "code", session: session)
        _ = try await store.oauth.exchange(code: "code", for: granted, now: noon)
        for note in ["first", "second"] {
            _ = try await store.tokens.add(
                TokenRecord(userId: user.id ?? 0, secretHash: note, scopes: [], note: note, createdAt: noon)
            )
        }
        #expect(try await store.tokens.ownTokens(ofUser: user.id ?? 0, now: noon).map(\.note) == ["second", "first"])
    }

    @Test func `revoking works once`() async throws {
        let store = try Store.inMemory()
        let user = try await store.addUser("ada")
        let token = try await store.tokens.add(
            TokenRecord(userId: user.id ?? 0, secretHash: "t", scopes: [], note: "", createdAt: noon)
        )
        let id = try #require(token.id)
        try await store.tokens.revoke(id)
        #expect(try await store.tokens.live(secretHash: "t", now: noon) == nil)
        await #expect(throws: StoreError.noSuchToken(id)) { try await store.tokens.revoke(id) }
        try await store.tokens.forget(token)
    }

    @Test func `two exchanges of one code at once give one token`() async throws {
        let (store, session) = try await storeWithCode()
        let granted = try await withThrowingTaskGroup(of: String?.self) { group in
            for number in 0..<20 {
                let token = store.grantedToken("token \(number)", code: "code", session: session)
                group.addTask { try await store.oauth.exchange(code: "code", for: token, now: noon)?.secretHash }
            }
            return try await group.reduce(into: [String]()) { all, one in if let one { all.append(one) } }
        }
        #expect(granted.count == 1)
        let winner = try #require(granted.first)
        let found = try await store.tokens.live(secretHash: winner, now: noon)
        #expect(found?.token.codeHash == "code")
        #expect(try await store.oauth.code(secretHash: "code")?.usedAt == noon)
    }

    @Test func `an exchange that fails leaves the code unused`() async throws {
        let (store, session) = try await storeWithCode()
        let misfit = store.grantedToken("token", code: "code", client: "nobody", session: session)
        await #expect(throws: (any Error).self) {
            try await store.oauth.exchange(code: "code", for: misfit, now: noon)
        }
        #expect(try await store.oauth.code(secretHash: "code")?.usedAt == nil)
        let token = store.grantedToken("token", code: "code", session: session)
        #expect(try await store.oauth.exchange(code: "code", for: token, now: noon) != nil)
    }

    @Test func `an unknown code gives nothing`() async throws {
        let (store, session) = try await storeWithCode()
        let token = store.grantedToken("token", code: "other", session: session)
        #expect(try await store.oauth.exchange(code: "other", for: token, now: noon) == nil)
        #expect(try await store.tokens.live(secretHash: "token", now: noon) == nil)
    }

    @Test func `revoking by code takes that code's tokens only`() async throws {
        let (store, session) = try await storeWithCode()
        try await store.addCode("code 2", session: session)
        for code in ["code", "code 2"] {
            let token = store.grantedToken("token of \(code)", code: code, session: session)
            _ = try await store.oauth.exchange(code: code, for: token, now: noon)
        }
        #expect(try await store.oauth.revokeTokens(ofCode: "code") == 1)
        #expect(try await store.oauth.revokeTokens(ofCode: "code") == 0)
        #expect(try await store.tokens.live(secretHash: "token of code", now: noon) == nil)
        #expect(try await store.tokens.live(secretHash: "token of code 2", now: noon) != nil)
    }

    @Test func `a forgotten code leaves its token alone`() async throws {
        let (store, session) = try await storeWithCode()
        let token = store.grantedToken("token", code: "code", session: session)
        _ = try await store.oauth.exchange(code: "code", for: token, now: noon)
        try await store.oauth.forgetCodes(expiredBefore: noon.addingTimeInterval(300))
        #expect(try await store.oauth.code(secretHash: "code") != nil)
        try await store.oauth.forgetCodes(expiredBefore: noon.addingTimeInterval(301))
        #expect(try await store.oauth.code(secretHash: "code") == nil)
        #expect(try await store.tokens.live(secretHash: "token", now: noon) != nil)
    }

    private func storeWithCode() async throws -> (Store, SessionRecord) {
        let store = try Store.inMemory()
        let (user, server) = try await store.addServer(of: "ada")
        let session = try await store.addSession("session", of: user)
        try await store.beginStart(server, secret: "server")
        try await store.addCode("code", session: session)
        return (store, session)
    }
}
