import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `The pages about instances` {
    /// A hub with the instance `course`, which anna manages and accounts may enter.
    private func withCourse(
        _ change: (inout InstanceSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (HubFixture) async throws -> Void,
    ) async throws {
        var settings = InstanceSettings(name: "course")
        (settings.title, settings.managers) = ("Spring school", ["anna"])
        change(&settings)
        var fixture = KeeperFixture.Settings()
        fixture.configuration.instances = [settings]
        var other = EnvironmentSettings(name: "r")
        (other.title, other.description) = ("R and Julia", "For the statistics course.")
        fixture.configuration.environments = [EnvironmentSettings(name: "default"), other]
        try await withHub(fixture) { hub in
            try await hub.servers.desk.instances.adopt()
            try await body(hub)
        }
    }

    @Test func `who manages nothing finds nothing`() async throws {
        try await withCourse { hub in
            let ada = try await hub.browser(of: "ada")
            #expect(try await ada.get("/hub/instances").status == .notFound)
            #expect(try await ada.get("/hub/instances/course").status == .notFound)
            for path in ["messages", "newcomers", "stop-all", "stop/ada"] {
                #expect(try await ada.post("/hub/instances/course/\(path)", ["text": "x"]).status == .notFound)
            }
            #expect(try await hub.store.instanceMessages.current(in: 2, at: noon).isEmpty)
        }
    }

    @Test func `a manager speaks to everybody, who hear it at home and in their servers`() async throws {
        try await withCourse { hub in
            let anna = try await hub.browser(of: "anna")
            let ada = try await hub.browser(of: "ada")
            let order = try await hub.run(ServerKey.of("ada", "course"))
            let said = try await anna.post(
                "/hub/instances/course/messages",
                ["text": "We meet <at> noon", "hours": "24"],
            )
            #expect(said.location == "/hub/instances/course?done=said")
            #expect(try await anna.get("/hub/instances/course").text.contains("We meet &lt;at&gt; noon"))
            #expect(try await ada.get("/hub/home").text.contains("We meet &lt;at&gt; noon"))
            let bob = try await hub.browser(of: "bob")
            #expect(try await !bob.get("/hub/home").text.contains("We meet"))

            let token = try #require(order.variables["JUPYTERHUB_API_TOKEN"])
            let headers: HTTPFields = [.authorization: "token \(token)"]
            let server = Browser(client: hub.back, address: "", agent: "")
            let answer = try await server.get("/hub/api/carrel/notices", headers)
            #expect(answer.status == .ok)
            #expect(answer.text.contains(#""text":"We meet <at> noon""#))
            #expect(answer.text.contains(#""title":"Spring school""#))
            var again = headers
            again[.ifNoneMatch] = answer.headers[.eTag]
            #expect(try await server.get("/hub/api/carrel/notices", again).status == .notModified)

            let id = try #require(try await hub.store.instanceMessages.current(in: 2, at: hub.clock.now).first?.id)
            _ = try await anna.post("/hub/instances/course/messages/\(id)/withdraw")
            #expect(try await !ada.get("/hub/home").text.contains("We meet"))
            #expect(try await server.get("/hub/api/carrel/notices", again).status == .ok)
        }
    }

    @Test func `a server that nobody uses hears that it stops soon, until it is used`() async throws {
        try await withCourse({ $0.idleLimit = .seconds(900) }) { hub in
            try await hub.addUser("ada")
            let key = try ServerKey.of("ada", "course")
            let token = try #require(try await hub.run(key).variables["JUPYTERHUB_API_TOKEN"])
            let server = Browser(client: hub.back, address: "", agent: "")
            func said() async throws -> String {
                try await server.get("/hub/api/carrel/notices", [.authorization: "token \(token)"]).text
            }
            #expect(try await !said().contains(#""kind":"idle""#))
            hub.clock.advance(by: 700)
            let told = try await said()
            #expect(told.contains(#""kind":"idle""#) && told.contains("work in it, and it goes on"))
            #expect(told.contains(#""level":"urgent""#))
            let row = try #require(try await hub.servers.row(key))
            try await hub.store.servers.recordActivity(of: row.id ?? 0, at: hub.clock.now)
            #expect(try await !said().contains(#""kind":"idle""#))
        }
    }

    @Test func `a person's own token hears no notices`() async throws {
        try await withCourse { hub in
            try await hub.addUser("ada")
            let token = try await hub.token(of: "ada")
            let answer = try await hub.browser().get("/hub/api/carrel/notices", [.authorization: "token \(token)"])
            #expect(answer.status == .badRequest)
        }
    }

    @Test func `a manager closes it to newcomers and stops all servers`() async throws {
        try await withCourse { hub in
            let anna = try await hub.browser(of: "anna")
            try await hub.addUser("ada")
            try await hub.addUser("bob")
            try await hub.run(ServerKey.of("ada", "course"))
            _ = try await anna.post("/hub/instances/course/newcomers", ["closed": "true"])
            await #expect(throws: HubError.self) { try await hub.servers.desk.start(ServerKey.of("bob", "course")) }
            _ = try await anna.post("/hub/instances/course/stop-all")
            try await hub.servers.reaches(.stopped, ServerKey.of("ada", "course"))
            try await hub.run(ServerKey.of("ada", "course"))
            _ = try await anna.post("/hub/instances/course/newcomers", ["closed": "false"])
            try await hub.run(ServerKey.of("bob", "course"))
        }
    }

    @Test func `an admin makes an instance, and hears what is wrong with it`() async throws {
        try await withCourse { hub in
            try await hub.addUser("root", isAdmin: true)
            let root = try await hub.browser(of: "root")
            let bad = try await root.post(
                "/hub/instances",
                ["name": "field-work", "kind": "temporary", "entry": "invitation", "ends": "2001-01-01"],
            )
            #expect(bad.status == .badRequest)
            #expect(bad.text.contains("would be in the past") && bad.text.contains(#"value="field-work""#))
            let fields = ["name": "field-work", "title": "Field work", "kind": "persistent", "entry": "account"]
            #expect(try await root.post("/hub/instances", fields).location == "/hub/instances/field-work?done=added")
            #expect(try await root.post("/hub/instances", fields).text.contains("There is already an instance"))
            let ada = try await hub.browser(of: "ada")
            #expect(try await ada.get("/hub/home").text.contains("Field work"))
            #expect(try await ada.post("/hub/instances", fields).status == .forbidden)
        }
    }

    @Test func `where there is a choice a start begins with it, and remembers it`() async throws {
        try await withCourse({ $0.environments = ["default", "r"] }) { hub in
            let ada = try await hub.browser(of: "ada")
            #expect(try await ada.get("/hub/home").text.contains(#"href="/hub/spawn/ada/course""#))
            let page = try await ada.get("/hub/spawn/ada/course")
            #expect(page.status == .ok && page.text.contains(#"value="default" checked"#))
            #expect(page.text.contains("R and Julia") && page.text.contains("For the statistics course."))
            _ = try await ada.post("/hub/spawn/ada/course", ["environment": "r"])
            try await hub.servers.reaches(.ready, ServerKey.of("ada", "course"))
            #expect(try await hub.servers.row(ServerKey.of("ada", "course"))?.options?.environment == "r")
            _ = try await ada.post("/hub/stop/ada/course")
            try await hub.servers.reaches(.stopped, ServerKey.of("ada", "course"))
            #expect(try await ada.get("/hub/spawn/ada/course").text.contains(#"value="r" checked"#))
            let linked = try await ada.get("/hub/spawn/ada/course?next=/user/ada/course/lab/tree/a.ipynb")
            #expect(linked.status == .found)
        }
    }
}

@Suite struct `Servers in instances by the API` {
    private func withExplore(_ body: @escaping @Sendable (HubFixture, HTTPFields) async throws -> Void) async throws {
        var explore = InstanceSettings(name: "explore")
        explore.kind = .ephemeral
        var invited = InstanceSettings(name: "invited")
        invited.entry = [.invitation]
        var fixture = KeeperFixture.Settings()
        fixture.configuration.instances = [explore, invited]
        fixture.configuration.servers.namedServers = 1
        try await withHub(fixture) { hub in
            try await hub.servers.desk.instances.adopt()
            try await hub.addUser("ada")
            try await body(hub, [.authorization: "token \(try await hub.token(of: "ada"))"])
        }
    }

    @Test func `the server x is in the instance x, with a home of its own`() async throws {
        try await withExplore { hub, token in
            let started = try await hub.browser().send(.post, "/hub/api/users/ada/servers/explore", token)
            #expect(started.status == .created)
            let key = try ServerKey.of("ada", "explore")
            let owned = try #require(try await hub.store.servers.find(key))
            #expect(owned.instance.name.text == "explore")
            let order = try #require(await hub.spawner.orders[key.directoryName])
            #expect(order.home.hasSuffix("/homes/explore/ada"))
        }
    }

    @Test func `to whom an instance isn't open, for them it isn't there`() async throws {
        try await withExplore { hub, token in
            let refused = try await hub.browser().send(.post, "/hub/api/users/ada/servers/invited", token)
            #expect(refused.status == .notFound)
            let reserved = try await hub.browser().send(.post, "/hub/api/users/ada/servers/default", token)
            #expect(reserved.status == .badRequest)
        }
    }

    @Test func `there is an end to further servers`() async throws {
        try await withExplore { hub, token in
            let first = try await hub.browser().send(.post, "/hub/api/users/ada/servers/gpu", token)
            #expect(first.status == .created)
            let second = try await hub.browser().send(.post, "/hub/api/users/ada/servers/tpu", token)
            #expect(second.status == .badRequest && second.text.contains("hub.tooManyServers"))
            #expect(try await hub.browser().send(.post, "/hub/api/users/ada/server", token).status == .created)
        }
    }

    @Test(arguments: [#"{"environment": "julia"}"#, #"{"gpu": "2"}"#, "[]"])
    func `an option that isn't offered is refused`(_ body: String) async throws {
        try await withExplore { hub, token in
            let answer = try await hub.browser().send(.post, "/hub/api/users/ada/server", token, body: body)
            #expect(answer.status == .badRequest)
            #expect(try await hub.store.servers.find(ServerKey.of("ada")) == nil)
        }
    }
}
