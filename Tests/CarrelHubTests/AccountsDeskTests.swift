import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Accounts at the command line's desk` {
    @Test func `the first admin is made once`() async throws {
        try await withHub { hub in
            let first = try #require(try await hub.accounts.addFirstAdmin())
            #expect(first.name.text == "admin")
            #expect(try await hub.accounts.addFirstAdmin() == nil)
            let user = try #require(try await hub.accounts.users().first)
            #expect(user.isAdmin && user.mustChangePassword)
            #expect(user.passwordHash?.contains(first.password) == false)
            #expect(try await hub.browser().signIn("admin", first.password).location == "/hub/password")
        }
    }

    @Test func `a new password replaces the old one and signs out everywhere`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let name = try UserName(normalizing: "ada")
            let fresh = try await hub.accounts.resetPassword(of: name)
            #expect(try await browser.get("/hub/home").status == .found)
            #expect(try await hub.browser().signIn("ada", HubFixture.password).status == .forbidden)
            #expect(try await hub.browser().signIn("ada", fresh).location == "/hub/password")
        }
    }

    @Test func `what doesn't exist is said by name`() async throws {
        try await withHub { hub in
            let name = try UserName(normalizing: "nobody")
            let expected = StoreError.noSuchUser("nobody")
            await #expect(throws: expected) { try await hub.accounts.resetPassword(of: name) }
            await #expect(throws: expected) { try await hub.accounts.setAdmin(true, of: name) }
            await #expect(throws: expected) { try await hub.accounts.remove(name) }
            await #expect(throws: expected) { try await hub.accounts.tokens(of: name) }
            await #expect(throws: expected) {
                try await hub.accounts.createToken(for: name, note: "", scopes: [], lifetime: nil)
            }
            await #expect(throws: StoreError.noSuchToken(7)) { try await hub.accounts.revokeToken(7) }
        }
    }

    @Test func `a user with a running server isn't removed, and the error says how`() async throws {
        try await withHub { hub in
            let ada = try await hub.addUser("ada")
            try await hub.run(.of("ada"))
            await #expect(throws: AccountError.serverRuns("ada")) { try await hub.accounts.remove(ada.name) }
            #expect(AccountError.serverRuns("ada").remedy.contains("carrel user disable ada"))
            try await hub.servers.desk.stop(.of("ada"))
            try await hub.servers.reaches(.stopped, .of("ada"))
            try await hub.accounts.remove(ada.name)
            #expect(try await hub.accounts.users().isEmpty)
        }
    }

    @Test func `a token has the scopes that were asked for, and an unknown one is refused`() async throws {
        try await withHub { hub in
            let ada = try await hub.addUser("ada")
            let scopes = ["read:users:name!user=ada"]
            _ = try await hub.accounts.createToken(for: ada.name, note: "n", scopes: scopes, lifetime: .seconds(60))
            let token = try #require(try await hub.accounts.tokens(of: ada.name).first)
            #expect(token.scopes == scopes)
            #expect(token.note == "n")
            #expect(token.expiresAt == noon.addingTimeInterval(60))
            await #expect(throws: AuthError.self) {
                try await hub.accounts.createToken(for: ada.name, note: "", scopes: ["nonsense"], lifetime: nil)
            }
        }
    }

    @Test func `taking an admin's rights away takes them from their tokens too`() async throws {
        try await withHub { hub in
            let root = try await hub.addUser("root", isAdmin: true)
            try await hub.addUser("ada")
            let token = try await hub.token(of: "root")
            #expect(try await hub.browser().get("/hub/api/users/ada", .token(token)).status == .ok)
            try await hub.accounts.setAdmin(false, of: root.name)
            #expect(try await hub.browser().get("/hub/api/users/ada", .token(token)).status == .notFound)
        }
    }

    @Test func `a password hashed at another cost is hashed anew at sign-in, and the sessions stay`() async throws {
        try await withHub { hub in
            let cost = try #require(PasswordHash.Cost(logRounds: 2, blockSize: 1, parallelism: 1))
            var random = SystemRandomNumberGenerator()
            let hash = try await PasswordVerifier(work: WorkAtOnce(), cost: cost)
                .hash(Password(HubFixture.password), using: &random)
            try await hub.store.addUser("ada", passwordHash: hash.text)
            let browser = try await hub.browser(of: "ada")
            #expect(try await browser.get("/hub/home").status == .ok)
            let stored = try #require(try await hub.accounts.users().first?.passwordHash)
            #expect(stored.contains("ln=1,"))
            #expect(try await hub.browser().signIn("ada", HubFixture.password).status == .found)
        }
    }
}
