import CarrelModel
import Testing

@testable import CarrelHub

@Suite struct `The routes that the proxy should have` {
    private func route(_ name: String, target: String = "http+unix://x") throws -> ServerRoute {
        ServerRoute(key: try .of(name), target: target)
    }

    @Test func `publishing waits until the proxy has the route`() async throws {
        let table = PublishedRoutes(patience: .seconds(60))
        table.confirm(0)
        let route = try route("ada")
        let diary = Notebook<String>()
        let publishing = Task {
            await table.publish(route)
            diary.write("published")
        }
        try await eventually("it is in the table") { table.snapshot().routes["/user/ada"] != nil }
        let snapshot = table.snapshot()
        for _ in 0..<200 { await Task.yield() }
        #expect(diary.entries == [])
        table.confirm(snapshot.version)
        await publishing.value
        #expect(diary.entries == ["published"])
        let told = try #require(snapshot.routes["/user/ada"])
        #expect(told == ProxyClient.Entry(target: "http+unix://x", user: "ada", serverName: ""))
    }

    @Test func `what the proxy has already isn't waited for`() async throws {
        let table = PublishedRoutes(patience: .seconds(60))
        table.confirm(10)
        await table.publish(try route("ada"))
        await table.publish(try route("ada"))
        #expect(table.snapshot().version == 1)
        await table.withdraw(try .of("nobody"))
        #expect(table.snapshot().version == 1)
        await table.withdraw(try .of("ada"))
        #expect(table.snapshot().routes.isEmpty)
        #expect(table.snapshot().version == 2)
    }

    @Test func `without an answer it goes on after a while, and the route stays to be told`() async throws {
        let table = PublishedRoutes(patience: .milliseconds(1))
        await table.publish(try route("ada"))
        #expect(table.snapshot().routes.keys.sorted() == ["/user/ada"])
        await table.withdraw(try .of("ada"))
        #expect(table.snapshot().routes.isEmpty)
    }

    @Test func `a cancelled wait ends at once`() async throws {
        let table = PublishedRoutes(patience: .seconds(600))
        let route = try route("ada")
        let publishing = Task { await table.publish(route) }
        publishing.cancel()
        await publishing.value
        #expect(!table.snapshot().routes.isEmpty)
    }

    @Test func `confirming an old version afterwards takes nothing back`() async throws {
        let table = PublishedRoutes(patience: .seconds(600))
        table.confirm(1)
        table.confirm(0)
        let (route, done) = (try route("ada"), Notebook<String>())
        let publishing = Task {
            await table.publish(route)
            done.write("published")
        }
        defer { publishing.cancel() }
        try await eventually("it is published") { !done.entries.isEmpty }
        #expect(table.snapshot().version == 1)
    }

    @Test func `routes of servers that were left running are there before anybody is told`() throws {
        let table = PublishedRoutes()
        table.expect(try route("ada"))
        table.expect(ServerRoute(key: try .of("bob", "gpu"), target: "http://10.0.0.1:80"))
        let snapshot = table.snapshot()
        #expect(snapshot.version == 0)
        #expect(snapshot.routes.keys.sorted() == ["/user/ada", "/user/bob/gpu"])
        let entry = ProxyClient.Entry(target: "http://10.0.0.1:80", user: "bob", serverName: "gpu")
        #expect(snapshot.routes["/user/bob/gpu"] == entry)
    }

    @Test func `changes are told once after any number of them, and at the beginning`() async throws {
        let table = PublishedRoutes(patience: .zero)
        var changes = table.changes().makeAsyncIterator()
        #expect(await changes.next() != nil)
        for name in ["ada", "bob", "cy"] { await table.publish(try route(name)) }
        #expect(await changes.next() != nil)
        #expect(table.snapshot().routes.count == 3)
        await table.withdraw(try .of("ada"))
        #expect(await changes.next() != nil)
    }

    @Test func `many servers at once are all published when the last version is confirmed`() async throws {
        let table = PublishedRoutes(patience: .seconds(600))
        let (routes, done) = (try (0..<50).map { try route("user\($0)") }, Notebook<Bool>())
        try await withThrowingTaskGroup { group in
            for route in routes {
                group.addTask {
                    await table.publish(route)
                    done.write(true)
                }
            }
            try await eventually("all are in the table") { table.snapshot().routes.count == 50 }
            #expect(done.entries.isEmpty)
            table.confirm(table.snapshot().version)
            try await eventually("all are published") { done.entries.count == 50 }
            #expect(table.snapshot().version == 50)
        }
    }
}
