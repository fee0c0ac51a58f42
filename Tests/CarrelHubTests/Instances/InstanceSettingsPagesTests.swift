import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

extension HubFixture {
    /// An instance that anna manages, made on a page; the file has another.
    fileprivate func addLab() async throws -> InstanceName {
        var settings = InstanceSettings(name: "lab")
        (settings.title, settings.managers, settings.places) = ("The lab", ["anna"], 12)
        try await addUser("anna")
        return try await store.instances.make(settings, by: "root", at: noon).name
    }

    fileprivate func lab() async throws -> InstanceSettings {
        let name = try InstanceName("lab")
        return try #require(try await store.instances.named(name)).settings
    }

    fileprivate func admin() async throws -> Browser {
        try await addUser("root", isAdmin: true)
        return try await browser(of: "root")
    }
}

extension Browser {
    /// The fields of the form that a page shows, as a browser would send them; choices aside.
    fileprivate func fields(of path: String) async throws -> [String: String] {
        let html = try await get(path).text
        var fields: [String: String] = [:]
        for tag in html.matches(of: /<input [^>]*name="([^"]+)" value="([^"]*)"[^>]*>/) {
            let isTicked = !tag.0.contains("type=\"checkbox\"") && !tag.0.contains("type=\"radio\"")
            if isTicked || tag.0.contains(" checked") { fields[String(tag.1)] = plain(tag.2) }
        }
        for tag in html.matches(of: /<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)</) {
            fields[String(tag.1)] = plain(tag.2)
        }
        return fields
    }

    private func plain(_ text: Substring) -> String {
        var text = String(text)
        for (entity, sign) in [("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&#39;", "'"), ("&amp;", "&")] {
            text = text.replacing(entity, with: sign)
        }
        return text
    }
}

private let settings = "/hub/instances/lab/settings"

@Suite struct `The settings of an instance on a page` {
    @Test func `are for its managers, who may change some`() async throws {
        try await withHub { hub in
            _ = try await hub.addLab()
            #expect(try await hub.browser(of: "ada").get(settings).status == .notFound)
            let anna = try await hub.browser(of: "anna")
            var fields = try await anna.fields(of: settings)
            #expect(fields["title"] == "The lab" && fields["places"] == "12" && fields["quota"] == nil)
            fields["title"] = "Anna’s <lab>"
            // What isn't theirs to change isn't looked at.
            (fields["quota"], fields["managers"], fields["kind"]) = ("1 TB", "eve", "ephemeral")
            #expect(try await anna.post(settings, fields).location == settings + "?done=saved")
            let lab = try await hub.lab()
            #expect(lab.title == "Anna’s <lab>" && lab.quota == nil && lab.managers == ["anna"])
            #expect(lab.kind == .persistent && lab.places == 12 && lab.entry == [.account])
            #expect(try await anna.get(settings).text.contains("Anna’s &lt;lab&gt;"))
            let ada = try await hub.browser(of: "ada")
            let theirs = try await anna.fields(of: settings)
            #expect(try await ada.post(settings, theirs.filter { $0.key != "_xsrf" }).status == .notFound)
        }
    }

    @Test func `are all an admin's, whose changes hold at once`() async throws {
        try await withHub { hub in
            _ = try await hub.addLab()
            let root = try await hub.admin()
            var fields = try await root.fields(of: settings)
            (fields["quota"], fields["memoryLimit"], fields["places"]) = ("40 GB", "8 GiB", "")
            #expect(try await root.post(settings, fields).location == settings + "?done=saved")
            let lab = try await hub.lab()
            #expect(lab.quota == ByteCount(bytes: 40_000_000_000) && lab.memoryLimit == ByteCount(bytes: 8 << 30))
            #expect(lab.places == nil && lab.title == "The lab")
            let record = try #require(try await hub.store.instances.named(InstanceName("lab")))
            let policy = hub.servers.desk.instances.policy(of: record)
            #expect(policy.resources(nil).memory == ByteCount(bytes: 8 << 30))
            let same = try await root.post(settings, try await root.fields(of: settings))
            #expect(same.location == settings + "?done=same")
        }
    }

