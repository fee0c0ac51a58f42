import NIOCore
import NIOHTTP1
import Testing

@testable import WebDAVClient

/// Reading over connections that break.
@Suite struct ReadTests {
    private static let text = String((0..<1000).map { Character(UnicodeScalar(UInt8(65 + $0 % 26))) })

    /// Answers with what is asked for, cut off after some bytes.
    private static func answer(_ request: TrialServer.Request, tag: String?, cutAfter limit: Int) -> [TrialServer.Step]
    {
        let field = request.headers.first(name: "Range")
        let first = field.flatMap { Int($0.dropFirst(6).prefix { $0 != "-" }) } ?? 0
        let body = String(text.dropFirst(first))
        let range = field == nil ? "" : "Content-Range: bytes \(first)-999/1000\r\n"
        let head = "HTTP/1.1 \(field == nil ? 200 : 206) A\r\n\(range)\(tag.map { "ETag: \($0)\r\n" } ?? "")"
        let whole: TrialServer.Step = .bytes("\(head)Content-Length: \(body.count)\r\n\r\n\(body.prefix(limit))")
        return body.count > limit ? [whole, .close] : [whole]
    }

    @Test(arguments: ["\"v1\"", "W/\"v1\""])
    func `a connection that breaks is taken up where it broke`(_ tag: String) async throws {
        try await withTrial { request, _ in
            Self.answer(request, tag: tag, cutAfter: 300)
        } _: { remote, server, world in
            let bytes = try await remote.whole(try path("f"))
            #expect(String(decoding: bytes, as: UTF8.self) == Self.text)
            #expect(
                server.requests.map { $0.headers.first(name: "Range") } == [
                    nil, "bytes=300-", "bytes=600-", "bytes=900-",
                ]
            )
            #expect(server.requests.last?.headers["If-Match"] == (tag.hasPrefix("W/") ? [] : [tag]))
            // Each broke after bytes had come, so none is the second in a row.
            #expect(world.pauses == [.milliseconds(500), .milliseconds(500), .milliseconds(500)])
        }
    }

    @Test func `forty files are read at a time`() async throws {
        try await withTrial { _, _ in
            [.bytes("HTTP/1.1 200 A\r\nContent-Length: 1000\r\n\r\nA")]
        } _: { remote, server, _ in
            var begun: [WebDAVContent] = []
            for _ in 0..<40 { begun.append(try await remote.read(try path("f"))) }
            #expect(begun.count == 40)
            #expect(server.requests.count == 40)
        }
    }

    @Test func `a file without a tag isn't taken up`() async throws {
        try await withTrial { request, _ in
            Self.answer(request, tag: nil, cutAfter: 300)
        } _: { remote, server, _ in
            await expect(.offline(.read)) { try await remote.whole(try path("f")) }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a file that changed isn't taken up`() async throws {
        try await withTrial { request, number in
            Self.answer(request, tag: "\"v\(number)\"", cutAfter: 300)
        } _: { remote, _, _ in
            await expect(.changedMeanwhile) { try await remote.whole(try path("f")) }
        }
        try await withTrial { request, number in
            number == 0 ? Self.answer(request, tag: "\"v\"", cutAfter: 300) : TrialServer.Step.answer(412)
        } _: { remote, _, _ in
            await expect(.changedMeanwhile) { try await remote.whole(try path("f")) }
        }
    }

    @Test func `a server that doesn't come back is given up`() async throws {
        try await withTrial { request, number in
            number == 0 ? Self.answer(request, tag: "\"v\"", cutAfter: 300) : [.close]
        } _: { remote, server, world in
            await expect(.offline(.read)) { try await remote.whole(try path("f")) }
            #expect(server.requests.count == 4)
            #expect(world.pauses.count == 3)
        }
    }

    @Test func `a reader that pauses for long gets all of it`() async throws {
        try await withTrial(idle: .seconds(3)) { request, number in
            Self.answer(request, tag: "\"v\"", cutAfter: number == 0 ? 300 : 1000).filter { step in
                if case .close = step { false } else { true }
            }
        } _: { remote, server, _ in
            let bytes = try await remote.whole(try path("f"))
            #expect(String(decoding: bytes, as: UTF8.self) == Self.text)
            #expect(server.requests.count == 2)
        }
    }

    @Test func `the whole file is cut to the beginning that was asked for`() async throws {
        try await withTrial { _, _ in
            TrialServer.Step.answer(200, [("ETag", "\"v\"")], Self.text)
        } _: { remote, _, _ in
            let bytes = try await remote.whole(try path("f"), .bytes(0..<5))
            #expect(String(decoding: bytes, as: UTF8.self) == "ABCDE")
        }
    }

    @Test func `no bytes aren't asked for`() async throws {
        try await withTrial { _, _ in
            []
        } _: { remote, server, _ in
            await expect(.rangeOutside) { try await remote.read(try path("f"), .bytes(5..<5)) }
            #expect(server.requests.isEmpty)
        }
    }
}
