import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

@Suite struct `What a session stands on` {
    let store: Store
    let ada: UserRecord

    init() async throws {
        store = try Store.inMemory()
        ada = try await store.addUser("ada")
    }

    private func begins(_ ground: SessionGround, secret: String = "secret", seen: Double = 0) async throws -> Bool {
        let record = SessionRecord(
            userId: ada.id ?? 0,
            secretHash: secret,
            address: "",
            userAgent: "",
            createdAt: noon.addingTimeInterval(seen),
            expiresAt: noon.addingTimeInterval(36_000),
        )
        return try await store.sessions.begin(record, on: ground) != nil
    }

    private func turnOnSecondFactor(keeping session: Int64 = -1) async throws {
        let source = SecondFactorRecord.source
        let id = ada.id ?? 0
        _ = try await store.secondFactors.turnOn(
            SecondFactorRecord(userId: id, createdAt: noon, lastStep: 5),
            secret: CredentialRecord(userId: id, source: source, label: "", sealed: Data([1]), createdAt: noon),
            codes: [],
            keeping: session,
        )
    }

    private func identity() async throws -> Int64 {
        let id = ada.id ?? 0
        let identity = IdentityRecord(userId: id, provider: "egi", subject: "a1", label: "", createdAt: noon)
        return try await store.identities.link(identity).id ?? 0
    }

    @Test func `a password that was changed meanwhile begins none`() async throws {
        let old = SessionGround.password(hash: "hash of ada", withCode: false)
        try await store.users.setPassword("new", of: ada.name, mustChange: false, keeping: nil)
        #expect(try await !begins(old))
        #expect(try await begins(.password(hash: "new", withCode: false)))
    }

    @Test func `a second factor that was turned on meanwhile asks for a code`() async throws {
        try await turnOnSecondFactor()
        #expect(try await !begins(.password(hash: "hash of ada", withCode: false)))
        #expect(try await begins(.password(hash: "hash of ada", withCode: true)))
    }

    @Test func `an account that was switched off meanwhile begins none`() async throws {
        let identity = try await identity()
        try await store.users.setDisabled(true, of: ada.name)
        for ground in [
            SessionGround.password(hash: "hash of ada", withCode: true), .newAccount,
            .identity(identity, providerSession: nil),
        ] {
            #expect(try await !begins(ground))
        }
    }

    @Test func `an identity has to be the user's own, and vouched for`() async throws {
        let mine = try await identity()
        let other = try await store.identities.link(
            IdentityRecord(
                userId: store.addUser("bob").id ?? 0,
                provider: "egi",
                subject: "b2",
                label: "",
                createdAt: noon,
            )
        )
        #expect(try await !begins(.identity(other.id ?? 0, providerSession: nil)))
        #expect(try await begins(.identity(mine, providerSession: "there")))
        let session = try #require(await store.sessions.all(ofUser: ada.id ?? 0, now: noon).first)
        #expect((session.identityId, session.providerSession) == (mine, "there"))
        _ = try await store.identities.lapse(mine, at: noon)
        #expect(try await !begins(.identity(mine, providerSession: nil), secret: "later"))
    }

    @Test func `turning a second factor on ends the sessions that began without it, but for this one and a provider's`()
        async throws
    {
        let kept = try await store.addSession("kept", of: ada)
        try await store.addSession("other", of: ada)
        #expect(try await begins(.identity(identity(), providerSession: nil), secret: "provider"))
        try await turnOnSecondFactor(keeping: kept.id ?? 0)
        let left = try await store.sessions.all(ofUser: ada.id ?? 0, now: noon).map(\.secretHash)
        #expect(Set(left) == ["kept", "provider"])
    }

    @Test func `a user has no more sessions than can be kept; the one seen longest ago makes room`() async throws {
        for number in 0..<SessionStore.most {
            #expect(try await begins(.newAccount, secret: "s\(number)", seen: Double(number)))
        }
        let first = try #require(await store.sessions.live(secretHash: "s0", now: noon)?.session.id)
        try await store.sessions.seen(first, at: noon.addingTimeInterval(5000))
        #expect(try await begins(.newAccount, secret: "new", seen: 6000))
        let left = try await store.sessions.all(ofUser: ada.id ?? 0, now: noon).map(\.secretHash)
        #expect(left.count == SessionStore.most)
        #expect(left.contains("s0") && left.contains("new") && !left.contains("s1"))
    }

    @Test func `who shuts others out ends all sessions, and has another password and no tokens if they wish so`()
        async throws
    {
        let id = ada.id ?? 0
        let token = TokenRecord(userId: id, secretHash: "t", scopes: [], note: "", createdAt: noon)
        _ = try await store.tokens.add(token)
        try await store.addSession("one", of: ada)
        #expect(try await store.users.shutOut(id, newPassword: nil, tokens: false) == 0)
        #expect(try await store.sessions.all(ofUser: id, now: noon).isEmpty)
        #expect(try await store.users.withID(id)?.passwordHash == "hash of ada")
        #expect(try await store.users.shutOut(id, newPassword: "new", tokens: true) == 1)
        #expect(try await store.users.withID(id)?.passwordHash == "new")
        #expect(try await store.tokens.live(secretHash: "t", now: noon) == nil)
    }
}