    @Test func `say beside each field what is wrong, and lose nothing that was typed`() async throws {
        try await withHub { hub in
            _ = try await hub.addLab()
            let root = try await hub.admin()
            var fields = try await root.fields(of: settings)
            (fields["title"], fields["places"], fields["managers"]) = ("New title", "many", "anna, nobody-yet")
            let refused = try await root.post(settings, fields)
            #expect(refused.status == .badRequest)
            #expect(refused.text.contains(#"name="title" value="New title""#))
            #expect(refused.text.contains(#"name="places" value="many""#))
            #expect(refused.text.contains(#"id="places-problem""#) && refused.text.contains("aria-invalid"))
            fields["places"] = "20"
            let again = try await root.post(settings, fields)
            #expect(again.text.contains("There is no account nobody-yet."))
            #expect(try await hub.lab().title == "The lab")
        }
    }

    @Test func `are not overwritten from an outdated page`() async throws {
        try await withHub { hub in
            _ = try await hub.addLab()
            let (root, anna) = (try await hub.admin(), try await hub.browser(of: "anna"))
            var (first, second) = (try await root.fields(of: settings), try await anna.fields(of: settings))
            (first["title"], first["description"]) = ("Root’s", "By root")
            #expect(try await root.post(settings, first).status == .seeOther)
            (second["title"], second["places"]) = ("Anna’s", "13")
            let refused = try await anna.post(settings, second)
            #expect(refused.status == .conflict)
            let kept = try await hub.lab()
            #expect(kept.title == "Root’s" && kept.places == 12)
            #expect(refused.text.contains(#"name="title" value="Anna’s""#))
            #expect(refused.text.contains("Somebody made this “Root’s” meanwhile."))
            #expect(refused.text.contains(">By root</textarea>") && refused.text.contains("It was empty."))
            let fields = try await anna.fields(of: settings)
            #expect(fields["title"] == "Root’s")
            var third = second
            third["was"] = fields["was"]
            third["description"] = "By root"
            #expect(try await anna.post(settings, third).status == .seeOther)
            let saved = try await hub.lab()
            #expect(saved.title == "Anna’s" && saved.places == 13)
        }
    }

    @Test func `of the file stand in the file`() async throws {
        var inFile = InstanceSettings(name: "lab")
        (inFile.title, inFile.managers, inFile.quota) = ("In the file", ["anna"], ByteCount(bytes: 7_000_000_000))
        var fixture = KeeperFixture.Settings()
        fixture.configuration.instances = [inFile]
        try await withHub(fixture) { hub in
            try await hub.servers.desk.instances.adopt()
            for one in [try await hub.admin(), try await hub.browser(of: "anna")] {
                let page = try await one.get(settings)
                #expect(page.status == .ok && page.text.contains("This instance stands in carrel.yaml."))
                #expect(page.text.contains("7 GB") && !page.text.contains("name=\"title\""))
                #expect(try await one.post(settings, ["title": "Mine", "was": "{}"]).status == .notFound)
            }
            #expect(try await hub.lab().title == "In the file")
        }
    }

    @Test func `change the kind only while nobody is in it`() async throws {
        try await withHub { hub in
            _ = try await hub.addLab()
            let root = try await hub.admin()
            var fields = try await root.fields(of: settings)
            #expect(fields["kind"] == "persistent")
            (fields["kind"], fields["ends"]) = ("temporary", "2099-12-24")
            #expect(try await root.post(settings, fields).status == .seeOther)
            #expect(try await hub.lab().kind == .temporary)
            var back = try await root.fields(of: settings)
            back["kind"] = "persistent"
            #expect(try await root.post(settings, back).status == .seeOther)
            #expect(try await hub.lab().ends == nil)
            try await hub.run(ServerKey.of("anna", "lab"))
            #expect(try await root.fields(of: settings)["kind"] == nil)
            back["kind"] = "ephemeral"
            _ = try await root.post(settings, back)
            #expect(try await hub.lab().kind == .persistent)
        }
    }
}

