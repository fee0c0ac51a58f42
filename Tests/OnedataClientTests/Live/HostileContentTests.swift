import NIOHTTP1
import Testing

@testable import OnedataClient

private let ok = "HTTP/1.1 200 OK\r\n"
private let part = "HTTP/1.1 206 Partial Content\r\n"

@Suite(.timeLimit(.minutes(2))) struct HostileContentTests {
    @Test func `a whole content and a part of it`() async throws {
        try await withStub { stub in
            let whole = try await stub.client.content(at: stub.file).bytes()
            #expect(whole == Array(Stub.bytes.utf8))
            stub.server.reply(.answer(206, ["Content-Range: bytes 2-4/10"], body: "234"), to: Stub.content)
            let part = try await stub.client.content(at: stub.file, 2..<5).bytes()
            #expect(part == Array("234".utf8))
            #expect(stub.server.requests.last?.headers["Range"] == ["bytes=2-4"])
        }
    }

    @Test(
        arguments: [
            ("another part", .answer(206, ["Content-Range: bytes 3-5/10"], body: "345"), .nonsense(.range)),
            ("all of it", .answer(200, body: "0123456789"), .nonsense(.range)),
            ("a part of no known place", .answer(206, body: "234"), .nonsense(.range)),
            (
                "a part of a nonsensical place", .answer(206, ["Content-Range: bytes 4-2/10"], body: "234"),
                .nonsense(.range)
            ),
            ("a part of another file", .answer(206, ["Content-Range: bytes 2-4/11"], body: "234"), .changed),
            ("a range that isn't there any more", .answer(416, body: ""), .invalidRange),
        ] as [(String, StubServer.Reply, Expected)]
    )
    func `a part must be the one that was asked for`(_: String, _ reply: StubServer.Reply, _ expected: Expected)
        async throws
    {
        try await withStub { stub in
            stub.server.reply(reply, to: Stub.content)
            let error = await failure { try await stub.client.content(at: stub.file, 2..<5) }
            #expect(error == expected.error(stub.provider))
        }
    }

    @Test func `a whole content of another size is of another file`() async throws {
        try await withStub { stub in
            stub.server.reply(.answer(200, body: "0123456789A"), to: Stub.content)
            #expect(await failure { try await stub.client.content(at: stub.file) } == .changed)
        }
    }

    @Test func `a content that goes on and on is cut off`() async throws {
        try await withStub { stub in
            let chunk = "14\r\n" + String(repeating: "x", count: 20) + "\r\n"
            stub.server.reply(.half(ok + "Transfer-Encoding: chunked\r\n\r\n" + chunk), to: Stub.content)
            let content = try await stub.client.content(at: stub.file)
            let error = await failure { try await content.bytes() }
            #expect(error == .nonsense(stub.provider, .tooLarge))
        }
    }

    @Test func `a content that is always cut short is given up after a few times`() async throws {
        try await withStub { stub in
            stub.server.reply(.raw(ok + "Content-Length: 10\r\n\r\n012"), to: Stub.content)
            let content = try await stub.client.content(at: stub.file)
            stub.server.reply(.raw(part + "Content-Range: bytes 3-9/10\r\nContent-Length: 7\r\n\r\n"), to: Stub.content)
            #expect(await failure { try await content.bytes() } == .unreachable(stub.provider))
            #expect(stub.server.count(Stub.content) == 1 + Download.mostBreaks)
        }
    }

    @Test func `a content that stalls is asked for again, and given up`() async throws {
        try await withStub {
            $0.idleLimit = .milliseconds(200)
        } _: { stub in
            stub.server.reply(.half(ok + "Content-Length: 10\r\n\r\n012"), to: Stub.content)
            let content = try await stub.client.content(at: stub.file)
            stub.server.reply(
                .half(part + "Content-Range: bytes 3-9/10\r\nContent-Length: 7\r\n\r\n"),
                to: Stub.content
            )
            #expect(await failure { try await content.bytes() } == .slow(stub.provider, after: .milliseconds(200)))
        }
    }

    @Test func `an empty file is nothing to ask for`() async throws {
        try await withStub { stub in
            stub.server.reply(.init(stringLiteral: Stub.file(size: 0)), to: Stub.attributes)
            let bytes = try await stub.client.content(at: stub.file).bytes()
            #expect(bytes == [])
            #expect(stub.server.count(Stub.content) == 0)
        }
    }

    /// An error that may be about the stub's provider.
    enum Expected: Sendable {
        case nonsense(OnedataNonsense)
        case changed
        case invalidRange

        func error(_ provider: OnedataService) -> OnedataError {
            switch self {
            case .nonsense(let fault): .nonsense(provider, fault)
            case .changed: .changed
            case .invalidRange: .invalidRange
            }
        }
    }
}
