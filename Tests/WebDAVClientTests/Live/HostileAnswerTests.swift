import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import WebDAVClient

/// A server that doesn't do as it should: what comes of it is an error of the right kind, soon, and in little memory.
@Suite struct HostileAnswerTests {
    private typealias Step = TrialServer.Step

    /// What `list` makes of an answer.
    private static let listings: [(String, [TrialServer.Step], WebDAVError)] = [
        ("HTML", Step.answer(200, [], "<html></html>"), .malformed(.list, .status(200))),
        ("HTML as multi-status", Step.answer(207, [], "<html></html>"), .malformed(.list, .notMultistatus)),
        ("nothing", Step.answer(207), .malformed(.list, .notXML)),
        (
            "truncated XML", Step.answer(207, [], multistatusText("").dropLast(5).description),
            .malformed(.list, .notXML)
        ),
        (
            "an entity bomb",
            Step.answer(207, [], "<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;'>]>" + multistatusText("&c;")),
            .malformed(.list, .documentType)
        ),
        ("an entry elsewhere", Step.multistatus(responseText("/etc/passwd")), .malformed(.list, .entryElsewhere)),
        ("an entry above", Step.multistatus(responseText("/dav/../x")), .malformed(.list, .entryElsewhere)),
        (
            "an entry on another host", Step.multistatus(responseText("http://evil/dav/f/a")),
            .malformed(.list, .entryElsewhere)
        ),
        ("an entry beside", Step.multistatus(responseText("/dav/other/a")), .malformed(.list, .entryElsewhere)),
        ("an entry further below", Step.multistatus(responseText("/dav/f/a/b")), .malformed(.list, .entryElsewhere)),
        ("a slash in a name", Step.multistatus(responseText("/dav/f/a%2Fb")), .malformed(.list, .entryElsewhere)),
        ("a null in a name", Step.multistatus(responseText("/dav/f/a%00")), .malformed(.list, .entryElsewhere)),
        ("a file", Step.multistatus(responseText("/dav/f")), .notAFolder),
        ("204", Step.answer(204), .malformed(.list, .status(204))),
        ("a lying length", [.bytes("HTTP/1.1 207 A\r\nContent-Length: 999\r\n\r\n<a"), .close], .offline(.list)),
        (
            "two lengths", [.bytes("HTTP/1.1 207 A\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), .close],
            .offline(.list)
        ),
        ("no HTTP", [.bytes("SSH-2.0-OpenSSH_9.2\r\n\r\n"), .close], .offline(.list)),
        ("a cut", [.close], .offline(.list)),
        (
            "an endless body",
            [
                .bytes("HTTP/1.1 207 A\r\n\r\n<D:multistatus xmlns:D='DAV:'>"),
                .endless(String(repeating: " ", count: 60_000)),
            ], .malformed(.list, .tooLarge)
        ),
        (
            "an endless tag",
            [.bytes("HTTP/1.1 207 A\r\n\r\n<a b='"), .endless(String(repeating: "x", count: 60_000))],
            .malformed(.list, .tooLarge)
        ),
        (
            "an endless head", [.bytes("HTTP/1.1 207 A\r\nX: "), .endless(String(repeating: "x", count: 60_000))],
            .offline(.list)
        ),
        ("401", Step.answer(401), .unauthorized), ("403", Step.answer(403), .forbidden(.list)),
        ("404", Step.answer(404), .notFound(.list)), ("423", Step.answer(423), .locked(.list)),
        ("429 for long", Step.answer(429, [("Retry-After", "3600")]), .tooManyRequests(retryAfter: .seconds(3600))),
        ("503", Step.answer(503), .unavailable(retryAfter: nil)),
        ("500", Step.answer(500), .refused(.list, status: 500)),
        ("501", Step.answer(501), .notOffered(.list)),
        ("a status of none", Step.answer(999), .malformed(.list, .status(999))),
        ("a redirect elsewhere", Step.answer(301, [("Location", "https://evil.example/")]), .redirected(.list)),
        ("a redirect to another port", Step.answer(302, [("Location", "http://127.0.0.1:1/")]), .redirected(.list)),
        ("a redirect without a scheme", Step.answer(307, [("Location", "//evil.example/")]), .redirected(.list)),
        ("a redirect in circles", Step.answer(308, [("Location", "/dav/f/")]), .redirected(.list)),
        ("a redirect without a target", Step.answer(301), .redirected(.list)),
    ]

    @Test(arguments: listings)
    func `a list is whole or an error`(_ name: String, _ steps: [TrialServer.Step], _ error: WebDAVError) async throws {
        var limits = World.limits
        limits.listing = 50_000_000
        try await withTrial(limits: limits) { _, _ in
            steps
        } _: { remote, server, _ in
            await expect(error) { try await remote.entries(try path("f")) }
            #expect(server.requests.allSatisfy { $0.uri == "/dav/f/" })
        }
    }

    @Test(
        arguments: [
            (
                "another entry", TrialServer.Step.multistatus(responseText("/dav/other")),
                .malformed(.look, .entryElsewhere)
            ),
            (
                "two entries", Step.multistatus(responseText("/dav/f") + responseText("/dav/f")),
                .malformed(.look, .notMultistatus)
            ),
            ("no entry", Step.multistatus(""), .malformed(.look, .notMultistatus)),
            (
                "an endless one",
                [
                    .bytes("HTTP/1.1 207 A\r\n\r\n<D:multistatus xmlns:D='DAV:'>"),
                    .endless(String(repeating: " ", count: 60_000)),
                ],
                .malformed(.look, .tooLarge)
            ),
        ] as [(String, [TrialServer.Step], WebDAVError)]
    )
    func `a look is at what was asked for`(_ name: String, _ steps: [TrialServer.Step], _ error: WebDAVError)
        async throws
    {
        try await withTrial { _, _ in
            steps
        } _: { remote, _, _ in
            await expect(error) { try await remote.entry(at: try path("f")) }
        }
    }

    /// What `read` of the bytes 2 to 5 makes of an answer.
    private static let reads: [(String, [TrialServer.Step], WebDAVError)] = [
        ("the whole file", Step.answer(200, [], "0123456789"), .malformed(.read, .range)),
        ("another range", Step.answer(206, [("Content-Range", "bytes 0-3/10")], "0123"), .malformed(.read, .range)),
        (
            "more than asked for", Step.answer(206, [("Content-Range", "bytes 2-9/10")], "23456789"),
            .malformed(.read, .range)
        ),
        ("no range", Step.answer(206, [], "2345"), .malformed(.read, .range)),
        (
            "another version", Step.answer(206, [("Content-Range", "bytes 2-5/10"), ("ETag", "\"new\"")], "2345"),
            .preconditionFailed(.read)
        ),
        (
            "too many bytes",
            [
                .bytes(
                    "HTTP/1.1 206 A\r\nContent-Range: bytes 2-4/10\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n2345\r\n0\r\n\r\n"
                )
            ], .malformed(.read, .length)
        ),
        (
            "too few bytes",
            [
                .bytes(
                    "HTTP/1.1 206 A\r\nContent-Range: bytes 2-5/10\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n23\r\n0\r\n\r\n"
                )
            ], .offline(.read)
        ),
        ("416", Step.answer(416), .rangeOutside), ("412", Step.answer(412), .preconditionFailed(.read)),
    ]

    @Test(arguments: reads)
    func `a range is what was asked for`(_ name: String, _ steps: [TrialServer.Step], _ error: WebDAVError) async throws
    {
        try await withTrial { _, _ in
            steps
        } _: { remote, _, _ in
            await expect(error) {
                let content = try await remote.read(try path("f"), .bytes(2..<6), version: ETag("\"old\""))
                for try await _ in content.body {}
            }
        }
    }

    @Test func `a server that says nothing is given up`() async throws {
        var limits = World.limits
        limits.answer = .milliseconds(100)
        limits.work = .milliseconds(100)
        try await withTrial(limits: limits) { _, _ in
            []
        } _: { remote, _, world in
            await expect(.timedOut(.look)) { try await remote.entry(at: .root) }
            #expect(world.pauses == [.milliseconds(500), .seconds(1), .seconds(2)])
            #expect(await remote.check() == .timedOut)
            await expect(.timedOut(.move)) { try await remote.makeMove() }
        }
    }

    @Test func `a transfer that stands still is given up`() async throws {
        let head = "HTTP/1.1 207 A\r\nContent-Length: 99\r\n\r\n<D:multistatus xmlns:D='DAV:'>"
        try await withTrial(idle: .milliseconds(50)) { _, _ in
            [.bytes(head)]
        } _: { remote, _, _ in
            await expect(.timedOut(.list)) { try await remote.entries() }
        }
    }

    /// What becomes of an upload whose server answers, or stops reading, in the middle.
    private static let uploads: [(String, [TrialServer.Step], WebDAVError)] = [
        ("507", Step.answer(507), .overQuota),
        ("507 and a cut", Step.answer(507, [("Connection", "close")]) + [.close], .overQuota),
        ("half an answer", [.bytes("HTTP/1.1 507 A\r\nContent-Length: 9\r\n\r\n")], .overQuota),
        ("half of one that says yes", [.bytes("HTTP/1.1 201 A\r\nContent-Length: 9\r\n\r\n")], .timedOut(.write)),
        ("a cut", [.close], .offline(.write)),
        ("nothing", [], .timedOut(.write)),
    ]

    @Test(arguments: uploads)
    func `an upload that nobody takes is given up`(
        _ name: String,
        _ steps: [TrialServer.Step],
        _ error: WebDAVError
    ) async throws {
        var limits = World.limits
        limits.work = .seconds(1)
        limits.answer = .seconds(1)
        try await withTrial(limits: limits, .hasty) { request, _ in
            switch request.method {
            case "OPTIONS": Step.answer(200, [("DAV", "1")])
            case "PUT": steps
            default: Step.answer(204)
            }
        } _: { remote, server, _ in
            await expect(error) { try await remote.write(try path("f"), Pieces(count: 100_000, size: 100_000)) }
            #expect(!server.requests.contains { $0.method == "MOVE" })
        }
    }

    @Test func `content that is long in coming is waited for`() async throws {
        var limits = World.limits
        limits.answer = .milliseconds(500)
        try await withTrial(limits: limits) { request, _ in
            request.method == "OPTIONS" ? Step.answer(200, [("DAV", "1")]) : Step.answer(201)
        } _: { remote, server, _ in
            let slow = Pieces(count: 3, size: 1000, pause: .milliseconds(1500))
            _ = try await remote.write(try path("f"), slow)
            #expect(server.requests.map(\.method).suffix(2) == ["PUT", "MOVE"])
            #expect(server.requests.dropLast().last?.count == 3000)
        }
    }

    @Test func `a task that is cancelled ends`() async throws {
        try await withTrial { _, _ in
            []
        } _: { remote, server, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await expect(.cancelled) { try await remote.entry(at: .root) } }
                try await eventually("the request is there") { server.requests.count == 1 }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test func `a redirect within the server is followed, with the credential`() async throws {
        try await withTrial { request, _ in
            request.uri == "/dav/f"
                ? Step.answer(301, [("Location", "/dav/f/")]) : Step.multistatus(responseText("/dav/f/", folder: true))
        } _: { remote, server, _ in
            let entry = try await remote.entry(at: try path("f"))
            #expect(entry?.kind == .folder)
            #expect(server.requests.map(\.uri) == ["/dav/f", "/dav/f/"])
            #expect(server.requests.allSatisfy { $0.headers["Authorization"] == ["Basic YW5uYTpodW50ZXIy"] })
        }
    }

    @Test func `what changes something isn't sent elsewhere`() async throws {
        try await withTrial { _, _ in
            Step.answer(307, [("Location", "/dav/g")])
        } _: { remote, server, _ in
            await expect(.redirected(.delete)) { try await remote.delete(try path("f")) }
            #expect(server.requests.count == 1)
        }
    }

    @Test(arguments: [
        (429, "3", 4), (503, "3", 4), (429, "3600", 1), (500, "3", 1), (409, "3", 1),
    ])
    func `a change is repeated only when it was declined`(_ status: Int, _ pause: String, _ count: Int) async throws {
        try await withTrial { _, _ in
            Step.answer(status, [("Retry-After", pause)])
        } _: { remote, server, world in
            _ = await failure { try await remote.makeMove() }
            #expect(server.requests.count == count)
            #expect(world.pauses.count == count - 1)
            #expect(world.pauses.allSatisfy { $0 >= .seconds(3) })
        }
    }

    @Test func `what failed twice and then worked has worked`() async throws {
        try await withTrial { _, number in
            switch number {
            case 0: [.close]
            case 1: Step.answer(503)
            default: Step.multistatus(responseText("/dav", folder: true) + responseText("/dav/a"))
            }
        } _: { remote, server, _ in
            let names = try await remote.names()
            #expect(names.map(\.text) == ["a"])
            #expect(server.requests.count == 3)
        }
    }

    @Test func `entries that went away meanwhile are left out`() async throws {
        let gone = "<D:response><D:href>/dav/gone</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>"
        let shut = gone.replacing("404", with: "403")
        try await withTrial { _, number in
            Step.multistatus(responseText("/dav", folder: true) + (number == 0 ? gone : shut) + responseText("/dav/a"))
        } _: { remote, _, _ in
            let names = try await remote.names()
            #expect(names.map(\.text) == ["a"])
            await expect(.forbidden(.list)) { try await remote.entries() }
        }
    }

    @Test func `a part that fails below is told`() async throws {
        let locked = "<D:response><D:href>/dav/f/a</D:href><D:status>HTTP/1.1 423 Locked</D:status></D:response>"
        try await withTrial { _, _ in
            Step.multistatus(locked)
        } _: { remote, _, _ in
            await expect(.locked(.delete)) { try await remote.delete(try path("f")) }
            await expect(.locked(.move)) { try await remote.makeMove() }
        }
    }

    @Test(arguments: ["", "no token", "<a> <b>", "<a>b"])
    func `a lock needs a token`(_ field: String) async throws {
        let body = #"<?xml version="1.0"?><D:prop xmlns:D="DAV:"/>"#
        try await withTrial { request, _ in
            request.method == "OPTIONS"
                ? Step.answer(200, [("DAV", "1, 2")]) : Step.answer(200, [("Lock-Token", field)], body)
        } _: { remote, _, _ in
            await expect(.malformed(.lock, .lockToken)) {
                try await remote.lock(try path("f"), owner: "</owner>", timeout: .seconds(60))
            }
        }
    }

    @Test func `nothing of an answer is in an error's words`() async throws {
        let words = "s3cret-of-the-server"
        for status in [200, 207, 301, 400, 401, 403, 404, 409, 412, 416, 423, 429, 500, 503, 507] {
            let steps = Step.answer(status, [("Location", words), ("Retry-After", words)], words)
            try await withTrial { _, _ in
                steps
            } _: { remote, _, _ in
                let error = await failure { try await remote.entries() }
                let told = "\(String(describing: error)) \(String(reflecting: error))"
                #expect(!told.contains(words) && !told.contains("hunter2"))
            }
        }
    }
}

extension WebDAVRemote {
    /// Moves `a` to `b`.
    fileprivate func makeMove() async throws {
        try await move(try path("a"), to: try path("b"), .refused)
    }
}
