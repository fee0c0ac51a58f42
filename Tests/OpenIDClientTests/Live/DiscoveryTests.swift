import AsyncHTTPClient
import Foundation
import Testing

@testable import OpenIDClient

private let discovery = "/.well-known/openid-configuration"

/// A provider that answers badly, and what is said of it.
struct BadAnswer: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reply: TrialServer.Reply
    /// About the call that it was the answer to.
    let error: @Sendable (OpenIDCall) -> OpenIDError

    init(_ name: String, _ reply: TrialServer.Reply, _ fault: OpenIDNonsense) {
        self.init(name, reply) { .nonsense($0, fault) }
    }

    init(_ name: String, _ reply: TrialServer.Reply, error: @escaping @Sendable (OpenIDCall) -> OpenIDError) {
        testDescription = name
        self.reply = reply
        self.error = error
    }

    static let all: [BadAnswer] = [
        .init("HTML", .answer(200, type: "text/html", body: "<!doctype html><h1>Welcome</h1>"), .notJSON),
        .init("HTML that is called JSON", .answer(200, body: "<!doctype html>"), .notJSON),
        .init("nothing", .answer(200, body: ""), .notJSON),
        .init("a list", .answer(200, body: "[]"), .notJSON),
        .init("half of an object", .answer(200, body: #"{"issuer":"#), .notJSON),
        .init("a thousand levels", .answer(200, body: String(repeating: #"{"a":"#, count: 1000)), .notJSON),
        .init("two megabytes", .answer(200, body: String(repeating: " ", count: 2 << 20) + "{}"), .tooLarge),
        .init("a redirect to itself", .answer(302, [("Location", discovery)], body: ""), .redirect),
        .init("a redirect elsewhere", .answer(307, [("Location", "http://127.0.0.1:1/")], body: ""), .redirect),
        .init("a fault of its own", .answer(500, type: "text/html", body: "<h1>Sorry</h1>"), .status(500)),
        .init("too busy", .answer(503, [("Retry-After", "10")], body: "{}"), .status(503)),
        .init("not found", .answer(404, type: "text/html", body: "<h1>Not found</h1>"), .status(404)),
        .init("no content", .answer(204, body: ""), .notJSON),
        .init("silence", .silence) { .slow($0, after: .milliseconds(200)) },
        .init("a body that never ends", .half(#"{"issuer":"#)) { .slow($0, after: .milliseconds(200)) },
        .init("a connection that is cut", .cut) { .unreachable($0) },
    ]
}

@Suite(.timeLimit(.minutes(2))) struct DiscoveryTests {
    @Test(arguments: BadAnswer.all)
    func `metadata that can't be used are told apart`(_ bad: BadAnswer) async throws {
        try await withProvider {
            if case .slow = bad.error(.discovery) { $0.deadline = .milliseconds(200) }
        } _: { provider in
            provider.change { $0.replies[discovery] = bad.reply }
            #expect(await failure { try await provider.client.authorizationRequest() } == bad.error(.discovery))
            #expect(provider.count(discovery) <= 1)
        }
    }

    @Test(arguments: BadAnswer.all)
    func `keys that can't be used are told apart`(_ bad: BadAnswer) async throws {
        try await withProvider {
            if case .slow = bad.error(.keys) { $0.deadline = .milliseconds(200) }
        } _: { provider in
            provider.change { $0.replies["/keys"] = bad.reply }
            #expect(await provider.failure(at: .keys) { try await provider.signIn() } == bad.error(.keys))
        }
    }

    @Test(
        arguments: [
            ("issuer", "https://evil.example", .foreignIssuer), ("issuer", nil, .foreignIssuer),
            ("issuer", 1, .foreignIssuer), ("jwks_uri", nil, .member("jwks_uri")), ("jwks_uri", 1, .member("jwks_uri")),
            ("token_endpoint", nil, .member("token_endpoint")),
            ("authorization_endpoint", .null, .member("authorization_endpoint")),
            ("token_endpoint", "http://example.org/token", .insecureEndpoint("token_endpoint")),
            ("authorization_endpoint", "http://example.org/", .insecureEndpoint("authorization_endpoint")),
            ("authorization_endpoint", "javascript:alert(1)", .insecureEndpoint("authorization_endpoint")),
            ("jwks_uri", "file:///etc/passwd", .insecureEndpoint("jwks_uri")),
            ("userinfo_endpoint", "http://127.0.0.1.example.org/", .insecureEndpoint("userinfo_endpoint")),
            ("introspection_endpoint", "//example.org/", .insecureEndpoint("introspection_endpoint")),
            ("revocation_endpoint", "https://user:pass@example.org/", .insecureEndpoint("revocation_endpoint")),
            ("end_session_endpoint", "https://example.org/\r\nX: y", .insecureEndpoint("end_session_endpoint")),
        ] as [(String, OpenIDValue?, OpenIDNonsense)]
    )
    func `metadata are checked`(_ name: String, _ value: OpenIDValue?, _ fault: OpenIDNonsense) async throws {
        try await withProvider { provider in
            provider.change { $0.metadata[name] = .some(value) }
            let error = await failure { try await provider.client.authorizationRequest() }
            #expect(error == .nonsense(.discovery, fault))
        }
    }

    @Test(arguments: [
        "http://example.org", "ftp://example.org", "example.org", "", "https://", "https://example.org?a=b",
        "https://example.org/#x", "https://me@example.org", "https://exämple.org", "http://127.0.0.1.example.org",
        "https://example.org/ x", "http://localhost.example.org",
    ])
    func `an issuer must be an address that secrets may go to`(_ issuer: String) async throws {
        try await withProvider {
            $0.issuer = issuer
        } _: { provider in
            let error = await failure { try await provider.client.authorizationRequest() }
            #expect(error == .unfitRegistration(.issuer))
            #expect(provider.server.requests.isEmpty)
        }
    }

    @Test func `what a redirect led to is refused, even if the HTTP client follows it`() async throws {
        try await withProvider { provider in
            let document = provider.document
            provider.change {
                $0.replies[discovery] = .answer(302, [("Location", "/elsewhere")], body: "")
                $0.replies["/elsewhere"] = document
            }
            try await withHTTP(HTTPClient.Configuration()) { http in
                let client = OpenIDProvider(provider.client.registration, http: http)
                let error = await failure { try await client.authorizationRequest() }
                #expect(error == .nonsense(.discovery, .redirect))
            }
            #expect(provider.count("/elsewhere") == 1)
        }
    }

    @Test func `a provider elsewhere can't point to this machine`() throws {
        let document: [String: OpenIDValue] = [
            "issuer": "https://example.org", "authorization_endpoint": "https://example.org/a",
            "token_endpoint": "http://127.0.0.1:6379/", "jwks_uri": "https://example.org/k",
        ]
        #expect(throws: OpenIDError.nonsense(.discovery, .insecureEndpoint("token_endpoint"))) {
            try ProviderMetadata(document, issuer: "https://example.org")
        }
    }

    @Test func `a provider that was stopped is told from one that is slow`() async throws {
        try await withProvider {
            // Less than the HTTP client would try again for.
            $0.deadline = .seconds(3)
        } _: { provider in
            try await provider.server.stop()
            let error = await failure { try await provider.client.authorizationRequest() }
            #expect(error == .unreachable(.discovery))
        }
    }

    @Test func `a task that was cancelled doesn't wait for the deadline`() async throws {
        try await withProvider {
            $0.deadline = .seconds(100)
        } _: { provider in
            provider.change { $0.replies["/userinfo"] = .silence }
            let error = await withTaskGroup(of: OpenIDError?.self) { group in
                group.addTask { [client = provider.client] in
                    await failure { try await client.userInfo("acce55", subject: "alice@example.org") }
                }
                try? await eventually("it asked") { provider.count("/userinfo") == 1 }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error == .cancelled)
        }
    }

    @Test func `metadata are kept for an hour`() async throws {
        try await withProvider { provider in
            _ = try await provider.client.authorizationRequest()
            provider.clock.advance(by: 3599)
            _ = try await provider.client.authorizationRequest()
            #expect(provider.count(discovery) == 1)
            provider.clock.advance(by: 1)
            _ = try await provider.client.authorizationRequest()
            #expect(provider.count(discovery) == 2)
        }
    }

    @Test func `a failure isn't kept`() async throws {
        try await withProvider { provider in
            provider.change { $0.replies[discovery] = .answer(503, body: "") }
            #expect(await failure { try await provider.client.authorizationRequest() } != nil)
            provider.change { $0.replies[discovery] = nil }
            _ = try await provider.client.authorizationRequest()
        }
    }

    @Test func `all who ask at once share one fetch`() async throws {
        try await withProvider {
            $0.deadline = .seconds(100)
        } _: { provider in
            let document = provider.document
            provider.change { $0.replies[discovery] = .later(document) }
            let outcomes = await withTaskGroup(of: OpenIDError?.self) { group in
                for _ in 0..<50 {
                    group.addTask { [client = provider.client] in
                        await failure { try await client.authorizationRequest() }
                    }
                }
                try? await eventually("one asked") { provider.server.held > 0 }
                provider.server.release()
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes == Array(repeating: nil, count: 50))
            #expect(provider.count(discovery) == 1)
        }
    }
}
