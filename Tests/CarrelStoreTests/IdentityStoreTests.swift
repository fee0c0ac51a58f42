import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

@Suite struct `Identities in the store` {
    let store: Store
    let anna: UserRecord
    let identity: IdentityRecord
    let ecology: GroupName

    init() async throws {
        store = try Store.inMemory()
        (identity, anna) = try await store.identities.add(
            UserRecord(
                name: .named("anna"),
                passwordHash: nil,
                mustChangePassword: false,
                isAdmin: false,
                createdAt: noon,
            ),
            with: IdentityRecord(userId: 0, provider: "egi", subject: "a1", label: "anna@example.org", createdAt: noon),
        )
        ecology = try GroupName("ecology")
    }

    private var id: Int64 { identity.id ?? 0 }

    private func give(_ memberships: [GivenMembership], admin: Bool = false) async throws -> GivenChanges {
        try await store.identities.give(memberships, admin: admin, by: id, at: noon)
    }

    private func roles() async throws -> [UserName: GroupRole]? {
        try await store.groups.withMembers(ecology)?.roles
    }

    private func member(_ role: GroupRole = .member) -> [GivenMembership] {
        [GivenMembership(group: ecology, role: role)]
    }

    // MARK: Who is who

    @Test func `provider and subject are the key`() async throws {
        #expect(try await store.identities.find("a1", at: "egi")?.1.name == anna.name)
        #expect(try await store.identities.find("a1", at: "other") == nil)
        #expect(try await store.identities.find("A1", at: "egi") == nil)
    }

    @Test func `a name that somebody has is nobody else's`() async throws {
        let user = try UserRecord(
            name: .named("anna"),
            passwordHash: nil,
            mustChangePassword: false,
            isAdmin: false,
            createdAt: noon,
        )
        let other = IdentityRecord(userId: 0, provider: "egi", subject: "b2", label: "", createdAt: noon)
        await #expect(throws: StoreError.userExists("anna")) { try await store.identities.add(user, with: other) }
        #expect(try await store.identities.find("b2", at: "egi") == nil)
    }

    @Test func `an identity belongs to one account, and an account has one at a provider`() async throws {
        let bob = try await store.addUser("bob")
        let taken = IdentityRecord(userId: bob.id ?? 0, provider: "egi", subject: "a1", label: "", createdAt: noon)
        await #expect(throws: StoreError.identityTaken) { try await store.identities.link(taken) }
        let second = IdentityRecord(userId: anna.id ?? 0, provider: "egi", subject: "a2", label: "", createdAt: noon)
        await #expect(throws: StoreError.identityTaken) { try await store.identities.link(second) }
        let further = IdentityRecord(userId: anna.id ?? 0, provider: "uni", subject: "a1", label: "", createdAt: noon)
        _ = try await store.identities.link(further)
        #expect(try await store.identities.all(ofUser: anna.id ?? 0).map(\.provider) == ["egi", "uni"])
    }

    @Test func `the only way in stays, another goes with what it gave`() async throws {
        await #expect(throws: StoreError.lastWayIn) { try await store.identities.unlink(id) }
        _ = try await give(member(), admin: true)
        let further = IdentityRecord(userId: anna.id ?? 0, provider: "uni", subject: "x", label: "", createdAt: noon)
        _ = try await store.identities.link(further)
        try await store.identities.unlink(id)
        #expect(try await roles() == [:])
        #expect(try await store.users.named(anna.name)?.isAdmin == false)
        #expect(try await store.identities.withID(id) == nil)
    }

    // MARK: What they give

    @Test func `a membership makes the group, and goes when it isn't given any more`() async throws {
        #expect(try await give(member()).joined == [ecology])
        #expect(try await roles() == [anna.name: .member])
        #expect(try await give(member()).isEmpty)
        #expect(try await give([]).left == [ecology])
        #expect(try await roles() == [:])
    }

    @Test func `what somebody had before stays, with its role`() async throws {
        try await store.groups.add(
            [GroupRecord(name: ecology, createdAt: noon)],
            members: [anna.name],
            as: .dataManager
        )
        #expect(try await give(member()).joined.isEmpty)
        #expect(try await roles() == [anna.name: .dataManager])
        _ = try await give(member(.manager))
        #expect(try await roles() == [anna.name: .manager])
        #expect(try await give([]).left.isEmpty)
        #expect(try await roles() == [anna.name: .dataManager])
    }

    @Test func `a role changes with what is given`() async throws {
        _ = try await give(member(.manager))
        _ = try await give(member(.reader))
        #expect(try await roles() == [anna.name: .reader])
    }

    @Test func `what is changed by hand is what stays`() async throws {
        try await store.groups.add([GroupRecord(name: ecology, createdAt: noon)], members: [anna.name], as: .manager)
        _ = try await give(member())
        try await store.groups.setRole(.reader, of: anna.name, in: ecology)
        _ = try await give(member())
        #expect(try await roles() == [anna.name: .member])
        try await store.groups.removeMembers([anna.name], from: ecology)
        _ = try await give(member())
        #expect(try await roles() == [anna.name: .member])
        #expect(try await give([]).left == [ecology])

        _ = try await give(member())
        try await store.groups.addMembers([anna.name], to: ecology, as: .dataManager)
        #expect(try await give([]).left.isEmpty)
        #expect(try await roles() == [anna.name: .dataManager])
    }

