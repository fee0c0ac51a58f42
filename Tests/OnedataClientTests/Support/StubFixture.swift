import AsyncHTTPClient
import Synchronization

@testable import OnedataClient

/// A stub that plays Onezone and one provider, with one space and one file, and a client of it.
struct Stub: Sendable {
    let server: StubServer
    let client: OnedataClient
    let clock: HandClock
    let http: HTTPClient
    fileprivate let waiting: Waits

    /// Another client, with its own knowledge.
    func client(_ settings: OnedataSettings) throws -> OnedataClient {
        let (clock, waiting) = (clock, waiting)
        return try OnedataClient(settings, token: client.calls.token, http: http) {
            clock.now
        } sleep: { pause in
            waiting.pauses.withLock { $0.append(pause) }
        }
    }

    fileprivate final class Waits: Sendable {
        let pauses = Mutex<[Duration]>([])
    }

    /// The pauses between attempts, which took no time.
    var pauses: [Duration] { waiting.pauses.withLock { $0 } }

    var provider: OnedataService { .provider("127.0.0.1:\(server.port)") }

    /// The space's folder.
    static let space = "space"
    /// The ends of the paths of calls, and what each is asked for.
    static let infer = "POST /tokens/infer_access_token_scope"
    static let lookUp = "POST /file"
    static let attributes = "GET /data/F1"
    static let spaceAttributes = "GET /data/5ace"
    static let children = "GET /data/5ace/children"
    static let content = "GET /data/F1/content"
    static let make = "PUT /data/5ace/path/file"

    /// The file's content.
    static let bytes = "0123456789"

    /// Answers all calls as they should be.
    func answerWell() {
        server.reply(.init(stringLiteral: scope()), to: Self.infer)
        server.reply(#"{"fileId":"F1"}"#, to: Self.lookUp)
        server.reply(.init(stringLiteral: Self.file()), to: Self.attributes)
        server.reply(#"{"fileId":"5ace","name":"space","type":"DIR","size":null,"mtime":1}"#, to: Self.spaceAttributes)
        server.reply(.init(stringLiteral: Self.page([Self.file()])), to: Self.children)
        server.reply(.answer(200, body: Self.bytes), to: Self.content)
    }

    /// What a token is good for.
    func scope(name: String = Stub.space, domain: String? = nil) -> String {
        """
        {"validUntil":null,"dataAccessScope":{"readonly":false,
        "spaces":{"5ace":{"name":"\(name)","supports":{"0e":{"readonly":false}}}},
        "providers":{"0e":{"name":"p","domain":"\(domain ?? "127.0.0.1:\(server.port)")","version":"21.02.8","online":true}}}}
        """
    }

    static func file(name: String = "file", id: String = "F1", size: Int = 10) -> String {
        #"{"fileId":"\#(id)","name":"\#(name)","type":"REG","size":\#(size),"mtime":1700000000,"symlinkValue":null}"#
    }

    static func page(_ children: [String], isLast: Bool = true, next: String = "null") -> String {
        #"{"children":[\#(children.joined(separator: ","))],"isLast":\#(isLast),"nextPageToken":\#(next)}"#
    }

    var file: OnedataPath { get throws { try OnedataPath([Self.space, "file"]) } }
    var folder: OnedataPath { get throws { try OnedataPath([Self.space]) } }
}

/// Gives a test a stub that answers well, and undoes it.
func withStub(
    _ change: (inout OnedataSettings) -> Void = { _ in },
    _ test: (Stub) async throws -> Void
) async throws {
    let server = try await StubServer.start()
    var settings = OnedataSettings(
        onezone: "http://127.0.0.1:\(server.port)",
        // Longer than any test on a busy machine; those that are about limits set theirs.
        deadline: .seconds(60),
        idleLimit: .seconds(60)
    )
    change(&settings)
    let clock = HandClock()
    let waits = Stub.Waits()
    let outcome: Result<Void, any Error>
    do {
        try await withHTTP { http in
            let client = try OnedataClient(settings, token: try OnedataToken("MDAx"), http: http) {
                clock.now
            } sleep: { pause in
                waits.pauses.withLock { $0.append(pause) }
            }
            let stub = Stub(server: server, client: client, clock: clock, http: http, waiting: waits)
            stub.answerWell()
            try await test(stub)
        }
        outcome = .success(())
    } catch {
        outcome = .failure(error)
    }
    try await server.stop()
    try outcome.get()
}
