import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `The pages about groups` {
    /// A hub with ada, bob, and an admin's browser.
    private func withAdmin(_ body: @escaping @Sendable (HubFixture, Browser) async throws -> Void) async throws {
        try await withHub { hub in
            for name in ["ada", "bob"] { try await hub.addUser(name) }
            try await hub.addUser("root", isAdmin: true)
            try await body(hub, hub.browser(of: "root"))
        }
    }

    private func members(_ hub: HubFixture, _ name: String) async throws -> [String] {
        try await hub.store.groups.members(of: GroupName(name)).map(\.text)
    }

    @Test func `only admins see and change groups`() async throws {
        try await withAdmin { hub, root in
            _ = try await root.post("/hub/admin/groups", ["name": "lab"])
            let ada = try await hub.browser(of: "ada")
            for path in ["", "/lab"] {
                #expect(try await ada.get("/hub/admin/groups\(path)").status == .forbidden)
                #expect(try await root.get("/hub/admin/groups\(path)").status == .ok)
            }
            let fields = ["name": "sea", "users": "ada", "home": "90 GB"]
            for path in ["", "/lab/members", "/lab/members/ada/remove", "/lab/quotas", "/lab/remove"] {
                #expect(try await ada.post("/hub/admin/groups\(path)", fields).status == .forbidden, "\(path)")
                #expect(try await root.post("/hub/admin/groups\(path)", fields, xsrf: "no").status == .forbidden)
            }
            #expect(try await hub.store.groups.all().map(\.homeQuota) == [nil])
            #expect(try await members(hub, "lab").isEmpty)
        }
    }

    @Test func `a group is added, filled, emptied and removed`() async throws {
        try await withAdmin { hub, root in
            let fields = ["name": " Lab.1 ", "home": "50 GB", "project": "none"]
            let added = try await root.post("/hub/admin/groups", fields)
            #expect(added.location == "/hub/admin/groups/Lab.1?done=added")
            let group = try await hub.store.groups.named(GroupName("Lab.1"))
            #expect(group?.homeQuota == 50_000_000_000)
            #expect(group?.projectQuota == GroupRecord.unlimited)
            let joined = try await root.post("/hub/admin/groups/Lab.1/members", ["users": "ada, BOB\nada,"])
            #expect(joined.location == "/hub/admin/groups/Lab.1?done=joined")
            #expect(try await members(hub, "Lab.1") == ["ada", "bob"])
            let page = try await root.get("/hub/admin/groups/Lab.1").text
            #expect(page.contains("2 members"))
            #expect(page.contains(#"action="/hub/admin/groups/Lab.1/members/bob/remove""#))
            #expect(page.contains(#"name="home" value="50 GB""#) && page.contains(#"name="project" value="none""#))
            let list = try await root.get("/hub/admin/groups").text
            #expect(list.contains("2 members") && list.contains("ada, bob") && list.contains("No limit"))
            #expect(try await root.get("/hub/admin").text.contains("</span>Lab.1</p>"))
            _ = try await root.post("/hub/admin/groups/Lab.1/members/bob/remove")
            #expect(try await members(hub, "Lab.1") == ["ada"])
            let gone = try await root.post("/hub/admin/groups/Lab.1/remove")
            #expect(gone.location == "/hub/admin/groups?done=removed")
            #expect(try await root.get("/hub/admin/groups?done=removed").text.contains("is kept with all its files"))
            #expect(try await root.get("/hub/admin/groups/Lab.1").status == .notFound)
        }
    }

    @Test func `any name that a group can have leads to its page`() async throws {
        try await withAdmin { hub, root in
            for name in ["a+b@x.org", "0-9._-", String(repeating: "x", count: 64)] {
                let added = try await root.post("/hub/admin/groups", ["name": name])
                #expect(try await root.get(try #require(added.location)).text.contains("<bdi>\(name)</bdi></h1>"))
            }
        }
    }

    @Test func `quotas hold at once, and nothing typed is everybody's`() async throws {
        try await withAdmin { hub, root in
            try await hub.holds("ada", 1)
            _ = try await root.post("/hub/admin/groups", ["name": "lab"])
            _ = try await root.post("/hub/admin/groups/lab/members", ["users": "ada"])
            let set = try await root.post("/hub/admin/groups/lab/quotas", ["home": "50 GB", "project": ""])
            #expect(set.location?.hasSuffix("done=quotas") == true)
            #expect(hub.storage.quotas.last?.quota == ByteCount(bytes: 50_000_000_000))
            let admin = try await root.get("/hub/admin").text
            #expect(admin.contains(#"Quota <span class="tag">lab</span>"#))
            _ = try await root.post("/hub/admin/groups/lab/quotas", ["home": " ", "project": "1 TB"])
            #expect(hub.storage.quotas.last?.quota == ByteCount(bytes: 20_000_000_000))
            #expect(try await hub.store.groups.named(GroupName("lab"))?.projectQuota == 1_000_000_000_000)
            hub.storage.fail(.cannotPrepareHome(path: "/x", reason: "gone"))
            let noted = try await root.post("/hub/admin/groups/lab/quotas", ["home": "5 GB"])
            #expect(try await root.get(try #require(noted.location)).text.contains("couldn’t be set now"))
        }
    }

    @Test(arguments: [
        ("", ["name": "a b"], "a group and its folder"), ("", ["name": "LAB"], "already a group lab"),
        ("", ["name": "new", "home": "a lot"], "a lot"), ("/lab/members", ["users": "eve"], "There is no user eve"),
        ("/lab/members", ["users": " , "], "Give a name"), ("/lab/members", ["users": "a/b"], "/"),
        ("/lab/quotas", ["home": "none"], "none"), ("/lab/quotas", ["project": "5"], "5"),
    ])
    func `what can't be is said beside what was typed`(
        path: String,
        fields: [String: String],
        words: String,
    ) async throws {
        try await withAdmin { hub, root in
            _ = try await root.post("/hub/admin/groups", ["name": "lab"])
            let answer = try await root.post("/hub/admin/groups\(path)", fields)
            #expect(answer.status == .badRequest)
            #expect(answer.text.contains(#"role="alert""#))
            #expect(answer.text.contains(words))
            for typed in fields.values { #expect(answer.text.contains(#"value="\#(typed)""#)) }
            #expect(try await hub.store.groups.all().count == 1)
            #expect(try await members(hub, "lab").isEmpty)
        }
    }

    @Test func `a request for a group is granted with one click`() async throws {
        try await withAdmin { hub, root in
            for name in ["climate", "soil"] { _ = try await root.post("/hub/admin/groups", ["name": name]) }
            _ = try await root.post("/hub/admin/groups/climate/quotas", ["home": "50 GB"])
            let ada = try await hub.browser(of: "ada")
            _ = try await ada.post("/hub/requests", ["kind": "group", "text": "May I join Climate?"])
            let id = try #require(try await hub.store.requests.all(.open).first?.request.id)
            #expect(try await root.get("/hub/admin").text.contains(#"<option value="climate" selected>"#))
            let answer = ["decision": "grant", "group": "climate", "answer": "Welcome."]
            let granted = try await root.post("/hub/admin/requests/\(id)", answer)
            #expect(granted.location?.hasSuffix("done=granted") == true)
            #expect(try await members(hub, "climate") == ["ada"])
            #expect(hub.storage.quotas.last?.quota == ByteCount(bytes: 50_000_000_000))
        }
    }

    @Test func `a group that doesn't exist leaves a request open, and declining puts nobody in`() async throws {
        try await withAdmin { hub, root in
            _ = try await root.post("/hub/admin/groups", ["name": "soil"])
            let ada = try await hub.browser(of: "ada")
            _ = try await ada.post("/hub/requests", ["kind": "group", "text": "soil"])
            let id = try #require(try await hub.store.requests.all(.open).first?.request.id)
            let path = "/hub/admin/requests/\(id)"
            for wrong in ["gone", "a b"] {
                #expect(try await root.post(path, ["decision": "grant", "group": wrong]).status == .badRequest)
            }
            #expect(try await hub.store.requests.withID(id)?.request.state == .open)
            _ = try await root.post(path, ["decision": "decline", "group": "soil"])
            #expect(try await members(hub, "soil").isEmpty)
        }
    }

    @Test func `a request for something else puts nobody into a group`() async throws {
        try await withAdmin { hub, root in
            _ = try await root.post("/hub/admin/groups", ["name": "soil"])
            let ada = try await hub.browser(of: "ada")
            _ = try await ada.post("/hub/requests", ["kind": "other", "text": "soil"])
            let id = try #require(try await hub.store.requests.all(.open).first?.request.id)
            #expect(try await !root.get("/hub/admin").text.contains(#"name="group""#))
            _ = try await root.post("/hub/admin/requests/\(id)", ["decision": "grant", "group": "soil"])
            #expect(try await members(hub, "soil").isEmpty)
            let token = try await hub.token(of: "root")
            _ = try await ada.post("/hub/requests", ["kind": "group", "text": "soil"])
            let second = try #require(try await hub.store.requests.all(.open).first?.request.id)
            let body = #"{"state": "granted", "group": "soil"}"#
            let granted = try await hub.browser().send(
                .patch,
                "/hub/api/carrel/requests/\(second)",
                .token(token),
                body: body
            )
            #expect(granted.status == .ok)
            #expect(try await members(hub, "soil") == ["ada"])
        }
    }

    @Test(arguments: [
        ("Please: climate.", "climate"), ("CLIMATE-2 and climate", "Climate-2"), ("acclimate", nil), ("", nil),
        ("soil or climate", "climate"), ("…(soil)…", "soil"),
    ])
    func `the group that a request names is proposed`(text: String, expected: String?) throws {
        let names = try ["climate", "Climate-2", "soil"].map { try GroupName($0) }
        #expect(GroupChoice.guess(text, names)?.text == expected)
    }
}
