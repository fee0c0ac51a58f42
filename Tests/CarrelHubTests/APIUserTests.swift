import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Users in the API` {
    @Test func `a server's own token tells who it is, and holds what the reference says`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let order = try await hub.run(.of("ada"))
            let token = try #require(order.variables["JUPYTERHUB_API_TOKEN"])
            for client in [hub.front, hub.back] {
                let response = try await client.execute(uri: "/hub/api/user", method: .get, headers: .token(token))
                #expect(response.status == .ok)
                let user = try response.json()
                #expect(user["kind"] as? String == "user")
                #expect(user["name"] as? String == "ada")
                #expect(user["admin"] as? Bool == false)
                #expect((user["token_id"] as? String)?.hasPrefix("a") == true)
                #expect(user["session_id"] is NSNull)
                #expect(
                    user["scopes"] as? [String] == [
                        "access:servers!server=ada/", "read:users:activity!user=ada", "read:users:groups!user=ada",
                        "read:users:name!user=ada", "users:activity!user=ada",
                    ]
                )
            }
        }
    }

    @Test(arguments: ["token", "Token", "bearer", "Bearer", "BEARER"])
    func `the scheme's case doesn't matter`(scheme: String) async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let token = try await hub.token(of: "ada")
            let response = try await hub.back.execute(
                uri: "/hub/api/user",
                method: .get,
                headers: [.authorization: "\(scheme) \(token)"],
            )
            #expect(response.status == .ok)
        }
    }

    @Test func `a person's token has all that the person has; an admin's has everything`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            try await hub.addUser("root", isAdmin: true)
            let user = try await hub.browser().get("/hub/api/user", .token(hub.token(of: "ada"))).json()
            let scopes = try #require(user["scopes"] as? [String])
            #expect(scopes.contains("access:servers!user=ada"))
            #expect(scopes.contains("start:servers!user=ada"))
            #expect(scopes.allSatisfy { $0.hasSuffix("!user=ada") })
            let admin = try await hub.browser().get("/hub/api/user", .token(hub.token(of: "root"))).json()
            #expect(admin["admin"] as? Bool == true)
            #expect((admin["scopes"] as? [String])?.contains("access:servers") == true)
            #expect(admin["roles"] as? [String] == ["admin", "user"])
        }
    }

    @Test func `the model has the keys that clients look for`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let before = try await browser.get("/hub/api/users/ada", [:]).json()
            #expect(before["server"] is NSNull)
            #expect(before["pending"] is NSNull)
            #expect((before["servers"] as? [String: any Sendable])?.isEmpty == true)
            #expect(before["created"] as? String == "2027-01-15T08:00:00.000000Z")
            try await hub.run(.of("ada"))
            let user = try await browser.get("/hub/api/users/ada", [:]).json()
            #expect(
                Set(user.keys) == [
                    "kind", "name", "admin", "roles", "groups", "server", "pending", "created", "last_activity",
                    "servers",
                ]
            )
            #expect(user["server"] as? String == "/user/ada/")
            let server = try #require((user["servers"] as? [String: any Sendable])?[""] as? [String: any Sendable])
            #expect(server["ready"] as? Bool == true)
            #expect(server["stopped"] as? Bool == false)
            #expect(server["full_name"] as? String == "ada/")
            #expect(server["url"] as? String == "/user/ada/")
            #expect(server["progress_url"] as? String == "/hub/api/users/ada/server/progress")
            #expect(server["started"] as? String == "2027-01-15T08:00:00.000000Z")
            let me = try await browser.get("/hub/api/user", [:]).json()
            #expect(me["session_id"] is String)
        }
    }

    @Test(arguments: ["nonsense", "token", "token ", "Basic YTpi", "token 0123456789abcdef0123456789abcdef"])
    func `a token that isn't one is nobody`(field: String) async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let response = try await hub.back.execute(
                uri: "/hub/api/user",
                method: .get,
                headers: [.authorization: field]
            )
            #expect(response.status == .forbidden)
            #expect(response.message == "Missing or invalid credentials.")
        }
    }

    @Test func `a token ends with its time, its user, its revocation, and its server`() async throws {
        try await withHub { hub in
            let ada = try await hub.addUser("ada")
            func works(_ token: String) async throws -> Bool {
                try await hub.back.execute(uri: "/hub/api/user", method: .get, headers: .token(token)).status == .ok
            }
            let short = try await hub.accounts.createToken(for: ada.name, note: "", scopes: [], lifetime: .seconds(60))
            let long = try await hub.token(of: "ada")
            let server = try #require(try await hub.run(.of("ada")).variables["JUPYTERHUB_API_TOKEN"])
            for token in [short, long, server] { #expect(try await works(token)) }
            hub.clock.advance(by: 60)
            #expect(try await !works(short))
            try await hub.servers.desk.stop(.of("ada"))
            try await hub.servers.reaches(.stopped, .of("ada"))
            #expect(try await !works(server))
            let record = try #require(try await hub.accounts.tokens(of: ada.name).first)
            #expect(record.lastUsedAt == noon)
            let other = try await hub.token(of: "ada")
            try await hub.accounts.revokeToken(try #require(record.id))
            #expect(try await !works(long))
            #expect(try await works(other))
            try await hub.accounts.setDisabled(true, of: ada.name)
            #expect(try await !works(other))
        }
    }

    @Test(arguments: [
        ("read:users:name!user=ada", "/hub/api/users/ada", 200),
        ("read:servers!user=ada", "/hub/api/users/ada/server", 404),
        ("read:users:name", "/hub/api/users/bob", 404), ("read:users:name!user=ada", "/hub/api/users/bob", 404),
        ("read:users:name!user=ada", "/hub/api/users/ada/server", 403),
        ("read:users:name!user=ada", "/hub/api/users/ada/server/progress", 403),
        ("access:servers!server=ada/", "/hub/api/users/ada/server", 403),
        ("inherit", "/hub/api/users/nobody", 404), ("inherit", "/hub/api/users/ada/servers/NO", 400),
    ])
    func `a missing scope is 403 by name, what isn't one's own is 404`(
        scope: String,
        path: String,
        status: Int,
    ) async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            try await hub.addUser("bob")
            let response = try await hub.browser().get(path, .token(hub.token(of: "ada", scopes: [scope])))
            #expect(response.status.code == status)
            switch status {
            case 403:
                #expect(
                    response.message?.hasPrefix("Action is not authorized with current scopes; requires any of [")
                        == true
                )
            case 404: #expect(response.message == "No access to resources or resources not found")
            default: break
            }
        }
    }

    @Test func `an admin sees others; their names may be escaped or not`() async throws {
        try await withHub { hub in
            try await hub.addUser("root", isAdmin: true)
            try await hub.addUser("a@x.org")
            let token = try await hub.token(of: "root")
            for path in ["/hub/api/users/a@x.org", "/hub/api/users/a%40x.org"] {
                #expect(try await hub.browser().get(path, .token(token)).json()["name"] as? String == "a@x.org")
            }
            #expect(try await hub.browser().get("/hub/api/users/nobody", .token(token)).status == .notFound)
        }
    }
}
