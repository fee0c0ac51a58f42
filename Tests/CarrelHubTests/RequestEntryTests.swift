import CarrelAuth
import CarrelModel
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Entering an instance` {
    private static let code = "Norunda-2026"

    /// A hub with an instance that is entered as said.
    private func withInstance(
        _ entry: [EntryWay],
        terms: [String] = [],
        code: String? = Self.code,
        catalogue: String? = nil,
        _ body: @escaping @Sendable (HubFixture) async throws -> Void,
    ) async throws {
        try await withHub { hub in
            try await hub.store.instances.add(.exploring(entry: entry, terms: terms, catalogue: catalogue))
            try await hub.addUser("teacher", isAdmin: true)
            if let code {
                let teacher = try await hub.browser(of: "teacher")
                let set = try await teacher.post("/hub/instances/explore/code", ["code": " \(code) "])
                #expect(set.location == "/hub/instances/explore/code?done=set")
            }
            try await body(hub)
        }
    }

    /// A stranger's browser that has looked at the entry page.
    private func stranger(_ hub: HubFixture, address: String = "192.0.2.9") async throws -> Browser {
        let browser = hub.browser(address: address)
        let page = try await browser.get("/hub/enter/explore")
        #expect(page.status == .ok)
        return browser
    }

    private func visitors(_ hub: HubFixture) async throws -> [UserRecord] {
        try await hub.store.users.all().filter(\.isVisitor)
    }

    @Test func `without an account makes a visitor who starts at once, with few pages and no tokens`() async throws {
        try await withInstance([.open], code: nil) { hub in
            let browser = try await stranger(hub)
            let before = browser.cookies.first { $0.name == HubCookies.session }?.value
            let entered = try await browser.post("/hub/enter/explore")
            let visitor = try #require(try await visitors(hub).first)
            #expect(visitor.name.text.hasPrefix("visitor-") && visitor.passwordHash == nil && (visitor.id ?? 0) < 0)
            #expect(entered.location == "/hub/spawn/\(visitor.name)/explore")
            #expect(browser.cookies.first { $0.name == HubCookies.session }?.value != before, "nothing is taken over")

            let home = try await browser.get("/hub/home")
            #expect(home.text.contains("Nothing is kept") && home.text.contains("Exploredata"))
            #expect(!home.text.contains("/hub/account\"") && !home.text.contains("/hub/storage\""))
            for page in ["account", "storage", "restore", "requests", "admin", "instances/explore/code"] {
                #expect(try await browser.get("/hub/\(page)").status == .forbidden, "\(page)")
            }
            #expect(Rights.scopes(of: visitor, in: []).reach(of: .tokens) == nil)
            #expect(Rights.scopes(of: visitor, in: []).reach(of: .servers) != nil)
            #expect(try await browser.get("/hub/spawn/\(visitor.name)").status == .notFound, "only this instance")
            #expect(try await browser.get("/hub/spawn/teacher").status == .notFound)

            let key = ServerKey(user: visitor.name, server: try ServerName("explore"))
            #expect(try await browser.get("/hub/spawn/\(visitor.name)/explore").status == .found)
            try await hub.servers.reaches(.ready, key)
        }
    }

    @Test func `asks for each of the terms by itself`() async throws {
        try await withInstance([.open], terms: ["use", "data"], code: nil) { hub in
            let browser = try await stranger(hub)
            let none = try await browser.post("/hub/enter/explore")
            #expect(none.status == .badRequest)
            #expect(none.text.components(separatedBy: "Tick this box to go on.").count == 3)
            let one = try await browser.post("/hub/enter/explore", ["term-use": "yes"])
            #expect(one.status == .badRequest)
            #expect(one.text.contains("id=\"problem-data\"") && !one.text.contains("id=\"problem-use\""))
            #expect(one.text.contains("id=\"term-use\" name=\"term-use\" value=\"yes\" checked"))
            #expect(try await visitors(hub).isEmpty)
            let both = try await browser.post("/hub/enter/explore", ["term-use": "yes", "term-data": "yes"])
            #expect(both.status == .seeOther)
            let visitor = try #require(try await visitors(hub).first)
            #expect(both.location == "/hub/spawn/\(visitor.name)/explore")
            #expect(try await browser.get("/hub/enter/explore").location == both.location, "nothing is asked again")
        }
    }

    @Test func `wants the code, forgives how it is written, and slows down who guesses`() async throws {
        try await withInstance([.code]) { hub in
            let browser = try await stranger(hub)
            for _ in 0..<5 {
                let wrong = try await browser.post("/hub/enter/explore", ["code": "norunda-2025"])
                #expect(wrong.status == .forbidden && wrong.text.contains("That is not the code."))
                #expect(!wrong.text.contains("norunda-2025"))
            }
            hub.clock.advance(by: 0)
            _ = try await browser.post("/hub/enter/explore", ["code": "norunda-2025"])
            let slowed = try await browser.post("/hub/enter/explore", ["code": Self.code])
            #expect(slowed.status == .tooManyRequests && slowed.headers[.retryAfter] != nil)
            let other = try await stranger(hub, address: "198.51.100.4")
            let right = try await other.post("/hub/enter/explore", ["code": "  NORUNDA-2026 "])
            #expect(right.status == .seeOther)
            #expect(try await visitors(hub).count == 1)
        }
    }

    @Test func `isn't possible from another site, nor without the code being set`() async throws {
        try await withInstance([.open], code: nil) { hub in
            let browser = try await stranger(hub)
            #expect(try await browser.post("/hub/enter/explore", xsrf: "wrong").status == .forbidden)
            #expect(try await visitors(hub).isEmpty)
        }
        try await withInstance([.code], code: nil) { hub in
            let page = try await hub.browser().get("/hub/enter/explore")
            #expect(page.location?.hasPrefix("/hub/login?next=") == true)
        }
    }

    @Test func `with an account keeps it, and makes one a member`() async throws {
        try await withInstance([.code], terms: ["use"]) { hub in
            let ada = try await hub.browser(of: "ada")
            let start = try await ada.get("/hub/spawn/ada/explore?next=/user/ada/explore/lab/tree/x")
            let entry = try #require(start.location)
            #expect(entry.hasPrefix("/hub/enter/explore?next="))
            let next = try #require(start.redirected("next"))
            #expect(next == "/hub/spawn/ada/explore?next=/user/ada/explore/lab/tree/x")
            #expect(try await ada.get(entry).text.contains("I agree to"))
            let session = ada.cookies.first { $0.name == HubCookies.login }
            let entered = try await ada.post(
                "/hub/enter/explore",
                ["code": Self.code, "term-use": "yes", "next": next]
            )
            #expect(entered.location == next)
            #expect(ada.cookies.first { $0.name == HubCookies.login } == session)
            #expect(try await visitors(hub).isEmpty)
            let user = try #require(try await hub.store.users.named(UserName(normalizing: "ada")))
            let instance = try #require(try await hub.store.instances.named(InstanceName("explore")))
            #expect(try await hub.store.instanceMembers.find(user: user.id ?? 0, in: instance.id ?? 0)?.role == .member)
            #expect(try await ada.get(next).status == .found)
        }
    }

    @Test func `is limited for each address, and in all`() async throws {
        try await withInstance([.open], code: nil) { hub in
            for (address, isIn) in [
                ("192.0.2.9", true), ("192.0.2.9", true), ("192.0.2.9", true), ("192.0.2.9", false),
                ("198.51.100.1", true), ("198.51.100.2", true), ("198.51.100.3", false),
            ] {
                let response = try await stranger(hub, address: address).post("/hub/enter/explore")
                #expect(response.status == (isIn ? .seeOther : .tooManyRequests))
                if !isIn { #expect(response.text.contains("visitors are here")) }
            }
        }
    }

    @Test func `ends with signing out: server, home and account go`() async throws {
        try await withInstance([.open], code: nil) { hub in
            let browser = try await stranger(hub)
            _ = try await browser.post("/hub/enter/explore")
            let visitor = try #require(try await visitors(hub).first)
            let key = ServerKey(user: visitor.name, server: try ServerName("explore"))
            try await hub.run(key)
            let home = "\(hub.servers.homesFolder)/explore/\(visitor.name.unixName)"
            #expect(FileManager.default.fileExists(atPath: home))
            #expect(try await browser.post("/hub/logout").location == "/hub/login?signed-out=1")
            try await eventually("the visitor is gone") { try await visitors(hub).isEmpty }
            #expect(!FileManager.default.fileExists(atPath: home))
            #expect(await hub.spawner.running.isEmpty)
            // The number is free again, for somebody else.
            let other = try await stranger(hub)
            _ = try await other.post("/hub/enter/explore")
            #expect(try await visitors(hub).map(\.id) == [visitor.id])
        }
    }

    @Test func `is offered beside the sign-in only where it is possible`() async throws {
        try await withInstance([.open], code: nil) { hub in
            #expect(try await hub.browser().get("/hub/login").text.contains("href=\"/hub/enter/explore\""))
            try await hub.store.instances.change(InstanceName("explore")) { $0.isClosed = true }
            #expect(try await !hub.browser().get("/hub/login").text.contains("/hub/enter/explore"))
            #expect(try await hub.browser().get("/hub/enter/explore").status == .forbidden)
        }
        try await withInstance([.account]) { hub in
            let page = try await hub.browser().get("/hub/login").text
            #expect(!page.contains("/hub/enter/explore"))
            for name in ["explore", "nothing"] {
                let entry = try await hub.browser().get("/hub/enter/\(name)")
                #expect(entry.location?.hasPrefix("/hub/login") == true)
            }
        }
    }

    @Test func `has a code that managers set and take away, and nobody else`() async throws {
        try await withInstance([.code]) { hub in
            let ada = try await hub.browser(of: "ada")
            #expect(try await ada.get("/hub/instances/explore/code").status == .notFound)
            #expect(try await ada.post("/hub/instances/explore/code", ["code": "mine-mine"]).status == .notFound)
            let teacher = try await hub.browser(of: "teacher")
            #expect(try await teacher.get("/hub/instances/explore/code").text.contains("There is a code."))
            #expect(try await teacher.post("/hub/instances/explore/code", ["code": "short"]).status == .badRequest)
            _ = try await teacher.post("/hub/instances/explore/code/clear")
            #expect(try await hub.store.instances.named(InstanceName("explore"))?.codeHash == nil)
        }
    }

    @Test func `shows the catalogue, and its click comes back after entering`() async throws {
        try await withFolder { folder in
            let file = "\(folder)/catalogue.yaml"
            try Data(Self.catalogue.utf8).write(to: URL(filePath: file))
            try Data("<svg/>".utf8).write(to: URL(filePath: "\(folder)/co2.svg"))
            try await withInstance([.open], code: nil, catalogue: file) { hub in
                let browser = hub.browser()
                let page = try await browser.get("/hub/catalogue/explore")
                #expect(
                    page.text.contains("Carbon dioxide &lt;now&gt;")
                        && page.text.contains("https://doi.org/10.18160/ABC")
                )
                let picture = try await browser.get("/hub/catalogue/explore/picture/explore/co2")
                #expect(picture.headers[.contentType] == "image/svg+xml" && picture.text == "<svg/>")
                #expect(picture.headers[.contentSecurityPolicy]?.contains("sandbox") == true)
                #expect(try await browser.get("/hub/catalogue/explore/picture/explore/other").status == .notFound)

                let open = "/hub/catalogue/explore/open/explore/co2"
                let asked = try await browser.get(open)
                #expect(asked.location == "/hub/enter/explore?next=\(open)")
                let entered = try await browser.post("/hub/enter/explore", ["next": open])
                #expect(entered.location == open)
                let visitor = try #require(try await visitors(hub).first).name
                let starting = try await browser.get(open)
                let target = "/user/\(visitor)/explore/lab/tree/catalogue/co2/now%20and%20then.ipynb"
                #expect(starting.redirected("next") == target)
                try await hub.servers.reaches(.ready, ServerKey(user: visitor, server: ServerName("explore")))
                #expect(try await browser.get(open).location == target)
            }
        }
    }

    private static let catalogue = """
        title: Explore data
        sections:
          explore:
            title: Explore
            entries:
              co2:
                title: Carbon dioxide <now>
                picture: co2.svg
                notebook: co2/now and then.ipynb
                doi: 10.18160/ABC
              other:
                notebook: other.ipynb
        """
}
