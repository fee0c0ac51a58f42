import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Use, quotas and requests in the API` {
    private func send(
        _ hub: HubFixture,
        _ method: HTTPRequest.Method,
        _ path: String,
        as token: String,
        _ body: String? = nil,
    ) async throws -> TestResponse {
        try await hub.browser().send(method, "/hub/api/carrel/\(path)", .token(token), body: body)
    }

    @Test func `use is one's own, or an admin's to see`() async throws {
        try await withHub { hub in
            for name in ["ada", "bob"] { try await hub.addUser(name) }
            try await hub.addUser("root", isAdmin: true)
            let (ada, bob) = (try await hub.token(of: "ada"), try await hub.token(of: "bob"))
            let root = try await hub.token(of: "root")
            try await hub.run(.of("ada"))
            await hub.spawner.setUsage(someUse, for: "ada")
            #expect(try await send(hub, .get, "users/ada/usage", as: ada).status == .ok)
            try await hub.watch.readServers()
            try await hub.holds("ada", 7)
            for token in [ada, root] {
                let json = try await send(hub, .get, "users/ada/usage", as: token).json()
                let servers = try #require(json["servers"] as? [String: any Sendable])
                let server = try #require(servers[""] as? [String: any Sendable])
                #expect(server["memory"] as? Int == 1_200_000_000)
                #expect(server["memory_limit"] as? Int == 4_000_000_000)
                #expect(server["process_limit"] as? Int == 500)
                #expect(server["processors"] == nil)
                let home = try #require(json["home"] as? [String: any Sendable])
                #expect(home["used"] as? Int == 7)
                #expect(home["is_hard"] as? Bool == true)
            }
            #expect(try await send(hub, .get, "users/ada/usage", as: bob).status == .notFound)
            #expect(try await send(hub, .get, "users/nobody/usage", as: root).status == .notFound)
            let weak = try await hub.token(of: "ada", scopes: ["read:users:name!user=ada"])
            #expect(try await send(hub, .get, "users/ada/usage", as: weak).status == .forbidden)
            #expect(try await hub.browser().get("/hub/api/carrel/users/ada/usage").status == .forbidden)
        }
    }

    @Test func `a quota is set by admins alone`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            try await hub.addUser("root", isAdmin: true)
            let (ada, root) = (try await hub.token(of: "ada"), try await hub.token(of: "root"))
            let body = #"{"quota": 50000000000}"#
            #expect(try await send(hub, .patch, "users/ada/quota", as: ada, body).status == .forbidden)
            let set = try await send(hub, .patch, "users/ada/quota", as: root, body).json()
            #expect(set["quota"] as? Int == 50_000_000_000)
            #expect(set["is_own"] as? Bool == true)
            #expect(set["is_applied"] as? Bool == true)
            let back = try await send(hub, .patch, "users/ada/quota", as: root, #"{"quota": null}"#).json()
            #expect(back["quota"] as? Int == 20_000_000_000)
            #expect(back["is_own"] as? Bool == false)
            #expect(hub.storage.quotas.count == 2)
            for wrong in ["{}", #"{"quota": -1}"#, #"{"quota": "5 GB"}"#, "nonsense"] {
                #expect(
                    try await send(hub, .patch, "users/ada/quota", as: root, wrong).status == .badRequest,
                    "\(wrong)"
                )
            }
            #expect(try await send(hub, .patch, "users/nobody/quota", as: root, body).status == .notFound)
        }
    }

    @Test func `requests are made, listed, answered and withdrawn`() async throws {
        try await withHub { hub in
            for name in ["ada", "bob"] { try await hub.addUser(name) }
            try await hub.addUser("root", isAdmin: true)
            let (ada, bob) = (try await hub.token(of: "ada"), try await hub.token(of: "bob"))
            let root = try await hub.token(of: "root")
            let room = #"{"kind": "storage", "wanted_bytes": 50, "text": "models"}"#
            let made = try await send(hub, .post, "requests", as: ada, room)
            #expect(made.status == .created)
            let id = try #require(try made.json()["id"] as? Int)
            #expect(try await send(hub, .get, "requests", as: bob).text == "[]")
            #expect(try await send(hub, .get, "requests?state=open", as: ada).text.contains("models"))
            #expect(try await send(hub, .get, "requests?state=open", as: root).text.contains(#""user":"ada""#))
            #expect(try await send(hub, .get, "requests?state=what", as: root).status == .badRequest)

            let grant = #"{"state": "granted", "quota": 40, "answer": "Here."}"#
            #expect(try await send(hub, .patch, "requests/\(id)", as: ada, grant).status == .forbidden)
            let withdraw = #"{"state": "withdrawn"}"#
            #expect(try await send(hub, .patch, "requests/\(id)", as: bob, withdraw).status == .notFound)
            #expect(try await send(hub, .patch, "requests/\(id)", as: root, withdraw).status == .notFound)
            let answered = try await send(hub, .patch, "requests/\(id)", as: root, grant).json()
            #expect(answered["state"] as? String == "granted")
            #expect(answered["answered_by"] as? String == "root")
            #expect(hub.storage.quotas.map(\.quota) == [ByteCount(bytes: 40)])
            #expect(try await send(hub, .patch, "requests/\(id)", as: root, grant).status == .conflict)
            #expect(try await send(hub, .patch, "requests/999", as: root, grant).status == .notFound)

            let other = try await send(hub, .post, "requests", as: ada, #"{"kind": "group", "text": "climate"}"#)
            let second = try #require(try other.json()["id"] as? Int)
            let gone = try await send(hub, .patch, "requests/\(second)", as: ada, withdraw).json()
            #expect(gone["state"] as? String == "withdrawn")
        }
    }

    @Test(arguments: [
        #"{"kind": "nonsense", "text": "x"}"#, #"{"kind": "package"}"#, #"{"kind": "package", "text": " "}"#,
        #"{"kind": "package", "text": "x", "wanted_bytes": 5}"#, #"{"kind": "storage", "wanted_bytes": -5}"#, "[]",
    ])
    func `a request that makes no sense is refused`(body: String) async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let ada = try await hub.token(of: "ada")
            #expect(try await send(hub, .post, "requests", as: ada, body).status == .badRequest)
            #expect(try await hub.store.requests.all(nil).isEmpty)
        }
    }

    @Test func `a weak token and a server's own token ask for nothing`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let weak = try await hub.token(of: "ada", scopes: ["read:users!user=ada"])
            let order = try await hub.run(.of("ada"))
            let server = try #require(order.variables["JUPYTERHUB_API_TOKEN"])
            let body = #"{"kind": "other", "text": "x"}"#
            for token in [weak, server] {
                #expect(try await send(hub, .post, "requests", as: token, body).status == .forbidden)
            }
            #expect(try await send(hub, .get, "requests", as: server).status == .forbidden)
        }
    }

    @Test func `a browser needs its mark for changes`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let json: HTTPFields = [.contentType: "application/json"]
            let body = #"{"kind": "other", "text": "x"}"#
            let without = try await browser.send(.post, "/hub/api/carrel/requests", json, body: body)
            #expect(without.status == .forbidden)
            var marked = json
            marked[.xsrfToken] = browser.xsrf
            let with = try await browser.send(.post, "/hub/api/carrel/requests", marked, body: body)
            #expect(with.status == .created)
        }
    }
}
