import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Signing in and out` {
    @Test func `the right password opens the hub, and its cookies are closed to scripts and other sites`() async throws
    {
        try await withHub { hub in
            try await hub.addUser("ada")
            let browser = hub.browser(agent: "Firefox/1")
            #expect(try await browser.get("/hub/home").location == "/hub/login?next=/hub/home")
            let response = try await browser.signIn("ada", HubFixture.password)
            #expect(response.status == .found)
            #expect(response.location == "/hub/")
            let home = try await browser.get("/hub/home")
            #expect(home.status == .ok)
            #expect(home.text.contains("ada"))

            let login = try #require(browser.cookies.first { $0.name == "jupyterhub-hub-login" })
            #expect(login.path == "/hub/")
            #expect(login.attributes == ["httponly", "max-age=3600", "samesite=lax"])
            let xsrf = try #require(browser.cookies.first { $0.name == "_xsrf" })
            #expect(xsrf.path == "/hub/")
            #expect(!xsrf.attributes.contains("httponly"))
            let session = try #require(browser.cookies.first { $0.name == "jupyterhub-session-id" })
            #expect(session.path == "/")
            let row = try #require(try await hub.store.sessions.all(ofUser: 1, now: noon).first)
            #expect(row.address == "192.0.2.1")
            #expect(row.userAgent == "Firefox/1")
            #expect(row.secretHash != login.value)
        }
    }

    @Test func `a stored password that can't be read is the hub's fault, and keeps nobody else out`() async throws {
        try await withHub { hub in
            for name in ["ada", "bob"] { try await hub.addUser(name) }
            let inside = try await hub.browser(of: "ada")
            try await hub.store.users.change(UserName(normalizing: "ada")) { $0.passwordHash = "damaged" }
            for _ in 0..<8 {
                let response = try await hub.browser().signIn("ada", HubFixture.password)
                #expect(response.status == .internalServerError)
                #expect(response.text.contains("The password that is stored for this account can&#39;t be read."))
            }
            #expect(try await hub.browser().signIn("bob", HubFixture.password).status == .found)
            #expect("\(AccountError.passwordUnreadable(of: "ada"))".contains("ada"), "this is what the log says")
            let change = [
                "current_password": HubFixture.password, "new_password": "another long one",
                "new_password_again": "another long one",
            ]
            #expect(try await inside.post("/hub/account/password", change).status == .internalServerError)
        }
    }

    @Test func `under TLS every cookie is secure`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let browser = hub.browser()
            _ = try await browser.get("/hub/login", [.forwardedProto: "https"])
            _ = try await browser.post(
                "/hub/login",
                ["username": "ada", "password": HubFixture.password],
                headers: [.forwardedProto: "https"],
            )
            #expect(browser.cookies.count == 4)
            for cookie in browser.cookies { #expect(cookie.attributes.contains("secure"), "\(cookie.name)") }
        }
    }

    @Test func `an unknown name, a wrong password and an impossible name get the same answer`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            var answers: [String] = []
            for name in ["ada", "bob", "..", "a/b"] {
                let browser = hub.browser()
                let response = try await browser.signIn(name, "wrong password")
                #expect(response.status == .forbidden)
                #expect(response.headers[.retryAfter] == nil)
                #expect(!browser.cookies.contains { $0.name == "jupyterhub-hub-login" })
                let id = try #require(response.headers[.requestID])
                answers.append(
                    response.text.replacing(browser.xsrf, with: "XSRF").replacing(id, with: "ID")
                        .replacing("value=\"\(name)\"", with: "value=\"NAME\"")
                )
            }
            #expect(Set(answers).count == 1)
        }
    }

    @Test func `a disabled account is told so only to the one who knows its password`() async throws {
        try await withHub { hub in
            let ada = try await hub.addUser("ada")
            try await hub.store.users.setDisabled(true, of: ada.name)
            let wrong = try await hub.browser().signIn("ada", "wrong password")
            let right = try await hub.browser().signIn("ada", HubFixture.password)
            #expect(wrong.status == .forbidden)
            #expect(right.status == .forbidden)
            #expect(!wrong.text.contains("switched off"))
            #expect(right.text.contains("switched off"))
        }
    }

    @Test(arguments: ["ADA", "Ada", "ada"])
    func `names are told apart as people read them`(typed: String) async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            #expect(try await hub.browser().signIn(typed, HubFixture.password).status == .found)
        }
    }

    @Test func `an exotic name signs in and finds its pages`() async throws {
        try await withHub { hub in
            try await hub.addUser("Ünï@x.org")
            let browser = hub.browser()
            #expect(try await browser.signIn("ÜNÏ@X.ORG", HubFixture.password).status == .found)
            let spawn = try await browser.get("/hub/spawn")
            #expect(spawn.location == "/hub/spawn/%C3%BCn%C3%AF@x.org")
            #expect(
                try await browser.get("/hub/spawn/%C3%BCn%C3%AF%40x.org").location
                    == "/hub/spawn-pending/%C3%BCn%C3%AF@x.org"
            )
        }
    }

    @Test func `guessing is slowed down with Retry-After, and time lets in again`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            for name in ["ada", "nobody"] {
                for _ in 0..<6 { #expect(try await hub.browser().signIn(name, "wrong password").status == .forbidden) }
                let refused = try await hub.browser().signIn(name, HubFixture.password)
                #expect(refused.status == .tooManyRequests)
                #expect(refused.headers[.retryAfter] == "1")
            }
            #expect(try await hub.browser(address: "198.51.100.7").signIn("ada", HubFixture.password).status == .found)
            hub.clock.advance(by: 1)
            #expect(try await hub.browser().signIn("ada", HubFixture.password).status == .found)
            // Success forgets the past of this account and address.
            for _ in 0..<5 { #expect(try await hub.browser().signIn("ada", "wrong password").status == .forbidden) }
        }
    }

    @Test func `a hundred guesses at once are counted one by one`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let statuses = try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { group in
                for _ in 0..<100 {
                    group.addTask { try await hub.browser().signIn("ada", "wrong password").status }
                }
                return try await group.reduce(into: [HTTPResponse.Status]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == .forbidden } == 6)
            #expect(statuses.count { $0 == .tooManyRequests } == 94)
        }
    }

    @Test func `a browser that signed in before isn't kept waiting by strangers`() async throws {
        try await withHub { hub in
            let owner = try await hub.browser(of: "ada")
            _ = try await owner.post("/hub/logout")
            for _ in 0..<8 { _ = try await hub.browser().signIn("ada", "wrong password") }
            #expect(try await hub.browser().signIn("ada", HubFixture.password).status == .tooManyRequests)
            #expect(try await owner.signIn("ada", HubFixture.password).status == .found)
        }
    }

    @Test func `signing in again ends the session before`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let old = try #require(browser.cookies.first { $0.name == "jupyterhub-hub-login" }).value
            #expect(try await browser.signIn("ada", HubFixture.password).status == .found)
            let stale = try await hub.browser().get("/hub/home", [.cookie: "jupyterhub-hub-login=\(old)"])
            #expect(stale.location == "/hub/login?next=/hub/home")
            #expect(try await hub.store.sessions.all(ofUser: 1, now: noon).count == 1)
        }
    }

    @Test func `a session ends by itself`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            hub.clock.advance(by: 3_599)
            #expect(try await browser.get("/hub/home").status == .ok)
            hub.clock.advance(by: 1)
            #expect(try await browser.get("/hub/home").status == .found)
        }
    }

    @Test func `signing out ends the session, the tokens given in it, and the cookies`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            try await hub.run(.of("ada"))
            let session = try #require(try await hub.store.sessions.all(ofUser: 1, now: noon).first)
            var token = TokenRecord(userId: 1, secretHash: "granted", scopes: [], note: "", createdAt: noon)
            token.sessionId = session.id
            token.clientIdentifier = "jupyterhub-user-ada"
            _ = try await hub.store.tokens.add(token)

            let response = try await browser.post("/hub/logout")
            #expect(response.location == "/hub/login?signed-out=1")
            #expect(browser.cookies.map(\.name) == ["carrel-browser"])
            #expect(try await hub.store.tokens.live(secretHash: "granted", now: noon) == nil)
            #expect(try await hub.store.sessions.all(ofUser: 1, now: noon).isEmpty)
            #expect(try await hub.servers.row(.of("ada"))?.observed == .ready, "the server runs on")
            #expect(try await browser.get("/hub/login?signed-out=1").text.contains("You are signed out."))
        }
    }

    @Test(arguments: [
        ("/hub/spawn/ada", "/hub/spawn/ada"), ("/user/ada/lab?a=1&b=%20", "/user/ada/lab?a=1&b=%20"),
        ("http://localhost/user/ada/", "/user/ada/"), ("https://evil.example/", "/hub/"), ("//evil.example/", "/hub/"),
        ("/\\evil.example/", "/hub/"), ("javascript:alert(1)", "/hub/"), ("/%5Cevil.example", "/hub/"), ("", "/hub/"),
        ("/hub/x\r\nSet-Cookie: a=b", "/hub/"),
    ])
    func `after signing in one goes on to a place in this hub, never elsewhere`(next: String, target: String)
        async throws
    {
        try await withHub { hub in
            try await hub.addUser("ada")
            let byForm = try await hub.browser().signIn("ada", HubFixture.password, next: next)
            #expect(byForm.location == target)
            let browser = hub.browser()
            let query = "/hub/login?next=" + Browser.encoded(next)
            _ = try await browser.get(query)
            let byQuery = try await browser.post(query, ["username": "ada", "password": HubFixture.password])
            #expect(byQuery.location == target)
            #expect(try await browser.get(query).location == target, "when one is signed in already")
        }
    }

    @Test func `who is sent to sign in comes back to the whole address`() async throws {
        try await withHub { hub in
            let wanted = "/hub/user-redirect/git-pull?repo=https%3A%2F%2Fx.org%2Fa&b=1"
            let response = try await hub.browser().get(wanted)
            #expect(response.redirected("next") == wanted)
            try await hub.addUser("ada")
            let browser = hub.browser()
            let after = try await browser.signIn("ada", HubFixture.password, next: response.redirected("next"))
            #expect(after.location == wanted)
        }
    }
}
