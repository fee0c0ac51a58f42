import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import CarrelHub

/// A server in its part as OAuth client, as the stock one plays it (reference 1.7).
struct OAuthPlayer: Sendable {
    static let verifier = "verifier-verifier-verifier-verifier-verifier-1"
    /// BASE64URL(SHA256(verifier)).
    static let challenge = "EqEGs5pIMuljbpLTjRMiwvPGs2tOQNVxme9rjGjCFD0"

    let hub: HubFixture
    let secret: String
    var clientID = "jupyterhub-user-ada"
    var redirect = "/user/ada/oauth_callback"

    /// Runs ada's server.
    init(_ hub: HubFixture) async throws {
        self.hub = hub
        if try await hub.store.users.named(UserName(normalizing: "ada")) == nil { try await hub.addUser("ada") }
        secret = try #require(try await hub.run(.of("ada")).variables["JUPYTERHUB_API_TOKEN"])
    }

    /// The address that a browser is sent to; a nil value leaves a parameter out.
    func authorizeURL(_ changes: [String: String?] = [:]) -> String {
        let usual: [String: String?] = [
            "client_id": clientID, "redirect_uri": redirect, "response_type": "code", "state": "st/ate&1",
            "code_challenge": Self.challenge, "code_challenge_method": "S256",
        ]
        let fields = usual.merging(changes) { _, new in new }.compactMapValues { $0 }
        return "/hub/api/oauth2/authorize?" + Browser.form(fields)
    }

    /// Lets a browser fetch a code.
    func code(_ browser: Browser, _ changes: [String: String?] = [:]) async throws -> String {
        let response = try await browser.get(authorizeURL(changes))
        return try #require(response.redirected("code"), "\(response.status) \(response.location ?? "")")
    }

    /// Exchanges a code, through the servers' socket.
    func exchange(_ code: String, _ changes: [String: String?] = [:]) async throws -> TestResponse {
        let usual: [String: String?] = [
            "client_id": clientID, "client_secret": secret, "grant_type": "authorization_code", "code": code,
            "redirect_uri": redirect, "code_verifier": Self.verifier,
        ]
        let fields = usual.merging(changes) { _, new in new }.compactMapValues { $0 }
        return try await hub.back.execute(
            uri: "/hub/api/oauth2/token",
            method: .post,
            headers: [.contentType: "application/x-www-form-urlencoded", .authorization: "token \(secret)"],
            body: ByteBuffer(string: Browser.form(fields)),
        )
    }

    /// What a token tells of its bearer; nil when it is worth nothing.
    func user(of token: String) async throws -> [String: any Sendable]? {
        let response = try await hub.back.execute(uri: "/hub/api/user", method: .get, headers: .token(token))
        return response.status == .ok ? try response.json() : nil
    }
}

@Suite struct `Letting a browser in to a server` {
    @Test func `the whole way: sign in, code, token, who is it`() async throws {
        try await withHub { hub in
            let server = try await OAuthPlayer(hub)
            let stranger = try await hub.browser().get(server.authorizeURL())
            #expect(stranger.status == .found)
            #expect(stranger.redirected("next") == server.authorizeURL())

            let browser = try await hub.browser(of: "ada")
            let granted = try await browser.get(server.authorizeURL())
            #expect(granted.status == .found)
            #expect(granted.location?.hasPrefix("/user/ada/oauth_callback?code=") == true)
            #expect(granted.redirected("state") == "st/ate&1")

            let answer = try await server.exchange(try #require(granted.redirected("code")))
            #expect(answer.status == .ok)
            #expect(answer.headers[.cacheControl] == "no-store")
            let body = try answer.json()
            #expect(body["token_type"] as? String == "Bearer")
            #expect(body["expires_in"] as? Int == 1_209_600)
            #expect(body["refresh_token"] == nil)
            let token = try #require(body["access_token"] as? String)
            let expected: Set = [
                "access:servers!server=ada/", "read:users:name!user", "read:users:groups!user",
            ]
            #expect(Set(try #require(body["scope"] as? String).split(separator: " ").map(String.init)) == expected)
            let user = try #require(try await server.user(of: token))
            #expect(user["name"] as? String == "ada")
            #expect(
                user["scopes"] as? [String] == [
                    "access:servers!server=ada/", "read:users:groups!user=ada", "read:users:name!user=ada",
                ]
            )
            let session = try #require(try await hub.store.sessions.all(ofUser: 1, now: noon).first?.id)
            #expect(user["session_id"] as? String == "\(session)")
        }
    }