    @Test func `an identity that has lapsed gives nothing`() async throws {
        _ = try await store.identities.lapse(id, at: noon)
        #expect(try await give(member(), admin: true).isEmpty)
        #expect(try await store.users.named(anna.name)?.isAdmin == false)
    }

    @Test func `what two identities give goes with the last of them`() async throws {
        let other = try await store.identities.link(
            IdentityRecord(userId: anna.id ?? 0, provider: "uni", subject: "x", label: "", createdAt: noon)
        )
        _ = try await give(member())
        _ = try await store.identities.give(member(), admin: false, by: other.id ?? 0, at: noon)
        #expect(try await give([]).left.isEmpty)
        #expect(try await roles() == [anna.name: .member])
        let gone = try await store.identities.give([], admin: false, by: other.id ?? 0, at: noon)
        #expect(gone.left == [ecology])
        #expect(try await roles() == [:])
    }

    @Test func `of two identities' roles the higher counts, and goes with its own`() async throws {
        try await store.groups.add([GroupRecord(name: ecology, createdAt: noon)], members: [anna.name], as: .reader)
        let other = try await store.identities.link(
            IdentityRecord(userId: anna.id ?? 0, provider: "uni", subject: "x", label: "", createdAt: noon)
        )
        let uni = other.id ?? 0
        _ = try await store.identities.give(member(.manager), admin: false, by: uni, at: noon)
        _ = try await give(member())
        #expect(try await roles() == [anna.name: .manager])
        #expect(try await store.identities.give([], admin: false, by: uni, at: noon).left.isEmpty)
        #expect(try await roles() == [anna.name: .member])
        #expect(try await give([]).left.isEmpty)
        #expect(try await roles() == [anna.name: .reader])
    }

    @Test func `a way in that has lapsed is none`() async throws {
        let other = try await store.identities.link(
            IdentityRecord(userId: anna.id ?? 0, provider: "uni", subject: "x", label: "", createdAt: noon)
        )
        _ = try await store.identities.lapse(other.id ?? 0, at: noon)
        await #expect(throws: StoreError.lastWayIn) { try await store.identities.unlink(id) }
        try await store.identities.unlink(other.id ?? 0)
    }

    @Test func `a token that was made with an identity goes with it`() async throws {
        var token = TokenRecord(userId: anna.id ?? 0, secretHash: "t", scopes: [], note: "", createdAt: noon)
        token.identityId = id
        _ = try await store.tokens.add(token)
        try await store.users.setPassword("hash", of: anna.name, mustChange: false, keeping: nil)
        #expect(try await store.tokens.live(secretHash: "t", now: noon) != nil)
        _ = try await store.identities.lapse(id, at: noon)
        #expect(try await store.tokens.live(secretHash: "t", now: noon) == nil)
        token.secretHash = "u"
        _ = try await store.tokens.add(token)
        try await store.identities.unlink(id)
        #expect(try await store.tokens.live(secretHash: "u", now: noon) == nil)
    }

    @Test func `an identity with a grant is due while somebody works by it, and idle when nobody does`() async throws {
        func names(_ found: [IdentityRecord]) -> [String] { found.map(\.subject) }
        func due() async throws -> [String] {
            names(try await store.identities.due(at: "egi", checkedBefore: noon, now: noon))
        }
        func idle() async throws -> [String] {
            names(try await store.identities.idle(at: "egi", checkedBefore: noon, now: noon))
        }
        #expect(try await due() == [])
        #expect(try await idle() == [])
        try await store.credentials.put(
            CredentialRecord(
                userId: anna.id ?? 0,
                source: identity.grantSource,
                label: "",
                sealed: Data([1]),
                createdAt: noon,
            )
        )
        #expect(try await due() == [])
        #expect(try await idle() == ["a1"])
        try await store.users.setPassword("hash", of: anna.name, mustChange: false, keeping: nil)
        #expect(try await idle() == [])
        try await store.users.change(anna.name) { $0.passwordHash = nil }
        try await session(identity: id, secret: "one")
        #expect(try await due() == ["a1"])
        #expect(try await idle() == [])
        #expect(try await store.identities.strayed(from: ["egi": ["https://a"]]).isEmpty)
        #expect(names(try await store.identities.strayed(from: ["uni": []])) == ["a1"])
        try await store.identities.bind("egi", to: "https://a")
        try await store.identities.bind("egi", to: "https://b")
        #expect(try await store.identities.strayed(from: ["egi": ["https://b", "https://a"]]).isEmpty)
        #expect(names(try await store.identities.strayed(from: ["egi": ["https://b"]])) == ["a1"])
    }

    @Test func `only an admin by the identity loses it`() async throws {
        #expect(try await give([], admin: true).isAdmin == true)
        #expect(try await give([]).isAdmin == false)
        try await store.users.change(anna.name) { $0.isAdmin = true }
        #expect(try await give([], admin: true).isAdmin == nil)
        #expect(try await give([]).isAdmin == nil)
        #expect(try await store.users.named(anna.name)?.isAdmin == true)
    }

