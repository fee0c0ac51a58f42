import CarrelAuth
import CarrelModel
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Scopes for the members of a group` {
    /// A hub where ada is in `lab` and bob is not.
    private func withLab(_ body: @escaping @Sendable (HubFixture, GroupName) async throws -> Void) async throws {
        try await withHub { hub in
            for name in ["ada", "bob"] { try await hub.addUser(name) }
            try await hub.addUser("root", isAdmin: true)
            let lab = try GroupName("lab")
            let ada = try UserName(normalizing: "ada")
            try await hub.store.groups.add([GroupRecord(name: lab, createdAt: noon)], members: [ada])
            try await body(hub, lab)
        }
    }

    private func status(_ hub: HubFixture, _ path: String, _ token: String) async throws -> Int {
        try await hub.browser().get("/hub/api/\(path)", .token(token)).status.code
    }

    @Test func `they reach members, and others not`() async throws {
        try await withLab { hub, _ in
            let token = try await hub.token(of: "root", scopes: ["read:users!group=lab", "servers!group=lab"])
            #expect(try await status(hub, "users/ada", token) == 200)
            #expect(try await status(hub, "users/bob", token) == 404)
            func start(_ name: String) async throws -> Int {
                try await hub.browser().send(.post, "/hub/api/users/\(name)/server", .token(token)).status.code
            }
            #expect(try await start("bob") == 404)
            #expect(try await start("ada") == 201)
            #expect(try await status(hub, "users/ada/server", token) == 200)
        }
    }

    @Test func `joining and leaving hold at the next request`() async throws {
        try await withLab { hub, lab in
            let token = try await hub.token(of: "root", scopes: ["read:users!group=lab"])
            let bob = try UserName(normalizing: "bob")
            try await hub.store.groups.addMembers([bob], to: lab)
            #expect(try await status(hub, "users/bob", token) == 200)
            try await hub.store.groups.removeMembers([bob], from: lab)
            #expect(try await status(hub, "users/bob", token) == 404)
            try await hub.store.groups.remove(lab)
            #expect(try await status(hub, "users/ada", token) == 404)
        }
    }

    @Test func `a member's own token for the group is for themselves`() async throws {
        try await withLab { hub, _ in
            let ada = try await hub.token(of: "ada", scopes: ["read:users!group=lab"])
            let scopes = try await hub.browser().get("/hub/api/user", .token(ada)).json()["scopes"] as? [String]
            #expect(scopes?.contains("read:users!user=ada") == true)
            #expect(scopes?.contains { $0.contains("group=") } == false)
            #expect(try await status(hub, "users/bob", ada) == 404)
            let bob = try await hub.token(of: "bob", scopes: ["read:users!group=lab"])
            #expect(try await status(hub, "users/ada", bob) == 404)
        }
    }

    @Test func `names are compared byte by byte`() async throws {
        try await withLab { hub, _ in
            // U+212A is the kelvin sign, which Swift's strings take for a K.
            try await hub.store.groups.add(
                [GroupRecord(name: GroupName("K"), createdAt: noon)],
                members: [UserName(normalizing: "bob")],
            )
            let sign = try await hub.token(of: "root", scopes: ["read:users!group=\u{212A}"])
            #expect(try await status(hub, "users/bob", sign) == 404)
            let letter = try await hub.token(of: "root", scopes: ["read:users!group=K"])
            #expect(try await status(hub, "users/bob", letter) == 200)
            let other = try await hub.token(of: "root", scopes: ["read:users!group=k"])
            #expect(try await status(hub, "users/bob", other) == 404)
        }
    }
}
