import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `The admin page` {
    private func admin(_ hub: HubFixture) async throws -> Browser {
        try await hub.addUser("root", isAdmin: true)
        return try await hub.browser(of: "root")
    }

    /// Has a user ask for room, and gives the request's id.
    private func ask(_ hub: HubFixture, _ name: String, size: String = "50 GB") async throws -> Int64 {
        let browser = try await hub.browser(of: name)
        _ = try await browser.post("/hub/storage/ask", ["size": size, "text": "For <models>"])
        return try #require(try await hub.store.requests.all(.open).last?.request.id)
    }

    @Test func `only admins see it and its link`() async throws {
        try await withHub { hub in
            let root = try await admin(hub)
            let ada = try await hub.browser(of: "ada")
            #expect(try await root.get("/hub/home").text.contains(#"href="/hub/admin""#))
            #expect(try await !ada.get("/hub/home").text.contains(#"href="/hub/admin""#))
            #expect(try await root.get("/hub/admin").status == .ok)
            #expect(try await ada.get("/hub/admin").status == .forbidden)
            let id = try await ask(hub, "bob")
            for path in ["quota/ada", "start/ada", "stop/ada", "start/bob", "requests/\(id)"] {
                let fields = ["size": "90 GB", "decision": "grant"]
                #expect(try await ada.post("/hub/admin/\(path)", fields).status == .forbidden, "\(path)")
            }
            #expect(try await hub.store.users.named(UserName(normalizing: "ada"))?.homeQuota == nil)
            #expect(await hub.spawner.calls.isEmpty)
            #expect(hub.storage.quotas.isEmpty)
        }
    }

    @Test func `it shows servers with their use, homes and requests`() async throws {
        try await withHub { hub in
            let root = try await admin(hub)
            _ = try await ask(hub, "ada")
            try await hub.run(.of("ada", "gpu"))
            await hub.spawner.setUsage(someUse, for: try ServerKey.of("ada", "gpu").directoryName)
            try await hub.holds("ada", 19_000_000_000)
            _ = try await root.get("/hub/admin")
            try await hub.watch.readServers()
            let text = try await root.get("/hub/admin").text
            #expect(text.contains("1 open request<"))
            #expect(text.contains("For &lt;models&gt;"))
            #expect(text.contains("19 GB of 20 GB"))
            #expect(text.contains("Memory: 1.2 GB of 4 GB"))
            #expect(text.contains("Processes: 12 of 500"))
            #expect(text.contains(#"action="/hub/admin/stop/ada/gpu?q=&amp;sort=name&amp;page=1""#))
            #expect(text.contains(#"action="/hub/admin/start/ada?q=&amp;sort=name&amp;page=1""#))
            #expect(text.contains(#"name="size" value="50 GB""#))
        }
    }

    @Test func `it starts and stops anybody's server and comes back`() async throws {
        try await withHub { hub in
            let root = try await admin(hub)
            try await hub.addUser("ada")
            let started = try await root.post("/hub/admin/start/ada?q=a&sort=use&page=1")
            #expect(started.location == "/hub/admin?q=a&sort=use&page=1&done=start")
            try await hub.servers.reaches(.ready, .of("ada"))
            #expect(try await root.post("/hub/admin/stop/ada").status == .seeOther)
            try await hub.servers.reaches(.stopped, .of("ada"))
            #expect(try await root.post("/hub/admin/stop/nobody").status == .notFound)
            #expect(try await root.post("/hub/admin/start/nobody").status == .notFound)
        }
    }

    @Test func `a quota holds at once, and can be everybody's again`() async throws {
        try await withHub { hub in
            let root = try await admin(hub)
            try await hub.addUser("ada")
            try await hub.holds("ada", 1)
            let set = try await root.post("/hub/admin/quota/ada", ["size": "50 GB"])
            #expect(set.location?.hasSuffix("done=quota") == true)
            #expect(hub.storage.quotas.last?.quota == ByteCount(bytes: 50_000_000_000))
            #expect(try hub.homes.board.home(hub.home("ada"))?.quota == ByteCount(bytes: 50_000_000_000))
            _ = try await root.post("/hub/admin/quota/ada", ["size": "", "whose": "default"])
            #expect(hub.storage.quotas.last?.quota == ByteCount(bytes: 20_000_000_000))
            #expect(try await hub.store.users.named(UserName(normalizing: "ada"))?.homeQuota == nil)
            #expect(try await root.post("/hub/admin/quota/ada", ["size": "-5"]).status == .badRequest)
            #expect(try await root.post("/hub/admin/quota/nobody", ["size": "5 GB"]).status == .notFound)
        }
    }

    @Test func `a quota that can't be set now is noted, and that is said`() async throws {
        try await withHub { hub in
            let root = try await admin(hub)
            try await hub.addUser("ada")
            hub.storage.fail(.cannotPrepareHome(path: "/x", reason: "gone"))
            let set = try await root.post("/hub/admin/quota/ada", ["size": "50 GB"])
            #expect(try await root.get(try #require(set.location)).text.contains("couldn’t be set now"))
            #expect(try await hub.store.users.named(UserName(normalizing: "ada"))?.homeQuota == 50_000_000_000)
        }
    }

    @Test func `granting room sets the quota at once, and its user is told`() async throws {
        try await withHub { hub in
            let root = try await admin(hub)
            let id = try await ask(hub, "ada")
            try await hub.holds("ada", 1)
            let fields = ["decision": "grant", "size": "30 GB", "answer": "Enough for now."]
            let answered = try await root.post("/hub/admin/requests/\(id)", fields)
            #expect(answered.location?.hasSuffix("done=granted") == true)
            #expect(hub.storage.quotas.map(\.quota) == [ByteCount(bytes: 30_000_000_000)])
            #expect(try await hub.store.users.named(UserName(normalizing: "ada"))?.homeQuota == 30_000_000_000)
            let ada = try await hub.browser(of: "ada")
            let text = try await ada.get("/hub/home").text
            #expect(text.contains("Your request for more room was granted: Enough for now."))
            #expect(text.contains("1 byte of 30 GB"))
            #expect(try await root.post("/hub/admin/requests/\(id)", fields).status == .badRequest, "answered already")
            #expect(hub.storage.quotas.count == 1)
        }
    }

    @Test func `declining changes no quota`() async throws {
        try await withHub { hub in
            let root = try await admin(hub)
            let id = try await ask(hub, "ada")
            let bad = ["decision": "grant", "size": "a lot"]
            #expect(try await root.post("/hub/admin/requests/\(id)", bad).status == .badRequest)
            #expect(try await root.post("/hub/admin/requests/\(id)", ["decision": "?"]).status == .badRequest)
            _ = try await root.post("/hub/admin/requests/\(id)", ["decision": "decline", "size": "9 GB"])
            #expect(try await hub.store.requests.withID(id)?.request.state == .declined)
            #expect(hub.storage.quotas.isEmpty)
            #expect(try await root.post("/hub/admin/requests/999", ["decision": "grant"]).status == .notFound)
        }
    }

    @Test func `users are found, ordered and shown page by page`() async throws {
        try await withHub { hub in
            let root = try await admin(hub)
            for number in 10..<40 { try await hub.store.addUser("user\(number)") }
            try await hub.holds("user33", 7_000)
            let first = try await root.get("/hub/admin").text
            #expect(first.contains("31 users, page 1 of 2"))
            #expect(first.contains("user33") && !first.contains("user38"))
            #expect(first.contains(#"aria-sort="ascending""#))
            #expect(first.contains(#"href="/hub/admin?q=&amp;sort=name&amp;page=2" rel="next""#))
            #expect(try await root.get("/hub/admin?page=2").text.contains("user38"))
            let byUse = try await root.get("/hub/admin?sort=use").text
            let (large, small) = (byUse.firstRange(of: "user33"), byUse.firstRange(of: "user10"))
            #expect(try #require(large).lowerBound < #require(small).lowerBound)
            let found = try await root.get("/hub/admin?q=USER33").text
            #expect(found.contains("1 user<") && !found.contains("user10"))
            #expect(try await root.get("/hub/admin?q=%3Cb%3E&page=-4&sort=x").text.contains(#"value="&lt;b&gt;""#))
        }
    }

    @Test func `what the command line changed is put to use when the hub looks`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            try await hub.addUser("bob")
            try await hub.holds("ada", 1)
            try await hub.holds("bob", 1)
            try await hub.accounts.setHomeQuota(ByteCount(bytes: 9), of: UserName(normalizing: "ada"))
            try await hub.homes.applyQuotas()
            #expect(hub.storage.quotas.map(\.home) == [try hub.home("ada")])
            try await hub.homes.applyQuotas()
            #expect(hub.storage.quotas.count == 1)
            hub.storage.set(
                HomeUsage(used: ByteCount(bytes: 1), quota: nil),
                of: HomeID(instance: "default", slug: "gone")
            )
            try await hub.homes.applyQuotas()
            #expect(hub.storage.quotas.last?.quota == ByteCount(bytes: 20_000_000_000), "nobody's home has everybody's")
        }
    }
}
