import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import Synchronization
import Testing

@testable import CarrelHub

@Suite struct `The keeper that asks providers again` {
    private typealias Fixture = IdentityFixture

    /// After the time at which people are due.
    private func later(_ desk: Fixture) { desk.clock.advance(by: 901) }

    @Test func `who is signed in is asked about when they are due, and what changed is put to use`() async throws {
        try await withIdentities { desk in
            _ = try await desk.welcome()
            try await desk.keeper.look()
            #expect(desk.provider.asked.isEmpty)
            desk.provider.set(.person(Fixture.person(entitlements: [Fixture.member, Fixture.admin])))
            later(desk)
            try await desk.keeper.look()
            try await desk.keeper.look()
            #expect(desk.provider.asked.count == 1)
            #expect(try await desk.store.users.named(UserName(normalizing: "rosa"))?.isAdmin == true)
        }
    }

    @Test(arguments: [true, false])
    func `who is gone or lost the membership is signed out and keeps the account`(isGone: Bool) async throws {
        try await withIdentities { desk in
            let rosa = try await desk.welcome()
            desk.provider.set(isGone ? .gone : .person(Fixture.person(entitlements: [])))
            later(desk)
            try await desk.keeper.look()
            #expect(try await desk.sessions(rosa) == 0)
            #expect(try await desk.groups("rosa") == [])
            #expect(try await desk.store.users.withID(rosa.id ?? 0) != nil)
        }
    }

    @Test func `a provider that doesn't answer changes nothing, and one person's refusal holds nobody up`() async throws
    {
        try await withIdentities { desk in
            let rosa = try await desk.welcome()
            let max = try await desk.welcome(Fixture.person("s2", names: ["max"], grant: "other"))
            desk.provider.set(.error(.unreachable("EGI")))
            later(desk)
            try await desk.keeper.look()
            #expect(try await desk.sessions(rosa) == 1)
            desk.provider.set(.error(.refused("EGI", words: "")))
            let before = desk.provider.asked.count
            try await desk.keeper.look()
            try await desk.keeper.look()
            #expect(desk.provider.asked.count == before + 2)
            #expect(try await desk.sessions(max) == 1)
        }
    }

    @Test func `a grant that nobody works by is given back, and kept while that can't be done`() async throws {
        try await withIdentities { desk in
            let rosa = try await desk.welcome()
            let session = try #require(await desk.store.sessions.all(ofUser: rosa.id ?? 0, now: desk.clock.now).first)
            try await desk.store.sessions.end(session.id ?? 0)
            try await desk.keeper.look()
            #expect(desk.provider.released.isEmpty)
            later(desk)
            desk.provider.set(.error(.unreachable("EGI")))
            try await desk.keeper.look()
            #expect(try await desk.store.credentials.find(ofUser: rosa.id ?? 0, for: "sign-in:egi") != nil)
            desk.provider.set(.gone)
            later(desk)
            try await desk.keeper.look()
            #expect(desk.provider.released == [Data("grant".utf8)])
            #expect(try await desk.store.credentials.find(ofUser: rosa.id ?? 0, for: "sign-in:egi") == nil)
            #expect(try await desk.store.identities.find("s1", at: "egi")?.0.lapsedAt == nil)
        }
    }

    @Test func `who can come back by another way is asked about then`() async throws {
        try await withIdentities { desk in
            let rosa = try await desk.welcome(Fixture.person(entitlements: [Fixture.member, Fixture.admin]))
            try await desk.store.users.setPassword("hash", of: rosa.name, mustChange: false, keeping: nil)
            desk.provider.set(.gone)
            later(desk)
            try await desk.keeper.look()
            #expect(desk.provider.released.isEmpty)
            let client = ClientConnection(address: "192.0.2.1")
            _ = try await desk.desk.signIn.begin(
                rosa,
                on: .password(hash: "hash", withCode: false),
                client,
                userAgent: "",
                by: .password,
            )
            try await desk.keeper.look()
            #expect(try await desk.store.users.withID(rosa.id ?? 0)?.isAdmin == false)
        }
    }

    @Test func `identities of an issuer that stands there no more lapse`() async throws {
        let isMoved = Mutex(false)
        let configured: @Sendable () -> [AuthenticatorSettings] = {
            var settings = Fixture.settings
            if isMoved.withLock({ $0 }) { settings.issuer = "https://elsewhere.example.org" }
            return [settings]
        }
        try await withIdentities(configured: configured) { desk in
            let rosa = try await desk.welcome(Fixture.person(grant: nil))
            try await desk.keeper.look()
            #expect(try await desk.sessions(rosa) == 1)
            isMoved.withLock { $0 = true }
            try await desk.keeper.look()
            #expect(try await desk.sessions(rosa) == 0)
        }
    }

    @Test func `identities of a provider that was taken out of the configuration lapse`() async throws {
        let isThere = Mutex(true)
        try await withIdentities(configured: { isThere.withLock { $0 ? [Fixture.settings] : [] } }) { desk in
            let rosa = try await desk.welcome()
            try await desk.keeper.look()
            #expect(try await desk.sessions(rosa) == 1)
            isThere.withLock { $0 = false }
            try await desk.keeper.look()
            #expect(try await desk.sessions(rosa) == 0)
            #expect(try await desk.groups("rosa") == [])
        }
    }
}
