import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Groups in the API` {
    private func send(
        _ hub: HubFixture,
        _ method: HTTPRequest.Method,
        _ path: String,
        as token: String,
        _ body: String? = nil,
    ) async throws -> TestResponse {
        try await hub.browser().send(method, "/hub/api/\(path)", .token(token), body: body)
    }

    /// A hub with ada, bob and an admin's token.
    private func withGroups(_ body: @escaping @Sendable (HubFixture, String) async throws -> Void) async throws {
        try await withHub { hub in
            for name in ["ada", "bob"] { try await hub.addUser(name) }
            try await hub.addUser("root", isAdmin: true)
            try await body(hub, hub.token(of: "root"))
        }
    }

    @Test func `a group comes, changes and goes as in JupyterHub`() async throws {
        try await withGroups { hub, root in
            let made = try await send(hub, .post, "groups/lab", as: root)
            #expect(made.status == .created)
            #expect(made.text == #"{"kind":"group","name":"lab","properties":{},"roles":[],"users":[]}"#)
            let joined = try await send(hub, .post, "groups/lab/users", as: root, #"{"users": ["BOB", "ada", "ada"]}"#)
            #expect(joined.status == .ok)
            #expect(try joined.json()["users"] as? [String] == ["ada", "bob"])
            let left = try await send(hub, .delete, "groups/lab/users", as: root, #"{"users": ["bob"]}"#)
            #expect(try left.json()["users"] as? [String] == ["ada"])
            let text = #"{"course":{"year":2026},"open":true}"#
            let put = try await send(hub, .put, "groups/lab/properties", as: root, text)
            #expect(put.text.contains(#""properties":\#(text)"#))
            #expect(try await send(hub, .get, "groups/lab", as: root).text == put.text)
            let gone = try await send(hub, .delete, "groups/lab", as: root)
            #expect(gone.status == .noContent)
            #expect(gone.text.isEmpty)
            let missing = try await send(hub, .get, "groups/lab", as: root)
            #expect(missing.status == .notFound)
            #expect(missing.message == "No such group: lab")
        }
    }

    @Test func `several are added at once, or none`() async throws {
        try await withGroups { hub, root in
            let body = #"{"groups": ["air", "sea"], "users": ["ada"]}"#
            let made = try await send(hub, .post, "groups", as: root, body)
            #expect(made.status == .created)
            #expect(made.text.hasPrefix(#"[{"kind":"group","name":"air""#))
            let again = try await send(hub, .post, "groups", as: root, #"{"groups": ["soil", "Sea"]}"#)
            #expect(again.status == .conflict)
            #expect(again.message == "Group sea already exists")
            let unknown = try await send(hub, .post, "groups", as: root, #"{"groups": ["soil"], "users": ["eve"]}"#)
            #expect(unknown.status == .badRequest)
            #expect(unknown.message == "No such user: eve")
            #expect(try await hub.store.groups.all().map(\.name.text) == ["air", "sea"])
            #expect(try await hub.store.groups.members(of: GroupName("sea")).map(\.text) == ["ada"])
            #expect(try await send(hub, .post, "groups/air", as: root).status == .conflict)
        }
    }

    @Test(arguments: [
        ("groups", "", "Must specify at least one group to create"),
        ("groups", #"{"groups": []}"#, "Must specify at least one group to create"),
        ("groups", "[", "Invalid JSON in body of request"),
        ("groups/new", #"{"groups": ["x"]}"#, "Invalid JSON keys: groups"),
        ("groups/new", #"{"users": "ada"}"#, "group.users must be a list of strings"),
        ("groups/new", #"{"users": [7]}"#, "group.users must be a list of strings"),
        ("groups/new", #"{"users": ["a/b"]}"#, "No such user: a/b"),
        ("groups/lab/users", "", "Must specify users to add"), ("groups/lab/users", "{}", "Must specify users to add"),
        ("groups/lab/users", #"{"users": ["eve"]}"#, "No such user: eve"),
        ("groups/lab/users", #"["ada"]"#, "Invalid JSON data: it must be an object"),
        ("groups/no%2Fname", "", "The name can't be that of a group and its folder."),
    ])
    func `what makes no sense is refused`(path: String, body: String, message: String) async throws {
        try await withGroups { hub, root in
            try await hub.store.groups.add(GroupRecord(name: GroupName("lab"), createdAt: noon))
            let answer = try await send(hub, .post, path, as: root, body)
            #expect(answer.status == .badRequest)
            #expect(answer.message == message)
            #expect(try await hub.store.groups.all().count == 1)
        }
    }

    @Test(arguments: ["[]", "7", "null"]) func `properties are an object`(body: String) async throws {
        try await withGroups { hub, root in
            try await hub.store.groups.add(GroupRecord(name: GroupName("lab"), createdAt: noon))
            let answer = try await send(hub, .put, "groups/lab/properties", as: root, body)
            #expect(answer.status == .badRequest)
            #expect(answer.message == "Must specify properties")
        }
    }

    @Test(arguments: [
        (HTTPRequest.Method.delete, "groups/none"), (.post, "groups/none/users"), (.delete, "groups/none/users"),
        (.put, "groups/none/properties"), (.get, "groups/%20"), (.patch, "carrel/groups/none/quota"),
    ])
    func `a group that doesn't exist is said by name`(method: HTTPRequest.Method, path: String) async throws {
        try await withGroups { hub, root in
            let body = path.hasSuffix("quota") ? #"{"home": 5}"# : #"{"users": []}"#
            let answer = try await send(hub, method, path, as: root, body)
            #expect(answer.status == .notFound)
            #expect(answer.message?.hasPrefix("No such group: ") == true)
        }
    }

    @Test func `a list is bare, or in pages for clients that know them`() async throws {
        try await withGroups { hub, root in
            let names = (1...60).map { "g\($0)" }
            for name in names { try await hub.store.groups.add(GroupRecord(name: GroupName(name), createdAt: noon)) }
            func listed(_ answer: TestResponse) throws -> [String] {
                let list = try JSONSerialization.jsonObject(with: Data(answer.text.utf8))
                let items = list as? [[String: any Sendable]] ?? []
                return items.compactMap { $0["name"] as? String }
            }
            #expect(try listed(await send(hub, .get, "groups", as: root)) == names)
            #expect(try listed(await send(hub, .get, "groups?offset=2&limit=3", as: root)) == ["g3", "g4", "g5"])
            #expect(try listed(await send(hub, .get, "groups?limit=0", as: root)) == ["g1"])
            #expect(try await send(hub, .get, "groups?limit=x", as: root).status == .badRequest)
            var fields = HTTPFields.token(root)
            fields[.accept] = "application/jupyterhub-pagination+json"
            fields[.forwardedHost] = "hub.example"
            let first = try await hub.browser().send(.get, "/hub/api/groups?x=1", fields).json()
            #expect((first["items"] as? [any Sendable])?.count == 50)
            let part = try #require(first["_pagination"] as? [String: any Sendable])
            #expect(part["total"] as? Int == 60)
            let next = try #require(part["next"] as? [String: any Sendable])
            #expect(next["url"] as? String == "http://hub.example/hub/api/groups?x=1&offset=50&limit=50")
            let last = try await hub.browser().send(.get, "/hub/api/groups?x=1&offset=50&limit=50", fields).json()
            #expect((last["items"] as? [any Sendable])?.count == 10)
            #expect((last["_pagination"] as? [String: any Sendable])?["next"] is NSNull)
        }
    }

    @Test(arguments: [
        ("list:groups", HTTPRequest.Method.get, "groups", 200), ("read:groups", .get, "groups", 403),
        ("list:groups!group=lab", .get, "groups", 200), ("list:groups!user=root", .get, "groups", 403),
        ("read:groups!group=lab", .get, "groups/lab", 200), ("read:groups!group=lab", .get, "groups/sea", 404),
        ("read:groups:name", .get, "groups/lab", 200), ("list:groups", .delete, "groups/lab", 403),
        ("delete:groups!group=lab", .delete, "groups/lab", 204),
        ("delete:groups!group=sea", .delete, "groups/lab", 404),
        ("groups!group=lab", .post, "groups/lab/users", 200), ("groups!group=sea", .post, "groups/lab/users", 404),
        ("groups", .post, "groups/new", 403), ("admin:groups!group=new", .post, "groups/new", 201),
        ("admin:groups!group=new", .post, "groups", 403), ("groups", .put, "groups/lab/properties", 200),
        ("groups", .patch, "carrel/groups/lab/quota", 403), ("admin:groups", .patch, "carrel/groups/lab/quota", 200),
        ("read:users", .get, "groups/lab", 403),
    ])
    func `scopes decide, and their filters`(
        scope: String,
        method: HTTPRequest.Method,
        path: String,
        status: Int,
    ) async throws {
        try await withGroups { hub, _ in
            for name in ["lab", "sea"] {
                try await hub.store.groups.add(GroupRecord(name: GroupName(name), createdAt: noon))
            }
            let token = try await hub.token(of: "root", scopes: [scope])
            let body: String? =
                switch method {
                case .patch: #"{"home": 5}"#
                case .post: path == "groups" ? #"{"groups": ["new"]}"# : #"{"users": ["ada"]}"#
                case .put: "{}"
                default: nil
                }
            let answer = try await send(hub, method, path, as: token, body)
            #expect(answer.status.code == status)
            if path == "groups", status == 200 {
                #expect(answer.text.contains("lab"))
                #expect(answer.text.contains("sea") == (scope == "list:groups"))
                #expect(!answer.text.contains("users"), "a list of names tells no members")
            }
        }
    }

    @Test func `an ordinary user sees no group but their own names of them`() async throws {
        try await withGroups { hub, root in
            _ = try await send(hub, .post, "groups/lab", as: root, #"{"users": ["ada"]}"#)
            let ada = try await hub.token(of: "ada")
            for path in ["groups", "groups/lab"] {
                #expect(try await send(hub, .get, path, as: ada).status == .forbidden)
            }
            #expect(
                try await send(hub, .post, "groups/lab/users", as: ada, #"{"users": ["bob"]}"#).status == .forbidden
            )
            for path in ["user", "users/ada"] {
                #expect(try await send(hub, .get, path, as: ada).json()["groups"] as? [String] == ["lab"])
            }
            let server = try #require(try await hub.run(.of("ada")).variables["JUPYTERHUB_API_TOKEN"])
            #expect(try await send(hub, .get, "user", as: server).json()["groups"] as? [String] == ["lab"])
            let names = try await hub.token(of: "root", scopes: ["read:users:name"])
            #expect(try await send(hub, .get, "users/ada", as: names).json()["groups"] == nil)
            let groups = try await hub.token(of: "root", scopes: ["read:users:groups", "read:users:name"])
            #expect(try await send(hub, .get, "users/ada", as: groups).json()["groups"] as? [String] == ["lab"])
        }
    }
}
