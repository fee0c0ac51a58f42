import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Synchronization
import Testing

@testable import CarrelHub

@Suite struct `A home's quota by group` {
    /// A hub with ada and bob, each with a home, and an admin's token.
    private func withHomes(_ body: @escaping @Sendable (HubFixture, String) async throws -> Void) async throws {
        try await withHub { hub in
            for name in ["ada", "bob"] {
                try await hub.addUser(name)
                try await hub.holds(name, 1)
            }
            try await hub.addUser("root", isAdmin: true)
            try await body(hub, hub.token(of: "root"))
        }
    }

    @discardableResult
    private func send(
        _ hub: HubFixture,
        _ method: HTTPRequest.Method,
        _ path: String,
        _ token: String,
        _ body: String? = nil,
    ) async throws -> TestResponse {
        let answer = try await hub.browser().send(method, "/hub/api/\(path)", .token(token), body: body)
        #expect(answer.status.code < 300, "\(answer.text)")
        return answer
    }

    /// What a home may hold on the disk at this moment.
    private func quota(_ hub: HubFixture, _ name: String) async throws -> Int64? {
        try await hub.storage.usages()[hub.home(name)]?.quota?.bytes
    }

    @Test func `it follows membership and the group's quota at once`() async throws {
        try await withHomes { hub, root in
            try await send(hub, .post, "groups/lab", root, #"{"users": ["ada"]}"#)
            #expect(try await quota(hub, "ada") == 20_000_000_000)
            try await send(hub, .patch, "carrel/groups/lab/quota", root, #"{"home": 50}"#)
            #expect(try await quota(hub, "ada") == 50)
            #expect(try await quota(hub, "bob") == 20_000_000_000)
            try await send(hub, .post, "groups/lab/users", root, #"{"users": ["bob"]}"#)
            #expect(try await quota(hub, "bob") == 50)
            #expect(try hub.homes.board.home(hub.home("bob"))?.quota == ByteCount(bytes: 50))
            try await send(hub, .delete, "groups/lab/users", root, #"{"users": ["bob"]}"#)
            #expect(try await quota(hub, "bob") == 20_000_000_000)
            try await send(hub, .delete, "groups/lab", root)
            #expect(try await quota(hub, "ada") == 20_000_000_000)
        }
    }

    @Test func `the largest holds, and one's own goes before it`() async throws {
        try await withHomes { hub, root in
            for (name, size) in [("lab", 50), ("sea", 70)] {
                try await send(hub, .post, "groups/\(name)", root, #"{"users": ["ada"]}"#)
                try await send(hub, .patch, "carrel/groups/\(name)/quota", root, #"{"home": \#(size)}"#)
            }
            #expect(try await quota(hub, "ada") == 70)
            let own = try await send(hub, .patch, "carrel/users/ada/quota", root, #"{"quota": 5}"#).json()
            #expect(own["quota_of"] as? String == "own")
            #expect(try await quota(hub, "ada") == 5)
            let back = try await send(hub, .patch, "carrel/users/ada/quota", root, #"{"quota": null}"#).json()
            #expect(back["quota"] as? Int == 70)
            #expect(back["quota_of"] as? String == "group")
            #expect(back["quota_group"] as? String == "sea")
            #expect(back["is_own"] as? Bool == false)
            try await send(hub, .patch, "carrel/groups/sea/quota", root, #"{"home": null}"#)
            #expect(try await quota(hub, "ada") == 50)
            let usage = try await send(hub, .get, "carrel/users/ada/usage", root).json()
            #expect((usage["home"] as? [String: any Sendable])?["quota_group"] as? String == "lab")
            let bob = try await send(hub, .get, "carrel/users/bob/usage", root).json()
            #expect((bob["home"] as? [String: any Sendable])?["quota_of"] as? String == "everybody")
        }
    }

    @Test func `a group's own quotas can be read and taken back`() async throws {
        try await withHomes { hub, root in
            try await send(hub, .post, "groups/lab", root)
            let path = "carrel/groups/lab/quota"
            let set = try await send(hub, .patch, path, root, #"{"home": 7, "project": "none"}"#)
            #expect(set.text == #"{"home":7,"is_applied":true,"is_project_unlimited":true}"#)
            #expect(try await hub.store.groups.named(GroupName("lab"))?.projectQuota == GroupRecord.unlimited)
            try await send(hub, .patch, path, root, #"{"project": 9}"#)
            #expect(
                try await send(hub, .get, path, root).text == #"{"home":7,"is_project_unlimited":false,"project":9}"#
            )
            for wrong in ["{}", "[]", #"{"home": -1}"#, #"{"home": "none"}"#, #"{"home": 1, "x": 2}"#, "7"] {
                let answer = try await hub.browser().send(.patch, "/hub/api/\(path)", .token(root), body: wrong)
                #expect(answer.status == .badRequest, "\(wrong)")
            }
        }
    }

    @Test func `what can't be set now is noted, and that is said`() async throws {
        try await withHomes { hub, root in
            try await send(hub, .post, "groups/lab", root, #"{"users": ["ada"]}"#)
            hub.storage.fail(.cannotPrepareHome(path: "/x", reason: "gone"))
            let set = try await send(hub, .patch, "carrel/groups/lab/quota", root, #"{"home": 7}"#).json()
            #expect(set["is_applied"] as? Bool == false)
            hub.storage.fail(nil)
            try await hub.homes.applyQuotas()
            #expect(try await quota(hub, "ada") == 7)
        }
    }

    @Test func `project folders are looked at when a project's quota changes, and trouble with them is told`()
        async throws
    {
        try await withHub { hub in
            let calls = Mutex(0)
            let lab = try GroupName("lab")
            let desk = GroupDesk(
                store: hub.store,
                now: { noon },
                settleHomes: { _ in nil },
                settleProjects: {
                    calls.withLock { $0 += 1 }
                    throw SpawnError.cannotPrepareHome(path: "/x", reason: "gone")
                },
            )
            try await desk.add([lab])
            let none = try await desk.setQuotas(of: lab, home: .set(ByteCount(bytes: 1)))
            #expect(none?.code == nil)
            #expect(calls.withLock { $0 } == 0)
            let problem = try await desk.setQuotas(of: lab, home: .set(nil), project: .unlimited)
            #expect(problem?.code == "spawn.cannotPrepareHome")
            #expect(calls.withLock { $0 } == 1)
            #expect(try await hub.store.groups.named(lab)?.projectQuota == GroupRecord.unlimited)
        }
    }

    @Test func `a user is told whose quota it is`() async throws {
        try await withHomes { hub, root in
            let ada = try await hub.browser(of: "ada")
            try await send(hub, .post, "groups/lab", root, #"{"users": ["ada"]}"#)
            #expect(try await !ada.get("/hub/storage").text.contains("quota of the members"))
            try await send(hub, .patch, "carrel/groups/lab/quota", root, #"{"home": 50000000000}"#)
            let text = try await ada.get("/hub/storage").text
            #expect(text.contains("This is the quota of the members of lab."))
            #expect(text.contains("1 byte of 50 GB"))
            #expect(try await ada.get("/hub/account").text.contains("<bdi>lab</bdi>"))
            let bob = try await hub.browser(of: "bob")
            #expect(try await !bob.get("/hub/account").text.contains("Your groups"))
        }
    }

    @Test func `the command line's desk says whose quota a home has`() async throws {
        try await withHomes { hub, _ in
            let (desk, ada) = (GroupDesk(store: hub.store, now: { noon }), try UserName(normalizing: "ada"))
            try await desk.add([GroupName("lab")], members: [ada], homeQuota: ByteCount(bytes: 7))
            let quota = try await hub.accounts.homeQuota(of: ada, everybody: nil)
            #expect(quota.size == ByteCount(bytes: 7))
            #expect(quota.source == .group(try GroupName("lab")))
            #expect(try await self.quota(hub, "ada") == 20_000_000_000, "the hub has not looked yet")
            try await hub.homes.applyQuotas()
            #expect(try await self.quota(hub, "ada") == 7)
        }
    }
}
