import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `The history of sign-ins` {
    private let fresh = "four new plain words"

    private func change(_ current: String, tokens: Bool = false) -> [String: String] {
        let fields = ["current_password": current, "new_password": fresh, "new_password_again": fresh]
        return tokens ? fields.merging(["tokens": "revoke"]) { $1 } : fields
    }

    @Test func `shows one's own sign-ins and failed tries, and nobody else's`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let stranger = hub.browser(address: "198.51.100.7", agent: "curl/8 <b>")
            for name in ["ada", "ada", "bob", "nobody"] { _ = try await stranger.signIn(name, "wrong password") }
            let page = try await browser.get("/hub/account").text
            #expect(page.contains("Signed in with the password"))
            #expect(page.contains("Wrong password, 2 times"))
            #expect(page.contains("198.51.100.7") && page.contains("curl"))
            let bob = try await hub.browser(of: "bob")
            let other = try await bob.get("/hub/account").text
            #expect(!other.contains("198.51.100.7"), "there was no bob then")
        }
    }

    @Test func `a disabled account's right password is seen later`() async throws {
        try await withHub { hub in
            let ada = try await hub.addUser("ada")
            try await hub.store.users.setDisabled(true, of: ada.name)
            _ = try await hub.browser().signIn("ada", HubFixture.password)
            try await hub.store.users.setDisabled(false, of: ada.name)
            let browser = try await hub.browser(of: "ada")
            #expect(try await browser.get("/hub/account").text.contains("for the account was switched off"))
        }
    }

    @Test func `goes back ninety days`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            _ = try await hub.browser(address: "198.51.100.7").signIn("ada", "wrong password")
            #expect(try await browser.get("/hub/account").text.contains("198.51.100.7"))
            hub.clock.advance(by: 90 * 86_400 + 1)
            let later = try await hub.browser(of: "ada")
            #expect(try await !later.get("/hub/account").text.contains("198.51.100.7"))
        }
    }

    @Test func `"not me" ends every session, this one too, and begins a new one with a new password`() async throws {
        try await withHub { hub in
            let (browser, thief) = (try await hub.browser(of: "ada"), try await hub.browser(of: "ada"))
            let token = try await hub.token(of: "ada")
            let stolen = try #require(browser.cookies.first { $0.name == "jupyterhub-hub-login" })
            #expect(try await browser.get("/hub/account/not-me").text.contains("Also revoke my 1 API token"))
            let refused = try await browser.post("/hub/account/not-me", change("wrong"))
            #expect(refused.status == .badRequest)
            #expect(try await thief.get("/hub/home").status == .ok)

            let done = try await browser.post("/hub/account/not-me", change(HubFixture.password))
            #expect(done.location == "/hub/account?done=not-me")
            #expect(try await browser.get("/hub/account?done=not-me").status == .ok)
            #expect(browser.cookies.first { $0.name == "jupyterhub-hub-login" } != stolen)
            #expect(try await thief.get("/hub/home").status == .found)
            let again = try await thief.get(
                "/hub/home",
                [.accept: "text/html", .cookie: "\(stolen.name)=\(stolen.value)"]
            )
            #expect(again.status == .found)
            #expect(try await hub.browser().signIn("ada", HubFixture.password).status == .forbidden)
            #expect(try await thief.send(.get, "/hub/api/user", .token(token)).status == .ok, "it wasn't ticked")
        }
    }

    @Test func `"not me" revokes tokens where that is ticked, one's own only`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let mine = try await hub.token(of: "ada")
            try await hub.addUser("bob")
            let other = try await hub.token(of: "bob")
            let order = try await hub.run(.of("ada"))
            let lent = try #require(order.variables["JUPYTERHUB_API_TOKEN"])
            _ = try await browser.post("/hub/account/not-me", change(HubFixture.password, tokens: true))
            let caller = hub.browser()
            #expect(try await caller.send(.get, "/hub/api/user", .token(mine)).status == .forbidden)
            #expect(try await caller.send(.get, "/hub/api/user", .token(other)).status == .ok)
            #expect(try await caller.send(.get, "/hub/api/user", .token(lent)).status == .ok, "its server's")
        }
    }

    @Test func `"not me" offers to take back passwords for files, too`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            #expect(try await !browser.get("/hub/account/not-me").text.contains("Also revoke"))
            _ = try await browser.post("/hub/file-access", ["note": "laptop", "lifetime": "year"])
            #expect(try await browser.get("/hub/account/not-me").text.contains("Also revoke my 1 password for files"))
            _ = try await browser.post("/hub/account/not-me", change(HubFixture.password, tokens: true))
            #expect(try await hub.store.filePasswords.all(ofUser: 1, now: hub.clock.now).isEmpty)
        }
    }

    @Test func `"not me" signs those out who have no password here`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            try await hub.store.users.change(UserName(normalizing: "ada")) { $0.passwordHash = nil }
            let done = try await browser.post("/hub/account/not-me")
            #expect(done.location == "/hub/login?signed-out=1")
            #expect(try await browser.get("/hub/home").status == .found)
        }
    }
}
