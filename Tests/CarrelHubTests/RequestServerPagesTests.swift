import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Pages about one's servers` {
    @Test func `home shows the server's state and what can be done`() async throws {
        try await withHub(announcement: "Maintenance <tonight>") { hub in
            let browser = try await hub.browser(of: "ada")
            let stopped = try await browser.get("/hub/home").text
            #expect(stopped.contains("Stopped"))
            #expect(stopped.contains(#"action="/hub/spawn/ada""#))
            #expect(stopped.contains("Maintenance &lt;tonight&gt;"))
            try await hub.run(.of("ada"))
            let ready = try await browser.get("/hub/home").text
            #expect(ready.contains("Ready"))
            #expect(ready.contains(#"href="/user/ada/""#))
            #expect(ready.contains(#"action="/hub/stop/ada""#))
            #expect(ready.contains(browser.xsrf))
        }
    }

    @Test func `home shows why the last run ended, and names nobody else's servers`() async throws {
        try await withHub(spawner: FakeSpawner(behaviours: ["ada": .refused(.programNotFound(path: "/x/python"))])) {
            hub in
            let browser = try await hub.browser(of: "ada")
            try await hub.addUser("mallory")
            try await hub.run(.of("mallory"))
            _ = try await browser.post("/hub/spawn/ada")
            try await hub.servers.reaches(.stopped, .of("ada"))
            try await eventually("the failure is noted") { try await hub.servers.row(.of("ada"))?.failure != nil }
            let text = try await browser.get("/hub/home").text
            #expect(text.contains("Failed"))
            #expect(text.contains("The program /x/python isn&#39;t on this machine."))
            #expect(!text.contains("mallory"))
        }
    }

    @Test func `a GET and a POST start, lead to the page of the start, and on to the server`() async throws {
        try await withHub(spawner: FakeSpawner(otherwise: .slowToAnswer)) { hub in
            let browser = try await hub.browser(of: "ada")
            #expect(
                try await browser.get("/hub/spawn?next=%2Fuser%2Fada%2Fx").location
                    == "/hub/spawn/ada?next=%2Fuser%2Fada%2Fx"
            )
            let byGet = try await browser.get("/hub/spawn/ada?next=%2Fuser%2Fada%2Fx%3Fa%3D1")
            #expect(byGet.status == .found)
            #expect(byGet.location == "/hub/spawn-pending/ada?next=/user/ada/x%3Fa%3D1")
            let byPost = try await browser.post("/hub/spawn/ada", ["next": "/user/ada/y"])
            #expect(byPost.status == .seeOther)
            #expect(byPost.location == "/hub/spawn-pending/ada?next=/user/ada/y")

            try await eventually("it starts") { await hub.spawner.running == ["ada"] }
            let pending = try await browser.get(try #require(byGet.location))
            #expect(pending.status == .ok)
            #expect(pending.text.contains("Starting your server"))
            #expect(pending.text.contains("/hub/api/users/ada/server/progress?_xsrf"))
            #expect(pending.text.contains("Sign") || pending.text.contains("ada"))

            await hub.spawner.release("ada")
            try await hub.servers.reaches(.ready, .of("ada"))
            #expect(try await browser.get("/hub/spawn-pending/ada?next=/user/ada/x").location == "/user/ada/x")
            #expect(try await browser.get("/hub/spawn-pending/ada?next=//evil.example").location == "/user/ada/")
            #expect(try await browser.get("/hub/spawn/ada").location == "/user/ada/")
            #expect(await hub.spawner.calls.count { $0 == .start("ada") } == 1)
        }
    }

    @Test func `the page of a start knows every state`() async throws {
        var settings = KeeperFixture.Settings()
        settings.capacity = 1
        try await withHub(settings) { hub in
            let browser = try await hub.browser(of: "ada")
            #expect(try await browser.get("/hub/spawn-pending/ada").status == .notFound, "never asked for")
            let bob = try await hub.browser(of: "bob")
            try await hub.run(.of("bob"))
            _ = try await browser.post("/hub/spawn/ada")
            try await hub.servers.reaches(.queued, .of("ada"))
            let queued = try await browser.get("/hub/spawn-pending/ada").text
            #expect(queued.contains("You are next."))
            #expect(try await browser.get("/hub/home").text.contains("Waiting in the queue as number 1"))

            await hub.spawner.set(.diesEarly(code: 3), for: "ada")
            _ = try await bob.post("/hub/stop/bob")
            try await hub.servers.reaches(.stopped, .of("ada"))
            try await eventually("the failure is noted") { try await hub.servers.row(.of("ada"))?.failure != nil }
            let failed = try await browser.get("/hub/spawn-pending/ada")
            #expect(failed.text.contains("Your server didn’t start"))
            #expect(failed.text.contains("ended with code 3"))

            await hub.spawner.set(.unstoppable, for: "bob")
            _ = try await bob.post("/hub/spawn/bob")
            try await hub.servers.reaches(.ready, .of("bob"))
            _ = try await bob.post("/hub/stop/bob")
            try await hub.servers.reaches(.stopping, .of("bob"))
            #expect(try await bob.get("/hub/spawn-pending/bob").text.contains("topping"))
            await hub.spawner.set(.obedient, for: "bob")
            hub.servers.keeper.wake(try #require(try await hub.servers.row(.of("bob"))?.id))
            try await hub.servers.reaches(.stopped, .of("bob"))
            #expect(try await bob.get("/hub/spawn-pending/bob").location == "/hub/home")
        }
    }

    @Test(arguments: [
        "/hub/spawn/bob", "/hub/spawn-pending/bob", "/hub/logs/bob", "/hub/spawn/nobody",
        "/hub/spawn-pending/bob/gpu",
    ])
    func `somebody else's server is as if it weren't there`(path: String) async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            try await hub.addUser("bob")
            try await hub.run(.of("bob"))
            #expect(try await browser.get(path).status == .notFound)
            #expect(try await browser.post("/hub/stop/bob").status == .notFound)
            #expect(try await hub.servers.row(.of("bob"))?.observed == .ready)
        }
    }

    @Test func `stopping leads home, and the log can be read and kept`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            try await hub.run(.of("ada"))
            await hub.spawner.log(["first <b>", "\u{1B}[31mred"], for: "ada")
            let page = try await browser.get("/hub/logs/ada").text
            #expect(page.contains("first &lt;b&gt;"))
            #expect(!page.contains("\u{1B}"))
            let file = try await browser.get("/hub/logs/ada?download=1")
            #expect(file.headers[.contentType] == "text/plain; charset=utf-8")
            #expect(file.headers[.contentDisposition] == "attachment; filename=\"ada.log\"")
            #expect(file.text.hasPrefix("first <b>\n"))
            let stop = try await browser.post("/hub/stop/ada")
            #expect(stop.status == .seeOther)
            #expect(stop.location == "/hub/home")
            try await hub.servers.reaches(.stopped, .of("ada"))
        }
    }

    // MARK: A server that isn't there

    @Test func `a stopped server is 424: a page with a Start button that leads back`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let response = try await browser.get("/hub/user/ada/lab/tree/x.ipynb?a=1")
            #expect(response.status.code == 424)
            #expect(response.text.contains("Server not running"))
            #expect(response.text.contains(#"action="/hub/spawn/ada""#))
            #expect(response.text.contains("/user/ada/lab/tree/x.ipynb?a"))
        }
    }

    @Test(arguments: [
        (HTTPRequest.Method.get, "/hub/user/ada/api/contents", "text/html"),
        (.get, "/hub/user/ada/lab", "application/json"),
        (.get, "/hub/user/ada/x/api/y", "*/*"),
    ])
    func `for programs 424 is JSON`(method: HTTPRequest.Method, path: String, accept: String) async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let response = try await browser.send(method, path, [.accept: accept])
            #expect(response.status.code == 424)
            #expect(response.headers[.contentType] == "application/json")
            #expect(try response.json()["status"] as? Int == 424)
        }
    }

    @Test func `a link to a repository starts one's own stopped server, and nobody else's`() async throws {
        try await withHub { hub in
            let ada = try await hub.browser(of: "ada")
            let link = "/user/ada/git-pull?repo=https%3A%2F%2Fx.org%2Fa&branch=b%26c&urlpath=lab"
            let response = try await ada.get("/hub\(link)")
            #expect(response.status == .found)
            #expect(response.location?.hasPrefix("/hub/spawn/ada?next=") == true)
            #expect(response.redirected("next") == link)
            #expect(try await ada.get("/hub/user/ada/git-pull/api?repo=x").status.code == 424)
            #expect(try await ada.get("/hub/user/ada/lab/git-pull").status.code == 424)
            #expect(try await hub.browser(of: "ben").get("/hub\(link)").status == .notFound)
        }
    }

    @Test func `a POST to a stopped server is 424 for the one who shows the value, 403 for others`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            #expect(try await browser.send(.post, "/hub/user/ada/api/kernels").status == .forbidden)
            let sent = try await browser.send(.post, "/hub/user/ada/api/kernels", [.xsrfToken: browser.xsrf])
            #expect(sent.status.code == 424)
        }
    }

    @Test func `nobody, strangers and admins are told what is theirs to know`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            try await hub.addUser("root", isAdmin: true)
            let path = "/hub/user/ada/lab?a=1"
            #expect(try await hub.browser().get(path).redirected("next") == path)
            #expect(try await hub.browser(of: "bob").get(path).status == .notFound)
            #expect(try await hub.browser(of: "bob").get("/hub/user/nobody/lab").status == .notFound)
            #expect(try await hub.browser(of: "root").get(path).status.code == 424)
            #expect(try await hub.browser(of: "root").get("/hub/user/nobody/lab").status == .notFound)
        }
    }

    @Test func `a server on its way leads to the page of the start, with the whole address`() async throws {
        try await withHub(spawner: FakeSpawner(otherwise: .slowToAnswer)) { hub in
            let browser = try await hub.browser(of: "ada")
            _ = try await browser.post("/hub/spawn/ada")
            let response = try await browser.get("/hub/user/ada/lab?a=1&b=2")
            #expect(response.status == .seeOther)
            #expect(response.location?.hasPrefix("/hub/spawn-pending/ada?next=") == true)
            #expect(response.redirected("next") == "/user/ada/lab?a=1&b=2")
        }
    }

    @Test func `a ready server is tried again four times, then it is said`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            try await hub.run(.of("ada"))
            var path = "/user/ada/lab?a=1"
            for round in 1...4 {
                let response = try await browser.get("/hub" + path)
                #expect(response.status == .found)
                path = try #require(response.location)
                #expect(path == "/user/ada/lab?a=1&redirects=\(round)")
            }
            let last = try await browser.get("/hub" + path)
            #expect(last.status == .serviceUnavailable)
            #expect(
                last.text.contains("the proxy doesn’t lead to it yet")
                    || last.text.contains("the proxy doesn&#39;t lead to it yet")
            )
        }
    }

    @Test(arguments: [
        ("/hub/user/ada/lab?redirects=1&a=1", "/user/ada/lab?a=1&redirects=2"),
        ("/hub/user/ada/lab?redirects=", "/user/ada/lab?redirects=1"),
        ("/hub/user/ada/lab", "/user/ada/lab?redirects=1"),
        ("/hub/user/ada", "/user/ada?redirects=1"),
        ("/hub/user/ada/lab?myredirects=3", "/user/ada/lab?myredirects=3&redirects=1"),
    ])
    func `the count of tries never breaks the address`(path: String, target: String) async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            try await hub.run(.of("ada"))
            #expect(try await browser.get(path).location == target)
        }
    }

    @Test func `a link for everybody leads each to their own server, with its query`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            let response = try await browser.get(
                "/hub/user-redirect/git-pull?repo=https%3A%2F%2Fx.org%2Fa%20b&branch=main"
            )
            #expect(response.status == .found)
            #expect(response.location?.hasPrefix("/hub/spawn/ada?next=") == true)
            #expect(response.redirected("next") == "/user/ada/git-pull?repo=https%3A%2F%2Fx.org%2Fa%20b&branch=main")
            #expect(
                try await hub.browser().get("/hub/user-redirect/x?a=1").redirected("next") == "/hub/user-redirect/x?a=1"
            )
            try await hub.run(.of("ada"))
            let next = try await browser.get(try #require(response.location))
            #expect(next.location == "/user/ada/git-pull?repo=https%3A%2F%2Fx.org%2Fa%20b&branch=main")
        }
    }

    @Test func `home tells of the shared folders that one finds, and of no others`() async throws {
        var settings = KeeperFixture.Settings()
        var datasets = SharedFolderSettings(name: "datasets")
        (datasets.title, datasets.description) = ("Gauges since 1950", "Daily means.")
        var exchange = SharedFolderSettings(name: "exchange")
        exchange.groups = ["ecology"]
        settings.configuration.sharedFolders = [datasets, exchange]
        try await withHub(settings) { hub in
            let browser = try await hub.browser(of: "ada")
            let before = try await browser.get("/hub/home").text
            #expect(before.contains("Gauges since 1950") && before.contains("~/datasets"))
            #expect(before.contains("Daily means.") && !before.contains("~/exchange"))
            _ = try await hub.store.groups.add(
                [GroupRecord(name: GroupName("ecology"), createdAt: noon)],
                members: [UserName(normalizing: "ada")],
            )
            #expect(try await browser.get("/hub/home").text.contains("~/exchange"))
        }
    }

    @Test func `why an idle server was stopped is said where it was`() async throws {
        try await withHub { hub in
            let browser = try await hub.browser(of: "ada")
            try await hub.run(.of("ada"))
            let id = try #require(try await hub.servers.row(.of("ada"))?.id)
            let note = ServerRecord.Failure(
                code: "server.idle",
                message: "Stopped after 1 hour without use.",
                remedy: "",
                log: [],
                at: noon
            )
            try await hub.store.servers.requestStop(id, because: note)
            hub.servers.keeper.wake(id)
            try await hub.servers.reaches(.stopped, .of("ada"))
            #expect(try await browser.get("/hub/user/ada/lab").text.contains("Stopped after 1 hour without use."))
            #expect(try await browser.get("/hub/home").text.contains("Stopped after 1 hour without use."))
        }
    }
}
