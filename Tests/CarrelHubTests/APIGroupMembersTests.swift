import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Members and roles in the API` {
    private func send(
        _ hub: HubFixture,
        _ method: HTTPRequest.Method,
        _ path: String,
        as token: String,
        _ body: String? = nil,
    ) async throws -> TestResponse {
        try await hub.browser().send(method, "/hub/api/\(path)", .token(token), body: body)
    }

    /// A hub with a group that ada manages and bob is in; eve is somebody else.
    private func withGroup(_ body: @escaping @Sendable (HubFixture, String, String) async throws -> Void) async throws {
        try await withHub { hub in
            for name in ["ada", "bob", "eve"] { try await hub.addUser(name) }
            let lab = try GroupName("lab")
            for name in ["lab", "other"] {
                try await hub.store.groups.add(GroupRecord(name: GroupName(name), createdAt: hub.clock.now))
            }
            try await hub.store.groups.addMembers([UserName(normalizing: "ada")], to: lab, as: .manager)
            try await hub.store.groups.addMembers([UserName(normalizing: "bob")], to: lab)
            try await body(hub, hub.token(of: "ada"), hub.token(of: "bob"))
        }
    }

    @Test func `a manager puts in, changes and takes out`() async throws {
        try await withGroup { hub, ada, _ in
            let added = try await send(hub, .put, "carrel/groups/lab/members/eve", as: ada, #"{"role": "reader"}"#)
            #expect(added.status == .created && added.text == #"{"name":"eve","role":"reader"}"#)
            let changed = try await send(
                hub,
                .put,
                "carrel/groups/lab/members/eve",
                as: ada,
                #"{"role":"dataManager"}"#
            )
            #expect(changed.status == .ok && changed.text.contains("dataManager"))
            let again = try await send(hub, .put, "carrel/groups/lab/members/eve", as: ada)
            #expect(again.status == .ok && again.text.contains("dataManager"), "without a role nothing changes")
            let list = try await send(hub, .get, "carrel/groups/lab/members", as: ada)
            #expect(list.text.contains(#"{"name":"ada","role":"manager"},{"name":"bob","role":"member"}"#))
            #expect(try await send(hub, .delete, "carrel/groups/lab/members/eve", as: ada).status == .noContent)
            #expect(try await send(hub, .post, "groups/lab/users", as: ada, #"{"users": ["eve"]}"#).status == .ok)
        }
    }

    @Test func `a manager of one group is nobody in another, and no admin`() async throws {
        try await withGroup { hub, ada, _ in
            let other = try await send(hub, .put, "carrel/groups/other/members/ada", as: ada)
            #expect(other.status == .notFound)
            #expect(try await send(hub, .get, "carrel/groups/other/members", as: ada).status == .notFound)
            #expect(
                try await send(hub, .post, "groups/other/users", as: ada, #"{"users": ["ada"]}"#).status == .notFound
            )
            #expect(try await send(hub, .delete, "groups/lab", as: ada).status == .forbidden)
            #expect(
                try await send(hub, .patch, "carrel/groups/lab/quota", as: ada, #"{"home": 1}"#).status == .forbidden
            )
            #expect(try await send(hub, .post, "groups/new", as: ada).status == .forbidden)
        }
    }

    @Test func `members and others have no rights in a group, as in JupyterHub`() async throws {
        try await withGroup { hub, _, bob in
            #expect(try await send(hub, .get, "carrel/groups/lab/members", as: bob).status == .forbidden)
            #expect(
                try await send(hub, .put, "carrel/groups/lab/members/bob", as: bob, #"{"role": "manager"}"#).status
                    == .forbidden
            )
            #expect(try await send(hub, .delete, "carrel/groups/lab/members/ada", as: bob).status == .forbidden)
            let eve = try await hub.token(of: "eve")
            #expect(try await send(hub, .get, "carrel/groups/lab/members", as: eve).status == .forbidden)
        }
    }

    @Test func `rights go with the role, at once`() async throws {
        try await withGroup { hub, ada, _ in
            try await hub.store.groups.setRole(.member, of: UserName(normalizing: "ada"), in: GroupName("lab"))
            #expect(try await send(hub, .put, "carrel/groups/lab/members/eve", as: ada).status == .forbidden)
        }
    }

    @Test func `a token without the scope has none of its owner's rights in groups`() async throws {
        try await withGroup { hub, _, _ in
            let narrow = try await hub.token(of: "ada", scopes: ["read:users!user"])
            #expect(try await send(hub, .put, "carrel/groups/lab/members/eve", as: narrow).status == .forbidden)
            let wide = try await hub.token(of: "ada", scopes: ["groups!group=lab"])
            #expect(try await send(hub, .put, "carrel/groups/lab/members/eve", as: wide).status == .created)
        }
    }

    @Test func `the last manager isn't lost by mistake, but an admin's client of JupyterHub is let`() async throws {
        try await withGroup { hub, ada, _ in
            let refused = try await send(hub, .delete, "carrel/groups/lab/members/ada", as: ada)
            #expect(refused.status == .conflict && refused.message?.contains("no manager") == true)
            let demoted = try await send(hub, .put, "carrel/groups/lab/members/ada", as: ada, #"{"role": "member"}"#)
            #expect(demoted.status == .conflict)
            #expect(
                try await send(hub, .delete, "groups/lab/users", as: ada, #"{"users": ["ada"]}"#).status == .conflict
            )
            try await hub.addUser("root", isAdmin: true)
            let root = try await hub.token(of: "root")
            #expect(try await send(hub, .delete, "groups/lab/users", as: root, #"{"users": ["ada"]}"#).status == .ok)
        }
    }

    @Test(arguments: [#"{"role": "king"}"#, #"{"role": 1}"#, #"{"rank": "reader"}"#, "[]", "{"])
    func `what makes no sense is refused`(body: String) async throws {
        try await withGroup { hub, ada, _ in
            let answer = try await send(hub, .put, "carrel/groups/lab/members/eve", as: ada, body)
            #expect(answer.status == .badRequest)
            #expect(try await hub.store.groups.members(of: GroupName("lab")).count == 2)
        }
    }
}
