import AsyncHTTPClient
import NIOCore
import Testing

@testable import StorageHubClient

/// A service that answers badly, and what is said of it.
struct BadAnswer: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reply: TrialServer.Reply
    let error: StorageHubError
    /// How often a call that changes nothing is made.
    let tries: Int

    init(_ name: String, _ reply: TrialServer.Reply, _ error: StorageHubError, tries: Int = 1) {
        testDescription = name
        self.reply = reply
        self.error = error
        self.tries = tries
    }

    static func thrown(_ status: Int, _ name: String) -> TrialServer.Reply {
        let text =
            #"{"exceptionClass":"org.gcube.common.storagehub.model.exceptions.\#(name)","message":"t0ken1","id":-1}"#
        return .answer(status, body: text)
    }

    static let all: [BadAnswer] = [
        .init("HTML", .answer(type: "text/html", body: "<!doctype html><h1>Hi</h1>"), .nonsense(.item, .notJSON)),
        .init("nothing", .answer(), .nonsense(.item, .notJSON)),
        .init("a list", .answer(body: "[]"), .nonsense(.item, .notJSON)),
        .init("half of an object", .answer(body: #"{"item":{"#), .nonsense(.item, .notJSON)),
        .init("no item", .answer(body: "{}"), .nonsense(.item, .member("item"))),
        .init("no id", .answer(body: #"{"item":{"@class":"a.FolderItem"}}"#), .nonsense(.item, .member("id"))),
        .init("a number as id", .answer(body: #"{"item":{"@class":"a","id":1}}"#), .nonsense(.item, .member("id"))),
        .init(
            "an id that leads elsewhere",
            .answer(body: #"{"item":{"@class":"a.FolderItem","id":"../trash/empty","name":"a"}}"#),
            .nonsense(.item, .identifier)
        ),
        .init(
            "a thousand levels",
            .answer(body: String(repeating: #"{"item":"#, count: 10_000)),
            .nonsense(.item, .notJSON)
        ),
        .init("UTF-16", .answer(body: "\0{\0}"), .nonsense(.item, .notJSON)),
        .init("an endless body", .endless(String(repeating: " ", count: 1 << 16)), .nonsense(.item, .tooLarge)),
        .init("a redirect", .answer(302, [("Location", "/elsewhere")]), .nonsense(.item, .redirect)),
        .init("not found, as HTML", .answer(404, type: "text/html", body: "<h1>t0ken1</h1>"), .notFound(.item)),
        .init("teapot", .answer(418, body: "t0ken1"), .nonsense(.item, .status(418))),
        .init("no content", .answer(204), .nonsense(.item, .status(204))),
        .init("a fault of its own", thrown(500, "BackendGenericError"), .refused(.item, .backend)),
        .init("the wrong kind", thrown(500, "InvalidItemException"), .refused(.item, .invalidItem)),
        .init("a wrong call", thrown(400, "InvalidCallParameters"), .refused(.item, .invalidCall)),
        .init("an exception nobody knows", thrown(500, "t0ken1"), .nonsense(.item, .status(500))),
        .init("not found, as a fault", thrown(500, "IdNotFoundException"), .notFound(.item)),
        .init("forbidden", thrown(403, "UserNotAuthorizedException"), .forbidden(.item)),
        .init("locked", thrown(409, "ItemLockedException"), .locked(.item)),
        .init("full", .answer(507), .overQuota(.item)),
        .init(
            "an endless refusal",
            .answer(500, body: String(repeating: "x", count: 1 << 20)),
            .nonsense(.item, .status(500))
        ),
        .init("silence", .silence, .slow(.item, after: .seconds(2))),
        .init("a body that stops", .half(#"{"item":"#), .slow(.item, after: .seconds(2))),
        .init("a body that breaks off", .halfAndCut(#"{"item":"#, length: 100), .cut(.item, after: 8), tries: 3),
        .init("a broken connection", .cut, .cut(.item, after: 0), tries: 3),
        .init("too busy", .answer(503), .unavailable(.item, retryAfter: nil), tries: 3),
        .init("a bad gateway", .answer(502), .unavailable(.item, retryAfter: nil), tries: 3),
        .init("too many", .answer(429, [("Retry-After", "0")]), .tooManyRequests(.item, retryAfter: .zero), tries: 3),
        .init(
            "too many for long",
            .answer(429, [("Retry-After", "3600")]),
            .tooManyRequests(.item, retryAfter: .seconds(3600))
        ),
        .init("a refused token", .answer(401, body: "t0ken1"), .tokenRefused, tries: 2),
    ]
}

@Suite(.serialized, .timeLimit(.minutes(3))) struct HostileAnswerTests {
    @Test(arguments: BadAnswer.all)
    func `answers that can't be used are told apart, and tried again where that helps`(_ bad: BadAnswer) async throws {
        try await withTrialHub {
            if case .slow = bad.error { $0.deadline = .seconds(2) }
        } reply: { _ in
            bad.reply
        } _: { trial in
            let error = await failure { try await trial.hub.root() }
            #expect(error == bad.error)
            #expect(trial.server.requests.count == bad.tries)
            #expect(error.map { !"\($0) \(String(reflecting: $0))".contains("t0ken") } == true)
        }
    }

    @Test(arguments: BadAnswer.all.filter { ![.endless, .half].contains($0.kind) })
    func `a change is made once, whatever is answered`(_ bad: BadAnswer) async throws {
        try await withTrialHub {
            if case .slow = bad.error { $0.commitLimit = .seconds(2) }
        } reply: { request in
            request.method == "PUT" ? bad.reply : .answer(body: Sample.root)
        } _: { trial in
            let error = await failure { try await trial.hub.rename(try StorageHubItem.ID("r00t"), to: "b") }
            #expect(error != nil)
            let made = trial.server.requests.count { $0.method == "PUT" }
            switch bad.error {
            // These say that nothing was done.
            case .tokenRefused: #expect(made == 2)
            case .tooManyRequests(_, .some(.zero)): #expect(made == 3)
            default: #expect(made == 1)
            }
        }
    }

    @Test func `a redirect takes no token elsewhere`() async throws {
        let other = try await TrialServer.start { _ in .answer(body: Sample.root) }
        try await withTrialHub { _ in
            .answer(307, [("Location", "http://127.0.0.1:\(other.port)/workspace")])
        } _: { trial in
            #expect(await failure { try await trial.hub.root() } == .nonsense(.item, .redirect))
            try await withHTTP(HTTPClient.Configuration()) { http in
                let hub = try StorageHub(trial.hub.settings, tokens: NumberedTokens(), http: http)
                #expect(await failure { try await hub.root() } == .nonsense(.item, .redirect))
            }
        }
        try await other.stop()
    }

    @Test func `a refused token is renewed once, and never shown in an address`() async throws {
        try await withTrialHub { request in
            request.token == "Bearer t0ken2" ? .answer(body: Sample.root) : .answer(401)
        } _: { trial in
            _ = try await trial.hub.root()
            #expect(trial.server.requests.map(\.token) == ["Bearer t0ken1", "Bearer t0ken2"])
            #expect(trial.server.requests.allSatisfy { !$0.target.contains("t0ken") })
            #expect(trial.server.requests.allSatisfy { $0.target == "/workspace?exclude=hl%3Aaccounting" })
        }
    }

    @Test func `pages that don't turn, and pages that are too long, are refused`() async throws {
        let page = (0..<3).map { Sample.json("a\($0)", title: "a\($0)") }.joined(separator: ",")
        for size in [2, 3] {
            try await withTrialHub {
                $0.pageSize = size
            } reply: { _ in
                .answer(body: #"{"itemlist":[\#(page)]}"#)
            } _: { trial in
                let error = await failure { try await trial.hub.children(of: try StorageHubItem.ID("r00t")) }
                #expect(error == .nonsense(.list, .page))
                #expect(trial.server.requests.count == (size == 2 ? 1 : 2))
            }
        }
    }

    @Test func `a folder without end is given up`() async throws {
        try await withTrialHub {
            $0.pageSize = 2
            $0.largestFolder = 10
        } reply: { request in
            let start = request.target.firstMatch(of: #/start=([0-9]+)/#).flatMap { Int($0.1) } ?? 0
            let items = (start..<start + 2).map { Sample.json("a\($0)", title: "a\($0)") }.joined(separator: ",")
            return .answer(body: #"{"itemlist":[\#(items)]}"#)
        } _: { trial in
            let error = await failure { try await trial.hub.children(of: try StorageHubItem.ID("r00t")) }
            #expect(error == .folderTooLarge)
        }
    }

    @Test(
        arguments: [
            ("a body that breaks off", .halfAndCut("12345", length: 10), .cut(.read, after: 5)),
            ("a body that stops", .half("12345"), .slow(.read, after: .seconds(2))),
            ("another part", .answer(206, [("Content-Range", "bytes 0-4/5")], body: "12345"), .nonsense(.read, .range)),
            ("a part of nothing", .answer(206, body: "12345"), .nonsense(.read, .range)),
        ] as [(String, TrialServer.Reply, StorageHubError)]
    )
    func `the bytes of a file are never taken for whole when they aren't`(
        _ name: String,
        _ reply: TrialServer.Reply,
        _ expected: StorageHubError
    ) async throws {
        try await withTrialHub {
            if case .slow = expected { $0.idleLimit = .seconds(2) }
        } reply: { _ in
            reply
        } _: { trial in
            let part: Int64 = if case .nonsense = expected { 2 } else { 0 }
            let id = try StorageHubItem.ID("f1le")
            let error = await failure { try await trial.hub.read(id, from: part) { _ in } }
            #expect(error == expected)
        }
    }

    @Test func `whoever is slow to take bytes isn't the service's fault`() async throws {
        try await withTrialHub {
            $0.idleLimit = .seconds(2)
        } reply: { _ in
            .answer(type: "text/plain", body: "hello")
        } _: { trial in
            let sink = Sink()
            try await trial.hub.read(try StorageHubItem.ID("f1le")) { bytes in
                try await Task.sleep(for: .seconds(4))
                sink.take(bytes)
            }
            #expect(sink.text == "hello")
        }
    }

    @Test func `an answer about another item is refused`() async throws {
        try await withTrialHub { request in
            request.method == "GET" ? .answer(body: Sample.root) : .answer(type: "text/plain", body: "0ther")
        } _: { trial in
            let id = try StorageHubItem.ID("r00t")
            let other = try StorageHubItem.ID("a")
            #expect(await failure { try await trial.hub.item(other) } == .nonsense(.item, .otherItem))
            #expect(await failure { try await trial.hub.rename(id, to: "b") } == .nonsense(.rename, .otherItem))
            #expect(await failure { try await trial.hub.move(id, to: other) } == .nonsense(.move, .otherItem))
            let written = await failure { try await trial.hub.write(.init("a"), as: "a", in: id) }
            #expect(written == .nonsense(.item, .otherItem))
        }
    }

    @Test func `a file that has another length than was sent is told`() async throws {
        try await withTrialHub { request in
            request.method == "GET"
                ? .answer(body: #"{"item":\#(Sample.json("f1le", title: "a"))}"#)
                : .answer(type: "text/plain", body: "f1le")
        } _: { trial in
            let id = try StorageHubItem.ID("r00t")
            let error = await failure { try await trial.hub.write(.init("1234"), as: "a", in: id) }
            #expect(error == .nonsense(.write, .otherContent))
            #expect(try await trial.hub.write(.init("12345"), as: "a", in: id).size == 5)
        }
    }

    @Test func `a name with a slash is never sent`() async throws {
        try await withTrialHub { _ in
            .answer(body: Sample.root)
        } _: { trial in
            let id = try StorageHubItem.ID("r00t")
            #expect(await failure { try await trial.hub.write(.init("1"), as: "a/b", in: id) } == .unfitName)
            #expect(trial.server.requests.isEmpty)
        }
    }

    @Test func `a cancelled call ends as one`() async throws {
        try await withTrialHub { _ in
            .half(#"{"item":"#)
        } _: { trial in
            let asked = Task { await failure { try await trial.hub.root() } }
            try await eventually("it is asked") { !trial.server.requests.isEmpty }
            asked.cancel()
            #expect(await asked.value == .cancelled)
        }
    }
}

extension BadAnswer {
    enum Kind {
        case endless, half, other
    }

    var kind: Kind {
        switch reply {
        case .endless: .endless
        case .half: .half
        default: .other
        }
    }
}
