import AsyncHTTPClient
import NIOCore
import NIOSSL
import Testing

@testable import OnedataClient

@Suite(.enabled(if: StandIn.python != nil, "make test-environment"), .serialized, .timeLimit(.minutes(3)))
struct SpacesTests {
    @Test func `spaces are top folders, also those of one name and those without support`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            let spaces = try await client.spaces()
            let twins = spaces.filter { $0.name == "twins" }
            #expect(twins.map(\.folder) == twins.map { "twins@\($0.id)" })
            let names = spaces.map(\.folder).filter { !$0.hasPrefix("twins") }
            #expect(names == ["bare", "climate", "notebooks-shared"])
            #expect(spaces.first?.access == OnedataSpace.Access.none(.unsupported))
            #expect(try await client.all(in: .top).map(\.name) == spaces.map(\.folder))
            var files: Set<String> = []
            for twin in twins { files.formUnion(try await client.all(in: try OnedataPath([twin.folder])).map(\.name)) }
            #expect(files == ["first", "second"])
            let bare = try OnedataPath("bare")
            #expect(try await client.entry(at: bare).isFolder)
            #expect(await failure { try await client.list(bare) } == .noProvider(.unsupported))
        }
    }

    @Test func `with TLS it trusts whom it was told to, and nobody else`() async throws {
        try await withStandIn(["--tls"]) { standIn in
            #expect(standIn.onezone.hasPrefix("https://"))
            let authority = try #require(standIn.authority)
            let stranger = await failure { try await standIn.client().spaces() }
            #expect(stranger == .unreachable(.onezone))
            var configuration = OnedataClient.httpConfiguration
            configuration.tlsConfiguration = .makeClientConfiguration()
            configuration.tlsConfiguration?.trustRoots = .file(authority)
            try await withHTTP(configuration) { http in
                let client = try OnedataClient(standIn.settings, token: try standIn.token(), http: http)
                let path = try OnedataPath("notebooks-shared/readme.txt")
                #expect(try await client.content(at: path).bytes() == Array("Shared by all.\n".utf8))
            }
        }
    }

    @Test func `another provider takes over when one dies`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            let path = try OnedataPath("notebooks-shared/readme.txt")
            _ = try await client.entry(at: path)
            #expect(try await standIn.count("lookup", at: "cracow") == 1)
            try await standIn.tell("stop", ["door": "cracow"])
            _ = try await client.content(at: path).bytes()
            let folder = try OnedataPath("notebooks-shared/made")
            try await client.makeFolder(at: folder)
            _ = try await client.write(Pieces(data: [1]), to: try folder.appending("a"))
            #expect(try await client.all(in: folder).map(\.name) == ["a"])
        }
    }

    @Test func `a reading goes on at another provider when one dies in the middle`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            try await standIn.tell("put", ["space": "notebooks-shared", "path": "ten", "bytes": 10_000_000])
            let cut: [String: StandIn.Value] = [
                "kind": "cut", "door": "cracow", "call": "content", "after": 3_000_000,
            ]
            try await standIn.tell("fault", cut)
            let content = try await client.content(at: try OnedataPath("notebooks-shared/ten"))
            var bytes: [UInt8] = []
            for try await part in content {
                if bytes.isEmpty { try await standIn.tell("stop", ["door": "cracow"]) }
                bytes += part.readableBytesView
            }
            #expect(bytes == sequence(10_000_000))
            #expect(try await standIn.count("content", at: "bari") == 1)
        }
    }

    @Test func `a reading that was cut doesn't go on with another file`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            try await standIn.tell("put", ["space": "notebooks-shared", "path": "ten", "bytes": 10_000_000])
            let stall: [String: StandIn.Value] = [
                "kind": "stall", "door": "cracow", "call": "content", "after": 3_000_000,
            ]
            try await standIn.tell("fault", stall)
            let path = try OnedataPath("notebooks-shared/ten")
            let content = try await client.content(at: path)
            let error = await failure {
                var isFirst = true
                for try await _ in content where isFirst {
                    isFirst = false
                    // In place, so that it has the same id.
                    try await standIn.tell("change", ["space": "notebooks-shared", "path": "ten"])
                    try await standIn.tell("stop", ["door": "cracow"])
                }
            }
            #expect(error == .changed)
        }
    }

    @Test func `a list goes on at another provider when one dies in the middle`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client()
            try await standIn.tell("fill", ["space": "notebooks-shared", "folder": "big", "files": 2500])
            let path = try OnedataPath("notebooks-shared/big")
            let first = try await client.list(path, limit: 700)
            try await standIn.tell("stop", ["door": "cracow"])
            var names = first.entries.map(\.name)
            var cursor = first.next
            while let next = cursor {
                let page = try await client.list(path, after: next, limit: 700)
                names += page.entries.map(\.name)
                cursor = page.next
            }
            #expect(names.count == 2500)
            #expect(Set(names).count == 2500)
        }
    }

    @Test func `a provider that Onezone calls offline isn't asked, nor one that is too old`() async throws {
        try await withStandIn { standIn in
            try await standIn.tell("provider", ["name": "cracow", "online": false])
            _ = try await standIn.client().entry(at: try OnedataPath("notebooks-shared"))
            try await standIn.tell("provider", ["name": "cracow", "online": true, "version": "21.02.4"])
            _ = try await standIn.client().entry(at: try OnedataPath("notebooks-shared"))
            #expect(try await standIn.tell("seen", ["door": "cracow"]).list == [])
            try await standIn.tell("provider", ["name": "bari", "online": false])
            let client = try standIn.client()
            let old = await failure { try await client.entry(at: try OnedataPath("notebooks-shared/data")) }
            #expect(old == .noProvider(.outdated))
            let offline = await failure { try await client.list(try OnedataPath("climate")) }
            #expect(offline == .noProvider(.offline))
        }
    }

    @Test func `a preferred provider is asked first`() async throws {
        try await withStandIn { standIn in
            let client = try standIn.client { $0.preferredProviders = [standIn.providers["bari"] ?? ""] }
            _ = try await client.entry(at: try OnedataPath("notebooks-shared"))
            #expect(try await standIn.count("attributes", at: "bari") == 1)
        }
    }

    @Test func `files go on for a while when Onezone is down`() async throws {
        try await withStandIn { standIn in
            let clock = HandClock()
            let client = try OnedataClient(standIn.settings, token: standIn.token(), http: standIn.http) {
                clock.now
            } sleep: { _ in
            }
            let path = try OnedataPath("notebooks-shared/readme.txt")
            _ = try await client.entry(at: path)
            try await standIn.tell("stop", ["door": "zone"])
            clock.advance(by: 60)
            _ = try await client.entry(at: path)
            clock.advance(by: 600)
            #expect(await failure { try await client.entry(at: path) } == .unreachable(.onezone))
        }
    }
}
