import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `The first password of one's own` {
    private let fresh = "four new plain words"

    @Test func `comes before anything else, on pages and for scripts`() async throws {
        try await withHub { hub in
            let browser = hub.browser()
            try await hub.addUser("ada", mustChange: true)
            let signedIn = try await browser.signIn("ada", HubFixture.password, next: "/hub/spawn/ada?x=1")
            #expect(signedIn.location == "/hub/password?next=/hub/spawn/ada%3Fx%3D1")
            for path in ["/hub/home", "/hub/spawn/ada", "/hub/account"] {
                let response = try await browser.get(path)
                #expect(response.location == "/hub/password?next=\(path)", "\(path)")
            }
            let api = try await browser.get("/hub/api/users/ada", [:])
            #expect(api.status == .forbidden)
            #expect(api.message == "Your password was chosen by somebody else.")
            #expect(try await browser.get("/hub/password").status == .ok)
            #expect(try await hub.servers.row(.of("ada")) == nil)
        }
    }

    @Test func `nobody is let in to a server before`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada", mustChange: true)
            try await hub.run(.of("ada"))
            let browser = hub.browser()
            _ = try await browser.signIn("ada", HubFixture.password)
            let response = try await browser.get(
                "/hub/api/oauth2/authorize?client_id=jupyterhub-user-ada&response_type=code&redirect_uri=/user/ada/oauth_callback"
            )
            #expect(response.location?.contains("code=") != true)
        }
    }

    @Test(arguments: [
        ("short", "short", "fewer than 10 characters"), ("", "", "empty"), ("password123", "password123", "most used"),
        ("four new plain words", "four new plain word", "differ"),
        (HubFixture.password, HubFixture.password, "old one"),
    ])
    func `a bad one is refused with its fault, and nothing changes`(new: String, again: String, fault: String)
        async throws
    {
        try await withHub { hub in
            try await hub.addUser("ada", mustChange: true)
            let browser = hub.browser()
            _ = try await browser.signIn("ada", HubFixture.password)
            let response = try await browser.post("/hub/password", ["new_password": new, "new_password_again": again])
            #expect(response.status == .badRequest)
            #expect(response.text.contains(fault))
            if !new.isEmpty {
                #expect(!response.text.contains("value=\"\(new)\""), "the page doesn't repeat what was typed")
            }
            #expect(try await hub.store.users.named(UserName(normalizing: "ada"))?.mustChangePassword == true)
        }
    }

    @Test func `a good one opens the way to where one wanted, and ends other sessions`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada", mustChange: true)
            let (browser, other) = (hub.browser(), hub.browser())
            _ = try await browser.signIn("ada", HubFixture.password)
            _ = try await other.signIn("ada", HubFixture.password)
            let response = try await browser.post(
                "/hub/password",
                ["new_password": fresh, "new_password_again": fresh, "next": "/hub/home?a=1"],
            )
            #expect(response.status == .seeOther)
            #expect(response.location == "/hub/home?a=1")
            #expect(try await browser.get("/hub/home").status == .ok)
            #expect(try await other.get("/hub/home").location == "/hub/login?next=/hub/home")
            #expect(try await hub.browser().signIn("ada", HubFixture.password).status == .forbidden)
            #expect(try await hub.browser().signIn("ada", fresh).status == .found)
            #expect(try await browser.get("/hub/password").location == "/hub/account")
        }
    }

    @Test func `a later change asks for the present one`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let other = try await hub.browser(of: "ada")
            func change(_ current: String) async throws -> HTTPResponse.Status {
                try await browser.post(
                    "/hub/account/password",
                    ["current_password": current, "new_password": fresh, "new_password_again": fresh],
                ).status
            }
            #expect(try await change("wrong") == .badRequest)
            #expect(try await other.get("/hub/home").status == .ok)
            #expect(try await change(HubFixture.password) == .seeOther)
            #expect(try await browser.get("/hub/account?done=password").status == .ok)
            #expect(try await other.get("/hub/home").status == .found)
        }
    }

    @Test func `guesses of the present one are slowed down for the session alone`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            func change(_ current: String) async throws -> HTTPResponse.Status {
                let form = ["current_password": current, "new_password": fresh, "new_password_again": fresh]
                return try await browser.post("/hub/account/password", form).status
            }
            let stranger = hub.browser()
            for _ in 0..<7 { _ = try await stranger.signIn("ada", "wrong") }
            #expect(try await stranger.signIn("ada", HubFixture.password).status == .tooManyRequests)
            for _ in 0..<6 { #expect(try await change("wrong") == .badRequest) }
            #expect(try await change(HubFixture.password) == .tooManyRequests)
            hub.clock.advance(by: 2)
            #expect(try await change(HubFixture.password) == .seeOther)
        }
    }

    @Test func `the browsers one is signed in with can be signed out, one's own only`() async throws {
        try await withHub { hub in
            let (browser, second) = (try await hub.browser(of: "ada"), try await hub.browser(of: "ada"))
            let stranger = try await hub.browser(of: "bob")
            let ids = try await hub.store.sessions.all(ofUser: 1, now: noon).compactMap(\.id)
            let others = try await hub.store.sessions.all(ofUser: 2, now: noon).compactMap(\.id)
            let mine = try #require(ids.min())
            #expect(try await stranger.post("/hub/account/sign-out/\(mine)").status == .notFound)
            #expect(try await browser.post("/hub/account/sign-out/\(try #require(others.first))").status == .notFound)
            #expect(try await browser.post("/hub/account/sign-out/\(try #require(ids.max()))").status == .seeOther)
            #expect(try await second.get("/hub/home").status == .found)
            let third = try await hub.browser(of: "ada")
            #expect(try await browser.post("/hub/account/sign-out-others").status == .seeOther)
            #expect(try await third.get("/hub/home").status == .found)
            #expect(try await browser.get("/hub/home").status == .ok)
            #expect(try await stranger.get("/hub/home").status == .ok)
        }
    }
}