    @Test func `PKCE may be left out, and the redirect address too`() async throws {
        try await withHub { hub in
            let server = try await OAuthPlayer(hub)
            let browser = try await hub.browser(of: "ada")
            let code = try await server.code(
                browser,
                ["code_challenge": nil, "code_challenge_method": nil, "redirect_uri": nil]
            )
            let answer = try await server.exchange(code, ["code_verifier": nil, "redirect_uri": nil])
            #expect(answer.status == .ok)
        }
    }

    @Test func `signing out ends the tokens of that browser only`() async throws {
        try await withHub { hub in
            let server = try await OAuthPlayer(hub)
            var tokens: [String] = []
            let browsers = [try await hub.browser(of: "ada"), try await hub.browser(of: "ada")]
            for browser in browsers {
                let answer = try await server.exchange(server.code(browser))
                tokens.append(try #require(try answer.json()["access_token"] as? String))
            }
            _ = try await browsers[0].post("/hub/logout")
            #expect(try await server.user(of: tokens[0]) == nil)
            #expect(try await server.user(of: tokens[1]) != nil)
            #expect(try await server.user(of: server.secret) != nil)
        }
    }

    @Test func `the end of the server ends all tokens to it`() async throws {
        try await withHub { hub in
            let server = try await OAuthPlayer(hub)
            let browser = try await hub.browser(of: "ada")
            let token = try #require(try await server.exchange(server.code(browser)).json()["access_token"] as? String)
            let open = try await server.code(browser)
            try await hub.servers.desk.stop(.of("ada"))
            try await hub.servers.reaches(.stopped, .of("ada"))
            #expect(try await server.user(of: token) == nil)
            let late = try await server.exchange(open)
            #expect(late.status == .unauthorized)
        }
    }

    @Test func `an admin may enter, and is named as they are; a stranger may not`() async throws {
        try await withHub { hub in
            let server = try await OAuthPlayer(hub)
            try await hub.addUser("bob")
            let stranger = try await hub.browser(of: "bob").get(server.authorizeURL())
            #expect(stranger.status == .forbidden)
            #expect(stranger.location == nil)
        }
    }

    @Test func `a code shown twice revokes what it gave`() async throws {
        try await withHub { hub in
            let server = try await OAuthPlayer(hub)
            let browser = try await hub.browser(of: "ada")
            let code = try await server.code(browser)
            let token = try #require(try await server.exchange(code).json()["access_token"] as? String)
            let second = try await server.exchange(code)
            #expect(second.status == .badRequest)
            #expect(try second.json()["error"] as? String == "invalid_grant")
            #expect(try await server.user(of: token) == nil)
        }
    }

    @Test func `of ten exchanges at once one wins at most, and none is left standing with a second`() async throws {
        try await withHub { hub in
            let server = try await OAuthPlayer(hub)
            let code = try await server.code(hub.browser(of: "ada"))
            let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<10 {
                    group.addTask { try await server.exchange(code).json()["access_token"] as? String }
                }
                return try await group.reduce(into: [String]()) { all, one in if let one { all.append(one) } }
            }
            #expect(tokens.count == 1)
        }
    }

    @Test func `a code is worth nothing after five minutes`() async throws {
        try await withHub { hub in
            let server = try await OAuthPlayer(hub)
            let browser = try await hub.browser(of: "ada")
            let (early, late) = (try await server.code(browser), try await server.code(browser))
            hub.clock.advance(by: 299)
            #expect(try await server.exchange(early).status == .ok)
            hub.clock.advance(by: 1)
            let response = try await server.exchange(late)
            #expect(response.status == .badRequest)
            #expect(try response.json()["error"] as? String == "invalid_grant")
        }
    }
}