@Suite struct `Makers of instances` {
    private func withMakers(_ body: @escaping @Sendable (HubFixture, Browser) async throws -> Void) async throws {
        var fixture = KeeperFixture.Settings()
        fixture.configuration.accounts.instanceMakers = ["teachers"]
        fixture.configuration.servers.capacity = 10
        try await withHub(fixture) { hub in
            try await hub.addUser("ada")
            let teachers = try GroupName("teachers")
            try await hub.store.groups.add(GroupRecord(name: teachers, createdAt: noon))
            try await hub.store.groups.addMembers([UserName(normalizing: "ada")], to: teachers)
            try await body(hub, try await hub.browser(of: "ada"))
        }
    }

    private let fields = ["name": "lab", "title": "Ada’s lab", "kind": "persistent", "entry": "account"]

    @Test func `make one and manage it, and see no others`() async throws {
        try await withMakers { hub, ada in
            _ = try await hub.store.instances.make(InstanceSettings(name: "other"), by: "root", at: noon)
            #expect(try await ada.get("/hub/home").text.contains("New instance"))
            #expect(try await ada.get("/hub/instances").text.contains("New instance"))
            #expect(try await ada.post("/hub/instances", fields).location == "/hub/instances/lab?done=added")
            #expect(try await hub.lab().managers == ["ada"])
            let list = try await ada.get("/hub/instances").text
            #expect(list.contains("Ada’s lab") && !list.contains("/hub/instances/other"))
            #expect(try await ada.get("/hub/instances/other").status == .notFound)
            #expect(try await ada.fields(of: settings)["quota"] == "")
        }
    }

    @Test func `don't go beyond what everybody has`() async throws {
        try await withMakers { hub, ada in
            let much = fields.merging(["quota": "21 GB", "capacity": "11"]) { $1 }
            let refused = try await ada.post("/hub/instances", much)
            #expect(refused.status == .badRequest && refused.text.contains("At most 20 GB"))
            #expect(refused.text.contains(#"id="capacity-problem""#))
            #expect(try await ada.post("/hub/instances", fields).status == .seeOther)
            var more = try await ada.fields(of: settings)
            more["memoryLimit"] = "8 GiB"
            #expect(try await ada.post(settings, more).status == .badRequest)
            #expect(try await hub.lab().memoryLimit == nil)
        }
    }

    @Test func `are only those that the operator named`() async throws {
        try await withMakers { hub, _ in
            let bob = try await hub.browser(of: "bob")
            #expect(try await bob.get("/hub/instances").status == .notFound)
            #expect(try await !bob.get("/hub/home").text.contains("New instance"))
            #expect(try await bob.post("/hub/instances", fields).status == .forbidden)
            #expect(try await hub.store.instances.named(InstanceName("lab")) == nil)
        }
    }
}

@Suite struct `The tabs of an instance` {
    @Test func `lead from each of its pages to all others`() async throws {
        try await withHub { hub in
            var settings = InstanceSettings(name: "lab")
            (settings.kind, settings.ends) = (.temporary, EndTime(noon + 86_400))
            (settings.entry, settings.handIn, settings.managers) = ([.code, .invitation], "hand-in", ["anna"])
            try await hub.addUser("anna")
            try await hub.store.instances.make(settings, by: nil, at: noon)
            let anna = try await hub.browser(of: "anna")
            let pages = ["", "/people", "/end", "/code", "/hand-ins", "/settings"].map { "/hub/instances/lab" + $0 }
            for page in pages {
                let answer = try await anna.get(page)
                #expect(answer.status == .ok)
                for other in pages {
                    let current = other == page ? " aria-current=\"page\"" : ""
                    #expect(answer.text.contains("<a href=\"\(other)\"\(current)>"), "\(page) → \(other)")
                }
            }
        }
    }

    @Test func `leave out what there isn't`() throws {
        let record = try InstanceRecord(InstanceSettings(name: "lab"), origin: .page, createdAt: noon)
        let tabs = PageTabs.instance(record, current: "/hub/instances/lab")
        #expect(tabs.items.map(\.label) == ["Overview", "People", "Settings"])
        #expect(tabs.items.map(\.isCurrent) == [true, false, false])
    }
}
