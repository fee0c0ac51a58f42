import AsyncHTTPClient
import NIOHTTP1
import Testing

@testable import OpenBISClient

/// An answer that can't be used, and what is said of it.
struct BadAnswer: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reply: StubServer.Reply
    let error: @Sendable (String) -> OpenBISError

    init(_ name: String, _ reply: StubServer.Reply, _ error: @escaping @Sendable (String) -> OpenBISError) {
        testDescription = name
        self.reply = reply
        self.error = error
    }

    init(_ name: String, _ reply: StubServer.Reply, _ fault: OpenBISNonsense) {
        self.init(name, reply) { .nonsense($0, fault) }
    }

    static let all: [BadAnswer] = [
        .init("a redirect", .answer(302, ["Location: /"]), .redirect),
        .init("a redirect elsewhere", .answer(307, ["Location: http://127.0.0.1:1/"]), .redirect),
        .init("a fault of its own", .answer(500, body: "<h1>Sorry</h1>")) { .unavailable($0, after: nil) },
        .init("busy", .answer(503, ["Retry-After: 7"])) { .unavailable($0, after: .seconds(7)) },
        .init("busy for ever", .answer(503, ["Retry-After: 99999999999"])) { .unavailable($0, after: nil) },
        .init("asked too often", .answer(429, ["Retry-After: 60"])) { .tooManyRequests($0, after: .seconds(60)) },
        .init("not found", .answer(404), .status(404)), .init("no content", .answer(204), .status(204)),
        .init("a page", .answer(200, body: "\n <html>"), .page), .init("nothing", .answer(200), .notJSON),
        .init("a thousand levels", .answer(200, body: String(repeating: #"{"a":"#, count: 1000)), .tooLarge),
        .init("65 MiB", .answer(200, body: String(repeating: " ", count: 65 << 20) + "{}"), .tooLarge),
        .init("no list", .result("null"), .member("objects")),
        .init("a list of something", .result(#"{"objects":[7],"totalCount":1}"#), .member("objects")),
        .init("no total", .result(#"{"objects":[]}"#), .member("totalCount")),
        .init("a total below zero", .result(#"{"objects":[],"totalCount":-1}"#), .member("totalCount")),
        .init("a text for a number", .result(#"{"objects":[],"totalCount":"1"}"#), .member("totalCount")),
        .init("no code", .result(#"{"objects":[{}],"totalCount":1}"#), .member("code")),
        .init("a wrong code", .result(#"{"objects":[{"code":{}}],"totalCount":1}"#), .member("code")),
        .init("a broken connection", .raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")) { .unreachable($0) },
        .init("no HTTP", .raw("220 mail.example.org ESMTP\r\n")) { .unreachable($0) },
    ]
}

@Suite(.timeLimit(.minutes(5))) struct HostileAnswersTests {
    @Test(arguments: BadAnswer.all)
    func `an answer that can't be used is told apart`(_ bad: BadAnswer) async throws {
        try await withStub { server, session in
            server.reply(bad.reply, to: "searchSpaces")
            #expect(await failure { try await session.spaces() } == bad.error(server.host))
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"])
    func `an answer that doesn't end is given up`(_ text: String) async throws {
        let limit = Duration.milliseconds(300)
        try await withStub(deadline: limit) { server, session in
            server.reply(.half(text), to: "searchSpaces")
            #expect(await failure { try await session.spaces() } == .slow(server.host, after: limit))
        }
    }

    @Test func `what a redirect led to is refused, even if the HTTP client follows it`() async throws {
        try await withStub { server, session in
            server.reply(.answer(303, ["Location: /elsewhere"]), to: "searchSpaces")
            server.reply(.result(#"{"objects":[],"totalCount":0}"#), to: "download")
            try await withHTTP(.init()) { http in
                let client = OpenBISClient(session.settings, http: http, sleep: { _ in })
                let error = await failure { try await client.session(session.token).spaces() }
                #expect(error == .nonsense(server.host, .redirect))
            }
        }
    }

    @Test(arguments: [
        "http://example.org", "https://example.org/path", "https://me@example.org", "ftp://example.org", "https://", "",
        "https://example.org\\r\\nX: y",
    ])
    func `a data store that no token may be sent to gets none`(_ address: String) async throws {
        try await withStub { server, session in
            server.reply(.result(Self.dataSet(at: address)), to: "getDataSets")
            let dataSet = try await session.dataSet("1-1")
            #expect(await failure { try await session.files(of: dataSet) } == .nonsense(server.host, .dataStoreAddress))
        }
    }

    @Test func `paths that lead out of the dataset are left out`() async throws {
        try await withStub { server, session in
            server.reply(.result(Self.dataSet(at: "http://\(server.host)")), to: "getDataSets")
            let names = ["", "original", "../../etc/passwd", "/etc/passwd", "a/../../b", "a\\u0000b", "original/fine"]
            let files = names.map { #"{"path":"\#($0)","directory":false,"fileLength":1,"checksumCRC32":null}"# }
            let list = #"{"objects":[\#(files.joined(separator: ","))],"totalCount":7}"#
            server.reply(.result(list), to: "searchFiles")
            let page = try await session.files(of: try await session.dataSet("1-1"))
            #expect(page.items.map(\.path) == ["original", "original/fine"])
            #expect(page.unusable == 4)
        }
    }

    @Test(arguments: [
        (StubServer.Reply.answer(206, ["Content-Range: bytes 0-1/10"], body: "01"), OpenBISNonsense.range),
        (.answer(206, ["Content-Range: bytes 2-3/11"], body: "23"), .range), (.answer(206, body: "23"), .range),
        (.answer(416), .range), (.answer(302, ["Location: /"]), .redirect), (.answer(404), .status(404)),
        (.answer(200, body: "0123456789x"), .page), (.answer(200, ["Content-Type: text/html"], body: "<html>"), .page),
    ])
    func `a content that isn't the part that was asked for is refused`(
        _ reply: StubServer.Reply,
        _ fault: OpenBISNonsense
    ) async throws {
        try await withStub { server, session in
            server.reply(.result(Self.dataSet(at: "http://\(server.host)")), to: "getDataSets")
            server.reply(.result("true"), to: "isSessionActive")
            let file = OpenBISFile(
                dataSet: "1-1",
                path: "a",
                isFolder: false,
                size: 10,
                checksum: nil,
                store: session.settings.address
            )
            server.reply(.answer(206, ["Content-Range: bytes 2-3/10"], body: "23"), to: "download")
            let part = try await session.content(of: file, range: 2..<4).bytes()
            server.reply(.answer(200, body: "0123456789"), to: "download")
            let partOfWhole = try await session.content(of: file, range: 2..<4).bytes()
            #expect(part == Array("23".utf8))
            #expect(partOfWhole == part)
            server.reply(reply, to: "download")
            #expect(
                await failure { try await session.content(of: file, range: 2..<4) } == .nonsense(server.host, fault)
            )
        }
    }

    @Test func `a content without a length may end too early, but isn't taken for whole`() async throws {
        try await withStub { server, session in
            let file = OpenBISFile(
                dataSet: "1-1",
                path: "a",
                isFolder: false,
                size: 10,
                checksum: nil,
                store: session.settings.address
            )
            server.reply(.raw("HTTP/1.1 200 OK\r\n\r\n01234"), to: "download")
            #expect(await failure { try await session.content(of: file).bytes() } == .incomplete)
        }
    }

    private static func dataSet(at address: String) -> String {
        #"""
        {"1-1": {"permId": {"permId": "1-1"}, "type": {"code": "RAW_DATA"}, "properties": {"$NAME": ["a", "b"], "X": null},
         "unknown": {"@id": 9}, "dataStore": {"code": "DSS1", "downloadUrl": "\#(address)"}}}
        """#
    }
}
