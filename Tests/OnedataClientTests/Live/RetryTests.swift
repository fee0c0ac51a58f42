import NIOHTTP1
import Testing

@testable import OnedataClient

@Suite(.timeLimit(.minutes(2))) struct RetryTests {
    @Test func `what is safe is asked three times of who can't now, no sooner than it wants`() async throws {
        try await withStub { stub in
            stub.server.reply(.answer(503, ["Retry-After: 2"]), to: Stub.lookUp)
            let error = await failure { try await stub.client.entry(at: stub.file) }
            #expect(error == .unavailable(stub.provider, after: .seconds(2)))
            #expect(stub.server.count(Stub.lookUp) == 3)
            #expect(stub.pauses == [.seconds(2), .seconds(2)])
        }
    }

    @Test func `who wants to be left alone for long isn't waited for`() async throws {
        try await withStub { stub in
            stub.server.reply(.answer(429, ["Retry-After: 11"]), to: Stub.lookUp)
            let error = await failure { try await stub.client.entry(at: stub.file) }
            #expect(error == .tooManyRequests(stub.provider, after: .seconds(11)))
            #expect(stub.server.count(Stub.lookUp) == 1)
            #expect(stub.pauses == [])
        }
    }

    @Test(arguments: [500, 502, 504])
    func `what may have been done isn't done again`(_ status: Int) async throws {
        try await withStub { stub in
            stub.server.reply(.answer(status), to: Stub.make)
            stub.server.reply(
                .answer(400, body: #"{"error":{"id":"posix","details":{"errno":"enoent"}}}"#),
                to: Stub.lookUp
            )
            let error = await failure { try await stub.client.makeFolder(at: stub.file) }
            #expect(error == .unavailable(stub.provider, after: nil))
            #expect(stub.server.count(Stub.make) == 1)
        }
    }

    @Test func `what was refused for the moment is done again, for it wasn't done`() async throws {
        try await withStub { stub in
            stub.server.reply(.answer(429, ["Retry-After: 1"]), to: Stub.make)
            let error = await failure { try await stub.client.makeFolder(at: stub.file) }
            #expect(error == .tooManyRequests(stub.provider, after: .seconds(1)))
            #expect(stub.server.count(Stub.make) == 3)
        }
    }

    @Test func `a file that was stored in part replaces nothing`() async throws {
        try await withStub { stub in
            stub.server.reply(#"{"fileId":"F2"}"#, to: "PUT /data/5ace/path/*")
            stub.server.reply(.answer(204), to: "PUT /data/F2/content")
            stub.server.reply(.init(stringLiteral: Stub.file(id: "F2", size: 99)), to: "GET /data/F2")
            let error = await failure { try await stub.client.write(Pieces(data: sequence(100)), to: stub.file) }
            #expect(error == .incomplete)
            #expect(stub.server.count("PUT /cdmi/*") == 0)
        }
    }

    @Test func `a rename that a provider says yes to and doesn't do is no success`() async throws {
        try await withStub { stub in
            stub.server.reply(#"{"fileId":"F2"}"#, to: "PUT /data/5ace/path/*")
            stub.server.reply(.answer(204), to: "PUT /data/F2/content")
            stub.server.reply(.init(stringLiteral: Stub.file(id: "F2", size: 100)), to: "GET /data/F2")
            stub.server.reply(.answer(204), to: "PUT /cdmi/*")
            let missing = #"{"error":{"id":"posix","details":{"errno":"enoent"}}}"#
            stub.server.reply(.answer(400, body: missing), to: "POST /l*")
            let error = await failure { try await stub.client.write(Pieces(data: sequence(100)), to: stub.file) }
            #expect(error == .exists)
        }
    }

    @Test func `a connection that broke is made once more`() async throws {
        try await withStub { stub in
            stub.server.reply(.cut, to: Stub.lookUp)
            #expect(await failure { try await stub.client.entry(at: stub.file) } == .unreachable(stub.provider))
            #expect(stub.server.count(Stub.lookUp) == 2)
        }
    }

    @Test func `what is refused for good is asked once`() async throws {
        try await withStub { stub in
            stub.server.reply(.answer(403, body: #"{"error":{"id":"forbidden"}}"#), to: Stub.lookUp)
            #expect(await failure { try await stub.client.entry(at: stub.file) } == .forbidden)
            #expect(stub.server.count(Stub.lookUp) == 1)
        }
    }

    @Test func `Onezone is asked once for all who ask at once, and again after ten seconds`() async throws {
        try await withStub { stub in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { _ = try? await stub.client.spaces() } }
            }
            #expect(stub.server.count(Stub.infer) == 1)
            stub.clock.advance(by: 10)
            _ = try await stub.client.spaces()
            #expect(stub.server.count(Stub.infer) == 2)
        }
    }

    @Test func `the token is in one header of the provider's calls, and in no address`() async throws {
        try await withStub { stub in
            _ = try await stub.client.content(at: stub.file).bytes()
            for request in stub.server.requests {
                let isInfer = request.path.hasSuffix("infer_access_token_scope")
                #expect(request.headers["X-Auth-Token"] == (isInfer ? [] : ["MDAx"]))
                #expect(!request.path.contains("MDAx"))
            }
        }
    }

    @Test func `attributes are asked for in the body of a GET`() async throws {
        try await withStub { stub in
            _ = try await stub.client.list(stub.folder, limit: 5)
            let request = try #require(stub.server.requests.last)
            #expect(request.method == "GET")
            #expect(request.path == "/api/v3/oneprovider/data/5ace/children?limit=5")
            #expect(request.body.contains(#""attributes":["fileId","name""#))
        }
    }
}