    @Test func `who is an admin by two identities is one until both have taken it back`() async throws {
        let other = try await store.identities.link(
            IdentityRecord(userId: anna.id ?? 0, provider: "uni", subject: "x", label: "", createdAt: noon)
        )
        let uni = other.id ?? 0
        #expect(try await give([], admin: true).isAdmin == true)
        #expect(try await store.identities.give([], admin: true, by: uni, at: noon).isAdmin == nil)
        #expect(try await give([]).isAdmin == nil)
        #expect(try await store.identities.give([], admin: false, by: uni, at: noon).isAdmin == false)
    }

    @Test func `who was made an admin by hand afterwards stays one`() async throws {
        #expect(try await give([], admin: true).isAdmin == true)
        try await store.users.setAdmin(true, of: anna.name)
        #expect(try await give([]).isAdmin == nil)
        #expect(try await store.users.named(anna.name)?.isAdmin == true)
    }

    @Test func `a group that belongs to an instance is for its people`() async throws {
        let group = GroupRecord(name: ecology, createdAt: noon, instanceId: InstanceRecord.defaultID)
        try await store.groups.add(group)
        #expect(try await give(member()).isEmpty)
        #expect(try await roles() == [:])
    }

    // MARK: Their end

    private func session(identity: Int64?, there: String? = nil, secret: String) async throws {
        let session = SessionRecord(
            userId: anna.id ?? 0,
            secretHash: secret,
            address: "",
            userAgent: "",
            createdAt: noon,
            expiresAt: noon.addingTimeInterval(3600),
        )
        let ground = identity.map { SessionGround.identity($0, providerSession: there) } ?? .newAccount
        _ = try #require(await store.sessions.begin(session, on: ground))
    }

    @Test func `a lapse ends the identity's sessions, what it gave, and the user's own tokens`() async throws {
        try await session(identity: id, secret: "one")
        _ = try await give(member(), admin: true)
        let token = TokenRecord(userId: anna.id ?? 0, secretHash: "t", scopes: [], note: "", createdAt: noon)
        _ = try await store.tokens.add(token)
        #expect(try await store.tokens.live(secretHash: "t", now: noon) != nil)

        let changes = try await store.identities.lapse(id, at: noon)
        #expect((changes.left, changes.isAdmin) == ([ecology], false))
        #expect(try await store.sessions.live(secretHash: "one", now: noon) == nil)
        #expect(try await store.tokens.live(secretHash: "t", now: noon) == nil)

        try await store.identities.change(id) { $0.lapsedAt = nil }
        #expect(try await store.tokens.live(secretHash: "t", now: noon) != nil)
    }

    @Test func `tokens of somebody who has a password too stay`() async throws {
        try await store.users.change(anna.name) { $0.passwordHash = "x" }
        _ = try await store.tokens.add(
            TokenRecord(userId: anna.id ?? 0, secretHash: "t", scopes: [], note: "", createdAt: noon)
        )
        _ = try await store.identities.lapse(id, at: noon)
        #expect(try await store.tokens.live(secretHash: "t", now: noon) != nil)
    }

    @Test func `a provider ends its own session or all of somebody`() async throws {
        try await session(identity: id, there: "s1", secret: "one")
        try await session(identity: id, there: "s2", secret: "two")
        try await session(identity: nil, secret: "three")
        #expect(try await store.sessions.end(providerSession: "s1", at: "uni") == 0)
        #expect(try await store.sessions.end(providerSession: "s1", at: "egi") == 1)
        #expect(try await store.sessions.end(ofIdentity: id, providerSession: "s1") == 0)
        #expect(try await store.sessions.end(ofIdentity: id, providerSession: nil) == 1)
        #expect(try await store.sessions.live(secretHash: "three", now: noon) != nil)
    }

    @Test func `who works by an identity is asked about, if it can be`() async throws {
        let later = noon.addingTimeInterval(1000)
        func due(_ limit: Date = noon) async throws -> [Int64?] {
            try await store.identities.due(at: "egi", checkedBefore: limit, now: later).map(\.id)
        }
        try await session(identity: id, secret: "one")
        #expect(try await due() == [])
        try await store.credentials.put(
            CredentialRecord(
                userId: anna.id ?? 0,
                source: identity.grantSource,
                label: "",
                sealed: Data(),
                createdAt: noon,
            )
        )
        #expect(try await due() == [id])
        #expect(try await due(noon.addingTimeInterval(-1)) == [])
        _ = try await store.sessions.end(ofIdentity: id, providerSession: nil)
        #expect(try await due() == [])
        try await session(identity: nil, secret: "two")
        #expect(try await due() == [id])
        _ = try await store.sessions.endOthers(ofUser: anna.id ?? 0, keeping: 0)
        #expect(try await due() == [])
        _ = try await store.tokens.add(
            TokenRecord(userId: anna.id ?? 0, secretHash: "t", scopes: [], note: "", createdAt: noon)
        )
        #expect(try await due() == [id])
    }
}
