import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `The desk that brings people to their accounts` {
    private typealias Fixture = IdentityFixture

    @Test func `a newcomer gets an account with the first name that can be one, and keeps it`() async throws {
        try await withIdentities { desk in
            let first = try await desk.welcome(Fixture.person(names: ["../x", "Rosa"]))
            #expect(first.name.text == "rosa")
            let again = try await desk.welcome(Fixture.person(names: ["other"]))
            #expect(again.id == first.id && again.name.text == "rosa")
            #expect(try await desk.groups("rosa") == ["rivers"])
        }
    }

    @Test func `a name that somebody has is refused, and so are looks of it`() async throws {
        try await withIdentities { desk in
            for name in ["ada", "ADA", "аda"] {
                switch try await desk.signIn(Fixture.person(names: [name])) {
                case .taken, .nameless: break
                default: Issue.record("\(name) was taken over")
                }
            }
            #expect(try await desk.store.identities.find("s1", at: "egi") == nil)
        }
    }

    @Test func `the home of an earlier user is nobody's`() async throws {
        try await withIdentities { desk in
            desk.leftHomes.write("rosa")
            guard case .homeLeft("rosa") = try await desk.signIn() else {
                Issue.record("the home was given away")
                return
            }
            #expect(try await desk.store.users.named(UserName(normalizing: "rosa")) == nil)
        }
    }

    @Test func `who lacks the membership stays out, and loses what they had`() async throws {
        try await withIdentities { desk in
            let rosa = try await desk.welcome()
            guard case .outsider = try await desk.signIn(Fixture.person(entitlements: [])) else {
                Issue.record("an outsider is in")
                return
            }
            #expect(try await desk.groups("rosa") == [])
            #expect(try await desk.sessions(rosa) == 0)
            _ = try await desk.welcome()
            #expect(try await desk.groups("rosa") == ["rivers"])
        }
    }

    @Test func `rights come and go with the entitlement`() async throws {
        try await withIdentities { desk in
            let more = try await desk.welcome(Fixture.person(entitlements: [Fixture.member, Fixture.admin]))
            #expect(more.isAdmin)
            let less = try await desk.welcome()
            #expect(!less.isAdmin)
        }
    }

    @Test func `an account that is switched off stays so`() async throws {
        try await withIdentities { desk in
            let rosa = try await desk.welcome()
            try await desk.store.users.setDisabled(true, of: rosa.name)
            guard case .disabled = try await desk.signIn() else {
                Issue.record("a disabled account is in")
                return
            }
            #expect(try await desk.desk.signIn.history.newest(of: rosa).first?.outcome == .disabled)
        }
    }

    @Test func `accounts meet only when their owner has both`() async throws {
        try await withIdentities { desk in
            let ada = try #require(await desk.store.users.named(UserName(normalizing: "ada")))
            let bob = try #require(await desk.store.users.named(UserName(normalizing: "bob")))
            #expect(try await desk.desk.link(Fixture.person(), at: Fixture.settings, to: ada))
            #expect(try await desk.welcome().id == ada.id)
            await #expect(throws: StoreError.identityTaken) {
                try await desk.desk.link(Fixture.person(), at: Fixture.settings, to: bob)
            }
            let outsider = Fixture.person("s2", entitlements: [])
            #expect(try await !desk.desk.link(outsider, at: Fixture.settings, to: bob))
            #expect(try await desk.store.identities.all(ofUser: bob.id ?? 0).isEmpty)
        }
    }

    @Test func `another issuer of the name vouches for nobody, unless the operator says it is the same`() async throws {
        try await withIdentities { desk in
            let rosa = try await desk.welcome()
            var moved = Fixture.settings
            moved.issuer = "https://elsewhere.example.org"
            guard case .otherIssuer = try await desk.signIn(at: moved) else {
                Issue.record("a stranger's provider let somebody in")
                return
            }
            moved.formerIssuers = [Fixture.settings.issuer]
            #expect(try await desk.welcome(at: moved).id == rosa.id)
            moved.formerIssuers = []
            #expect(try await desk.welcome(at: moved).id == rosa.id)
            var other = Fixture.settings
            other.kind = .header
            guard case .otherIssuer = try await desk.signIn(at: other) else {
                Issue.record("another kind let somebody in")
                return
            }
        }
    }

    @Test func `who comes for the first time in two tabs gets one account`() async throws {
        try await withIdentities { desk in
            let users = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for _ in 0..<4 { group.addTask { try await desk.welcome().id } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(users).count == 1)
        }
    }

    @Test func `entitlements that can't be used are said, and change nothing`() async throws {
        try await withIdentities { desk in
            _ = try await desk.welcome()
            let flood = [String](repeating: Fixture.member, count: 100_000)
            guard case .unreadable = try await desk.signIn(Fixture.person(entitlements: flood)) else {
                Issue.record("a flood was read")
                return
            }
            #expect(try await desk.groups("rosa") == ["rivers"])
        }
    }
}
