import AsyncHTTPClient
import Foundation
import Testing

@testable import StorageHubClient

@Suite(.enabled(if: StandIn.python != nil, "make test-environment"), .serialized, .timeLimit(.minutes(3)))
struct TokenTests {
    @Test func `a token is made once for all who wait, and kept`() async throws {
        try await withStandIn { standIn in
            let hub = try standIn.tree().hub
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<10 { group.addTask { _ = try await hub.root() } }
                try await group.waitForAll()
            }
            #expect(try await standIn.seen().tokens == 1)
            let profile = try await hub.profile()
            #expect(profile.username == "anna")
            #expect(profile.context == StandIn.context)
            #expect(await hub.check() == .connected(path: "/Home/anna/Workspace"))
        }
    }

    @Test func `a token is made anew before it ends, and when it is refused`() async throws {
        try await withStandIn { standIn in
            let clock = HandClock()
            let tokens = StorageHubContextTokens(
                endpoint: standIn.tokenEndpoint,
                context: StandIn.context,
                http: standIn.http,
                now: { clock.now }
            ) { () async throws(StorageHubError) in
                guard let token = try? await standIn.signIn("anna") else { throw .signInOver }
                return token
            }
            let first = try await tokens.token(insteadOf: nil)
            clock.advance(by: 269)
            #expect(try await tokens.token(insteadOf: nil) == first)
            clock.advance(by: 2)
            let second = try await tokens.token(insteadOf: nil)
            #expect(second != first)
            #expect(try await tokens.token(insteadOf: first) == second)
            #expect(try await tokens.token(insteadOf: second) != second)
        }
    }

    @Test func `a sign-in that is over is told apart from a context of others`() async throws {
        try await withStandIn { standIn in
            #expect(await failure { try await standIn.tree("cleo").hub.root() } == .contextRefused)
            #expect(try await standIn.tree("cleo").hub.check() == .refused)
            #expect(await failure { try await standIn.tree("nobody").hub.root() } == .signInOver)
            let old = StorageHubContextTokens(
                endpoint: standIn.tokenEndpoint,
                context: StandIn.context,
                http: standIn.http
            ) { () async throws(StorageHubError) in "made-up" }
            #expect(await failure { try await old.token(insteadOf: nil) } == .signInOver)
            let hub = try StorageHub(try standIn.tree().hub.settings, tokens: old, http: standIn.http)
            #expect(await hub.check() == .expired)
        }
    }

    @Test func `a typed token holds until it is over or refused`() async throws {
        try await withStandIn { standIn in
            let token = try await standIn.tokens("anna").token(insteadOf: nil)
            let settings = try standIn.tree().hub.settings
            let hub = try StorageHub(settings, tokens: FixedStorageHubToken(token), http: standIn.http)
            #expect(await hub.check() == .connected(path: "/Home/anna/Workspace"))
            try await standIn.tell("revoke")
            #expect(await hub.check() == .refused)
            let late = FixedStorageHubToken(token) { Date() + 301 }
            #expect(try await StorageHub(settings, tokens: late, http: standIn.http).check() == .expired)
        }
    }

    @Test func `tokens that end while a folder of 5,000 is read are renewed, and it is read whole`() async throws {
        try await withStandIn { standIn in
            try await standIn.place("file #N.txt", "x", ["count": 5000])
            let tree = try standIn.tree()
            try await standIn.tell("calls", ["calls": 4])
            let names = try await tree.names()
            #expect(Set(names) == Set((0..<5000).map { "file \($0).txt" } + ["VREFolders"]))
            #expect(names.count == 5001)
            #expect(try await standIn.seen().tokens >= 6)
        }
    }

    @Test func `a token that ends before an upload is renewed for it, or at least for the next try`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            let root = try await tree.hub.root().id
            try await standIn.tell("calls", ["calls": 0])
            try await standIn.tell(
                "fault",
                ["kind": "status", "status": 401, "method": "POST", "path": "/create/", "times": 2]
            )
            try await standIn.tell("calls", ["calls": 1000])
            #expect(try await tree.hub.root().id == root)
            let stream = StorageHubContent(Stream(count: 1_000_000), length: 1_000_000)
            #expect(await failure { try await tree.write(stream, to: ["a"]) } == .tokenRenewed)
            #expect(try await standIn.inside().filter { $0.path == "/a" }.isEmpty)
            #expect(try await tree.write(.init("again"), to: ["a"]).size == 5)
        }
    }
}

@Suite(.serialized, .timeLimit(.minutes(2))) struct TokenEndpointTests {
    @Test(
        arguments: [
            (.answer(400, body: #"{"error":"invalid_grant"}"#), .signInOver), (.answer(401, body: ""), .signInOver),
            (.answer(403, body: #"{"error":"access_denied"}"#), .contextRefused),
            (.answer(400, body: #"{"error":"invalid_request"}"#), .nonsense(.token, .status(400))),
            (.answer(200, type: "text/html", body: "<h1>Hi</h1>"), .nonsense(.token, .notJSON)),
            (.answer(200, body: #"{"access_token":"a b"}"#), .nonsense(.token, .member("access_token"))),
            (.answer(302, [("Location", "/")]), .nonsense(.token, .redirect)),
            (.answer(503), .unavailable(.token, retryAfter: nil)), (.cut, .cut(.token, after: 0)),
            (.endless(String(repeating: " ", count: 1 << 16)), .nonsense(.token, .tooLarge)),
            (.silence, .slow(.token, after: .seconds(1))),
        ] as [(TrialServer.Reply, StorageHubError)]
    )
    func `a realm that answers badly is told apart`(_ reply: TrialServer.Reply, _ expected: StorageHubError)
        async throws
    {
        let server = try await TrialServer.start { _ in reply }
        try await withHTTP { http in
            let isSilent = if case .silence = reply { true } else { false }
            let tokens = StorageHubContextTokens(
                endpoint: "http://127.0.0.1:\(server.port)/token",
                context: "/a",
                http: http,
                deadline: isSilent ? .seconds(1) : .seconds(90)
            ) { () async throws(StorageHubError) in "acce55" }
            #expect(await failure { try await tokens.token(insteadOf: nil) } == expected)
        }
        try await server.stop()
    }

    @Test func `a sign-in is shown to a realm over https only`() async throws {
        try await withHTTP { http in
            let tokens = StorageHubContextTokens(endpoint: "http://a.example/token", context: "/a", http: http) {
                () async throws(StorageHubError) in "acce55"
            }
            #expect(await failure { try await tokens.token(insteadOf: nil) } == .unfitAddress)
        }
    }
}
