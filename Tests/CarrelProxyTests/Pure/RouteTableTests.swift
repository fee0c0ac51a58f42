import CarrelTestSupport
import Testing

@testable import CarrelProxy

@Suite struct RouteTableTests {
    private func table(_ paths: String...) throws -> RouteTable {
        var table = RouteTable()
        for path in paths { table.set(path: path, target: try target(path), data: [:], now: 0) }
        return table
    }

    private func target(_ path: String) throws -> UpstreamTarget {
        try #require(UpstreamTarget(url: "http://127.0.0.1:80/\(PercentCoding.encode(path.utf8))"))
    }

    @Test(arguments: [
        ("/user/a", "/user/a"), ("/user/a/", "/user/a"), ("/user/a/lab/tree", "/user/a"), ("/user/ab", "/"),
        ("/user/a/x/y", "/user/a/x"), ("/user", "/"), ("/", "/"), ("/user//a", "/"), ("//user/a", "/"),
        ("/user/A", "/"), ("/user/./a", "/"), ("/./user/a", "/"), ("/user/a/.", "/user/a"),
        ("/user/a%2f", "/"), ("/user/a?x", "/"), ("/user/a;x", "/"), ("/user/a%2Fx", "/"),
        ("/user/%61/%78", "/user/a/x"), ("/hub", "/"),
    ])
    func `the longest prefix wins, segment by segment`(_ path: String, _ expected: String) throws {
        let table = try table("/", "/user/a", "/user/a/x")
        #expect(table.lookUp(path: path)?.path == expected)
    }

    @Test func `without a route for everything there may be none`() throws {
        let table = try table("/user/a")
        #expect(table.lookUp(path: "/user/b") == nil)
        #expect(table.lookUp(path: "/") == nil)
    }

    @Test(arguments: ["/user/a@b", "/user/a%40b", "user/a%40b/", "/user/%61%40%62"])
    func `escaping makes no difference`(_ stored: String) throws {
        let table = try table(stored)
        for path in ["/user/a@b/x", "/user/a%40b/x", "/user/%61@b"] {
            #expect(table.lookUp(path: path)?.path == "/user/a@b")
        }
        #expect(table.route(at: "/user/a%40b") != nil)
    }

    @Test func `an escaped slash parts nothing`() throws {
        let table = try table("/user/a%2Fb", "/user/a/b")
        #expect(table.lookUp(path: "/user/a%2fb/x")?.path == "/user/a%2Fb")
        #expect(table.lookUp(path: "/user/a/b/x")?.path == "/user/a/b")
    }

    @Test func `names that only look alike are different`() throws {
        let table = try table("/user/\u{E9}", "/")
        #expect(table.lookUp(path: "/user/%C3%A9")?.path == "/user/\u{E9}")
        #expect(table.lookUp(path: "/user/e%CC%81")?.path == "/")
        #expect(table.lookUp(path: "/user/%E9")?.path == "/")
    }

    @Test func `a removed route is gone, its neighbours are not`() throws {
        var table = try table("/user/a", "/user/a/x", "/user/b")
        let removed = table.remove(path: "/user/a")
        let removedAgain = table.remove(path: "/user/a")
        #expect(removed)
        #expect(!removedAgain)
        #expect(table.lookUp(path: "/user/a/y") == nil)
        #expect(table.lookUp(path: "/user/a/x/y")?.path == "/user/a/x")
        #expect(table.count == 2)
    }

    @Test func `a replaced route keeps its counters`() throws {
        var table = try table("/user/a")
        let before = try #require(table.route(at: "/user/a"))
        before.counters.tunnelOpened()
        table.set(path: "/user/a", target: try target("/new"), data: ["user": .string("a")], now: 7)
        let after = try #require(table.route(at: "/user/a"))
        #expect(after.counters.connections == 1)
        #expect(after.counters.lastActivity == 7)
        #expect(after.target != before.target)
        #expect(table.count == 1)
    }

    @Test func `finding one route among 5,000 takes no more steps than among few`() throws {
        var large = try table("/", "/user/name7", "/user/name7/course")
        let small = large
        let target = try #require(UpstreamTarget(url: "http://a"))
        for number in 0..<5000 { large.set(path: "/user/name\(number)", target: target, data: [:], now: 0) }
        #expect(large.count == 5002)
        for path in ["/", "/hub/login", "/user/name7", "/user/name7/lab/tree/a.ipynb", "/user/name7/course/lab"] {
            #expect(large.lookUp(path: path)?.path == small.lookUp(path: path)?.path)
            #expect(large.cost(path: path) == small.cost(path: path))
        }
        #expect(large.cost(path: "/user/name7/lab/tree/a.ipynb") == 3)
        #expect(large.cost(path: "/user/nobody" + String(repeating: "/x", count: 1000)) == 2)
    }

    @Test func `a random walk agrees with a plain search`() throws {
        let seed = UInt64.random(in: 0...1_000_000)
        var generator = SeededGenerator(seed: seed)
        var table = RouteTable()
        var plain: Set<String> = []
        let target = try #require(UpstreamTarget(url: "http://a"))
        for step in 0..<3000 {
            let path = randomPath(&generator)
            switch Int.random(in: 0...2, using: &generator) {
            case 0:
                table.set(path: path, target: target, data: [:], now: 0)
                plain.insert(path)
            case 1:
                let removed = table.remove(path: path)
                #expect(removed == (plain.remove(path) != nil), "seed \(seed), step \(step)")
            default:
                let best = plain.filter { path == $0 || path.hasPrefix($0 == "/" ? "/" : $0 + "/") }
                    .max { $0.count < $1.count }
                #expect(table.lookUp(path: path)?.path == best, "seed \(seed), step \(step)")
            }
            #expect(table.count == plain.count, "seed \(seed), step \(step)")
        }
    }

    private func randomPath(_ generator: inout SeededGenerator) -> String {
        let depth = Int.random(in: 0...4, using: &generator)
        let parts = (0..<depth).map { _ in ["a", "b", "ab", "@"].randomElement(using: &generator) ?? "" }
        return "/" + parts.joined(separator: "/")
    }
}

@Suite struct UpstreamTargetTests {
    @Test(arguments: [
        ("http://127.0.0.1:8081", UpstreamTarget.Endpoint.tcp(host: "127.0.0.1", port: 8081), ""),
        ("http://hub/", .tcp(host: "hub", port: 80), ""),
        ("http://[::1]:9/base/", .tcp(host: "::1", port: 9), "/base"),
        ("http+unix://%2Frun%2Fa%20b.sock", .unix(path: "/run/a b.sock"), ""),
        ("http+unix://%2Frun%2Fhub.sock/hub/error", .unix(path: "/run/hub.sock"), "/hub/error"),
    ])
    func `a target is read`(_ url: String, _ endpoint: UpstreamTarget.Endpoint, _ prefix: String) throws {
        let target = try #require(UpstreamTarget(url: url))
        #expect(target.endpoint == endpoint)
        #expect(target.prefix == prefix)
    }

    @Test(arguments: [
        "", "hub:80", "https://a", "http://", "http://a:0", "http://a:99999", "http://u@a", "http://a/b c",
        "http://a?x",
        "http+unix://run", "http+unix://%2Fa%00b", "http://a/\r\nX: y",
    ])
    func `what the proxy can't speak to is refused`(_ url: String) {
        #expect(UpstreamTarget(url: url) == nil)
    }
}
