import AsyncHTTPClient
import NIOHTTP1
import Testing

@testable import OnedataClient

/// An answer that can't be used, and what is said of it.
struct BadAnswer: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reply: StubServer.Reply
    let error: @Sendable (OnedataService) -> OnedataError

    init(_ name: String, _ reply: StubServer.Reply, _ error: @escaping @Sendable (OnedataService) -> OnedataError) {
        testDescription = name
        self.reply = reply
        self.error = error
    }

    init(_ name: String, _ reply: StubServer.Reply, _ fault: OnedataNonsense) {
        self.init(name, reply) { .nonsense($0, fault) }
    }

    static let limit: Duration = .milliseconds(300)

    /// Those that are bad for every call, also for a content.
    static let any: [BadAnswer] = [
        .init("a redirect to itself", .answer(302, ["Location: /"], body: ""), .redirect),
        .init("a redirect elsewhere", .answer(307, ["Location: http://127.0.0.1:1/"], body: ""), .redirect),
        .init("a redirect that can be cached", .answer(301, ["Location: https://example.org/"], body: ""), .redirect),
        .init("a fault of its own", .answer(500, type: "text/html", body: "<h1>Sorry</h1>")) {
            .unavailable($0, after: nil)
        },
        .init("too busy", .answer(503, ["Retry-After: 7"], body: "{}")) { .unavailable($0, after: .seconds(7)) },
        .init("too busy for ever", .answer(503, ["Retry-After: 99999999999"], body: "{}")) {
            .unavailable($0, after: nil)
        },
        .init("asked too often", .answer(429, ["Retry-After: 3600"], body: "{}")) {
            .tooManyRequests($0, after: .seconds(3600))
        },
        .init("not found, as a page", .answer(404, type: "text/html", body: "<h1>Not found</h1>"), .status(404)),
        .init("unknown in every way", .answer(401, type: "text/html", body: "<h1>No</h1>")) { _ in .token(.refused) },
        .init("a teapot", .answer(418, body: "{}"), .status(418)),
        .init("an error with a poisoned id", .answer(400, body: #"{"error":{"id":"<script>\n"}}"#)) {
            .refused($0, code: "unknown")
        },
        .init("an error of another shape", .answer(400, body: #"{"error":"invalid_token"}"#), .status(400)),
        .init("silence", .silence) { .slow($0, after: limit) },
        .init("half of a head", .half("HTTP/1.1 200 OK\r\nContent-Le")) { .slow($0, after: limit) },
        .init("a connection that is cut", .cut) { .unreachable($0) },
        .init("something that isn't HTTP", .raw("220 mail.example.org ESMTP\r\n")) { .unreachable($0) },
    ]

    /// Those that are bad for a document.
    static let document: [BadAnswer] =
        any + [
            .init(
                "HTML",
                .answer(200, type: "text/html", body: "<!doctype html><h1>Welcome</h1>"),
                .notJSON(member: nil)
            ),
            .init("nothing", .answer(200, body: ""), .notJSON(member: nil)),
            .init("no content", .answer(204, body: ""), .notJSON(member: nil)),
            .init("a list", .answer(200, body: "[]"), .notJSON(member: nil)),
            .init("half of an object", .answer(200, body: #"{"fileId":"#), .notJSON(member: nil)),
            .init(
                "a thousand levels",
                .answer(200, body: String(repeating: #"{"a":"#, count: 1000)),
                .notJSON(member: nil)
            ),
            .init("nine megabytes", .answer(200, body: String(repeating: " ", count: 9 << 20) + "{}"), .tooLarge),
            .init("a body that never ends", .half("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")) {
                .slow($0, after: limit)
            },
            .init("a body that is cut", .raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")) { .unreachable($0) },
        ]
}

@Suite(.timeLimit(.minutes(2))) struct HostileAnswersTests {
    @Test(arguments: BadAnswer.document)
    func `a scope that can't be used is told apart`(_ bad: BadAnswer) async throws {
        try await withStub { stub in
            stub.server.reply(bad.reply, to: Stub.infer)
            let error = try await stub.failure(bad, from: .onezone) { try await $0.spaces() }
            #expect(error == bad.error(.onezone))
        }
    }

    @Test(arguments: BadAnswer.document)
    func `a lookup that can't be used is told apart`(_ bad: BadAnswer) async throws {
        try await withStub { stub in
            stub.server.reply(bad.reply, to: Stub.lookUp)
            let error = try await stub.failure(bad, from: stub.provider) { try await $0.entry(at: stub.file) }
            #expect(error == bad.error(stub.provider))
        }
    }

    @Test(arguments: BadAnswer.document)
    func `a list that can't be used is told apart`(_ bad: BadAnswer) async throws {
        try await withStub { stub in
            stub.server.reply(bad.reply, to: Stub.children)
            let error = try await stub.failure(bad, from: stub.provider) { try await $0.list(stub.folder) }
            #expect(error == bad.error(stub.provider))
        }
    }

    @Test(arguments: BadAnswer.any)
    func `a content that can't be used is told apart`(_ bad: BadAnswer) async throws {
        try await withStub { stub in
            stub.server.reply(bad.reply, to: Stub.content)
            let error = try await stub.failure(bad, from: stub.provider) { try await $0.content(at: stub.file) }
            #expect(error == bad.error(stub.provider))
        }
    }

    @Test func `what a redirect led to is refused, even if the HTTP client follows it`() async throws {
        try await withStub { stub in
            stub.server.reply(.answer(302, ["Location: /elsewhere"]), to: Stub.attributes)
            stub.server.reply(.init(stringLiteral: Stub.file()), to: "GET /elsewhere")
            try await withHTTP(.init()) { http in
                let client = try OnedataClient(
                    stub.client.calls.settings,
                    token: stub.client.calls.token,
                    http: http,
                    sleep: { _ in }
                )
                let error = await failure { try await client.entry(at: stub.file) }
                #expect(error == .nonsense(stub.provider, .redirect))

                stub.answerWell()
                stub.server.reply(.answer(302, ["Location: /elsewhere"]), to: Stub.content)
                stub.server.reply(.answer(200, body: Stub.bytes), to: "GET /elsewhere")
                let content = await failure { try await client.content(at: stub.file) }
                #expect(content == .nonsense(stub.provider, .redirect))
            }
        }
    }

    @Test(arguments: [
        ("a", #"{"fileId":""}"#), ("b", #"{"fileId":"../../user"}"#), ("c", #"{"fileId":"a b"}"#),
        ("the space itself", #"{"fileId":"5ace"}"#),
    ])
    func `an id that can't be one is refused`(_ name: String, _ body: String) async throws {
        try await withStub { stub in
            stub.server.reply(.init(stringLiteral: body), to: Stub.lookUp)
            let error = await failure { try await stub.client.removeFile(at: stub.file) }
            #expect(error == .nonsense(stub.provider, .notJSON(member: "fileId")))
            #expect(!stub.server.requests.contains { $0.method == "DELETE" })
        }
    }

    @Test(arguments: ["..", ".", "", "a/b", "/etc/passwd", #"\u0000"#, String(repeating: "x", count: 256)])
    func `a name that isn't one is no entry of a list`(_ name: String) async throws {
        try await withStub { stub in
            let page = Stub.page([Stub.file(name: name), Stub.file(name: "fine")])
            stub.server.reply(.init(stringLiteral: page), to: Stub.children)
            let found = try await stub.client.list(stub.folder)
            #expect(found.entries.map(\.name) == ["fine"])
            #expect(found.unusable == 1)
        }
    }

    @Test(arguments: [
        #"{"fileId":"A","name":"a","type":"REG","size":null,"mtime":1}"#,
        #"{"fileId":"A","name":"a","type":"REG","size":-1,"mtime":1}"#,
        #"{"fileId":"A","name":"a","type":"FIFO","size":1,"mtime":1}"#,
        #"{"fileId":null,"name":"a","type":"REG","size":1,"mtime":1}"#, #"{}"#,
    ])
    func `a file without what makes one is no entry of a list`(_ child: String) async throws {
        try await withStub { stub in
            stub.server.reply(.init(stringLiteral: Stub.page([child])), to: Stub.children)
            let found = try await stub.client.list(stub.folder)
            #expect(found.entries.isEmpty)
            #expect(found.unusable == 1)
        }
    }

    @Test(arguments: [
        Stub.page([], isLast: false, next: #""t""#), Stub.page([Stub.file()], isLast: false),
    ])
    func `a list without an end is given up`(_ page: String) async throws {
        try await withStub { stub in
            stub.server.reply(.init(stringLiteral: page), to: Stub.children)
            let error = await failure { try await stub.client.list(stub.folder) }
            #expect(error == .nonsense(stub.provider, .endlessList))
        }
    }

    @Test func `a list that gives the same page again is given up`() async throws {
        try await withStub { stub in
            let page = Stub.page([Stub.file()], isLast: false, next: #""t""#)
            stub.server.reply(.init(stringLiteral: page), to: Stub.children)
            let error = await failure { try await stub.client.all(in: stub.folder) }
            #expect(error == .nonsense(stub.provider, .endlessList))
            #expect(stub.server.count(Stub.children) == 2)
        }
    }

    @Test(arguments: ["a/b", "..", "", ".", #"\u0000"#])
    func `a space whose name can't be a folder's goes by its id`(_ name: String) async throws {
        try await withStub { stub in
            stub.server.reply(.init(stringLiteral: stub.scope(name: name)), to: Stub.infer)
            let folders = try await stub.client.spaces().map(\.folder)
            #expect(folders == ["5ace"])
        }
    }

    @Test(arguments: [
        "evil.example/x", "me@evil.example", "evil.example?", "evil.example#", "", "a b", "evil.example:0",
        "evil.example", "127.0.0.1.example.org:80", #"a\r\nX: y"#,
    ])
    func `a provider's domain that isn't one, or isn't here, gets no token`(_ domain: String) async throws {
        try await withStub { stub in
            stub.server.reply(.init(stringLiteral: stub.scope(domain: domain)), to: Stub.infer)
            #expect(await failure { try await stub.client.list(stub.folder) } == .noProvider(.outdated))
            #expect(stub.server.requests.allSatisfy { $0.headers["X-Auth-Token"] == [] })
        }
    }
}

extension Stub {
    /// The error that some work of a new client ends with, which has little patience for an answer that never comes.
    ///
    /// Done again while it gets stuck before that answer: on a busy machine, a deadline that is short for the sake of a test
    /// may end an earlier call.
    func failure(
        _ bad: BadAnswer,
        from service: OnedataService,
        of work: (OnedataClient) async throws -> some Any
    ) async throws -> OnedataError? {
        var settings = client.calls.settings
        if case .slow = bad.error(service) { settings.deadline = BadAnswer.limit }
        while true {
            let client = try client(settings)
            let error = await OnedataClientTests.failure { try await work(client) }
            if case .slow(let other, _) = error, other != service { continue }
            return error
        }
    }
}
