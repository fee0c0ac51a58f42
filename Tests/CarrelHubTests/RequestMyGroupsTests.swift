import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `The pages about one's own groups` {
    /// A hub with a group that ada manages and bob is in; eve is somebody else.
    private func withGroup(_ body: @escaping @Sendable (HubFixture, Browser) async throws -> Void) async throws {
        try await withHub { hub in
            for name in ["ada", "bob", "eve"] { try await hub.addUser(name) }
            let lab = try GroupName("lab")
            try await hub.store.groups.add(GroupRecord(name: lab, createdAt: hub.clock.now))
            try await hub.store.groups.addMembers([UserName(normalizing: "ada")], to: lab, as: .manager)
            try await hub.store.groups.addMembers([UserName(normalizing: "bob")], to: lab)
            try await body(hub, hub.browser(of: "ada"))
        }
    }

    private func roles(_ hub: HubFixture) async throws -> [String: GroupRole] {
        let found = try #require(try await hub.store.groups.withMembers(GroupName("lab")))
        return Dictionary(uniqueKeysWithValues: found.members.map { ($0.text, found.role(of: $0) ?? .member) })
    }

    @Test func `a manager puts in, gives roles and takes out`() async throws {
        try await withGroup { hub, ada in
            #expect(try await ada.get("/hub/home").text.contains(#"href="/hub/groups/lab""#))
            #expect(try await ada.get("/hub/groups").text.contains("Manager"))
            let added = try await ada.post("/hub/groups/lab/members", ["users": "EVE", "role": "reader"])
            #expect(added.location == "/hub/groups/lab?done=joined")
            let changed = try await ada.post("/hub/groups/lab/members/eve", ["role": "dataManager"])
            #expect(changed.location == "/hub/groups/lab?done=role")
            #expect(try await roles(hub) == ["ada": .manager, "bob": .member, "eve": .dataManager])
            let page = try await ada.get("/hub/groups/lab").text
            #expect(page.contains(#"<option value="dataManager" selected>Data manager</option>"#))
            _ = try await ada.post("/hub/groups/lab/members/eve/remove")
            #expect(try await roles(hub).count == 2)
            let unknown = try await ada.post("/hub/groups/lab/members", ["users": "nobody", "role": "reader"])
            #expect(unknown.status == .badRequest && unknown.text.contains("There is no user nobody."))
            #expect(unknown.text.contains(#"value="nobody""#))
        }
    }

    @Test func `a member sees who is in, changes nothing, and leaves`() async throws {
        try await withGroup { hub, _ in
            let bob = try await hub.browser(of: "bob")
            let page = try await bob.get("/hub/groups/lab").text
            #expect(page.contains("ada") && page.contains("Manager") && !page.contains("<select"))
            for path in ["members", "members/ada", "members/ada/remove"] {
                let fields = ["users": "eve", "role": "reader"]
                #expect(try await bob.post("/hub/groups/lab/\(path)", fields).status == .notFound, "\(path)")
            }
            #expect(try await roles(hub) == ["ada": .manager, "bob": .member])
            let left = try await bob.post("/hub/groups/lab/leave")
            #expect(left.location == "/hub/groups?done=left")
            #expect(try await bob.get("/hub/groups?done=left").text.contains("You have left the group"))
            #expect(try await bob.get("/hub/groups/lab").status == .notFound)
        }
    }

    @Test func `somebody else sees nothing, and an admin may do all`() async throws {
        try await withGroup { hub, _ in
            let eve = try await hub.browser(of: "eve")
            #expect(try await eve.get("/hub/groups/lab").status == .notFound)
            #expect(try await eve.post("/hub/groups/lab/leave").status == .notFound)
            #expect(try await eve.get("/hub/groups").text.contains("You are in no group"))
            #expect(try await !eve.get("/hub/home").text.contains("/hub/groups"))
            try await hub.addUser("root", isAdmin: true)
            let root = try await hub.browser(of: "root")
            let made = try await root.post("/hub/groups/lab/members/bob", ["role": "manager"])
            #expect(made.location == "/hub/groups/lab?done=role")
        }
    }

    @Test func `the last manager is told what to do first`() async throws {
        try await withGroup { hub, ada in
            for (path, fields) in [("leave", [:]), ("members/ada/remove", [:]), ("members/ada", ["role": "member"])] {
                let answer = try await ada.post("/hub/groups/lab/\(path)", fields)
                #expect(answer.status == .badRequest, "\(path)")
                #expect(answer.text.contains("Make somebody else a manager first"))
            }
            #expect(try await roles(hub)["ada"] == .manager)
            _ = try await ada.post("/hub/groups/lab/members/bob", ["role": "manager"])
            #expect(try await ada.post("/hub/groups/lab/leave").location == "/hub/groups?done=left")
        }
    }

    @Test func `forms of another's page are refused`() async throws {
        try await withGroup { hub, ada in
            for path in ["leave", "members", "members/bob", "members/bob/remove"] {
                let fields = ["users": "eve", "role": "manager"]
                let answer = try await ada.post("/hub/groups/lab/\(path)", fields, xsrf: "no")
                #expect(answer.status == .forbidden)
            }
            let roles = try await roles(hub)
            #expect(roles == ["ada": .manager, "bob": .member])
        }
    }
}
