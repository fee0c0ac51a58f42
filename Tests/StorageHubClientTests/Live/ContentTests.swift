import NIOCore
import Testing

@testable import StorageHubClient

@Suite(.enabled(if: StandIn.python != nil, "make test-environment"), .serialized, .timeLimit(.minutes(5)))
struct ContentTests {
    @Test(arguments: [0, 1, 60_000, 50_000_000])
    func `a file goes there and comes back as it was`(_ size: Int) async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            for length in [Int64(size), nil] {
                let stream = Stream(count: size)
                let item = try await tree.write(StorageHubContent(stream, length: length), to: ["a.bin"])
                #expect(item.size == Int64(size))
                let sink = Sink()
                #expect(try await tree.read(["a.bin"]) { sink.take($0) } == size)
                #expect(sink.sha256 == stream.sink.sha256)
                let inside = try #require(try await standIn.inside().first { $0.path == "/a.bin" })
                #expect(inside.versions.last?.sha256 == sink.sha256)
            }
        }
    }

    @Test(arguments: [false, true])
    func `a part of a file is read, whether the service gives parts or not`(_ givesParts: Bool) async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            try await standIn.tell("ranges", ["given": givesParts])
            try await tree.write(.init("0123456789"), to: ["a"])
            let cases: [(Int64, Int64?, String)] = [
                (0, 3, "012"), (3, 4, "3456"), (7, nil, "789"), (9, 5, "9"), (10, 1, ""), (50, nil, ""), (3, 0, ""),
            ]
            for (offset, count, text) in cases {
                let sink = Sink()
                #expect(try await tree.read(["a"], from: offset, count: count) { sink.take($0) } == Int64(text.count))
                #expect(sink.text == text)
            }
        }
    }

    @Test func `a second write is a version, and the first can be read still`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            let first = try await tree.write(.init("first"), to: ["a"])
            let second = try await tree.write(.init("second"), to: ["a"])
            #expect(first.id == second.id)
            #expect(first.version != second.version)
            #expect(first.version.tag != second.version.tag)
            let versions = try await tree.hub.versions(of: first.id)
            #expect(versions.map(\.current) == [false, true])
            let sink = Sink()
            try await tree.hub.read(version: try #require(versions.first).name, of: first.id) { sink.take($0) }
            #expect(sink.text == "first")
        }
    }

    @Test func `an upload that is cut leaves the old content whole`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            try await tree.write(.init("old"), to: ["a"])
            try await standIn.tell(
                "fault",
                ["kind": "cut-upload", "method": "POST", "path": "/create/FILE", "after": 1_000_000, "times": 1]
            )
            let stream = StorageHubContent(Stream(count: 20_000_000), length: 20_000_000)
            let error = await failure { try await tree.write(stream, to: ["a"]) }
            switch error {
            case .cut(.write, _): break
            default: Issue.record("It was \(error.debugDescription).")
            }
            #expect(try await tree.text(["a"]) == "old")
            let calls = try await standIn.seen().calls
            #expect(calls.count { $0.hasPrefix("POST") && $0.hasSuffix("/create/FILE") } == 1)
        }
    }

    @Test(arguments: [5_000_000, nil] as [Int64?])
    func `content that fails in the middle changes nothing`(_ length: Int64?) async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            try await tree.write(.init("old"), to: ["a"])
            let stream = Stream(count: 5_000_000, failsAfter: 2_000_000)
            await #expect(throws: Stream.Failed()) {
                try await tree.write(StorageHubContent(stream, length: length), to: ["a"])
            }
            #expect(try await tree.text(["a"]) == "old")
            #expect(try await standIn.inside().first { $0.path == "/a" }?.versions.count == 1)
        }
    }

    @Test(arguments: [(500_000, 600_000), (500_000, 400_000), (0, 1), (1, 0)] as [(Int, Int64)])
    func `content of another length than was said changes nothing`(_ count: Int, _ length: Int64) async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            try await tree.write(.init("old"), to: ["a"])
            let content = StorageHubContent(Stream(count: count), length: length)
            #expect(await failure { try await tree.write(content, to: ["a"]) } == .wrongLength)
            #expect(try await tree.text(["a"]) == "old")
        }
    }

    @Test func `a download that is cut says so, and what came can be gone on from`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            try await tree.write(.init("0123456789"), to: ["a"])
            try await standIn.tell(
                "fault",
                ["kind": "cut", "method": "GET", "path": "/download", "after": 4, "times": 1]
            )
            let sink = Sink()
            #expect(await failure { try await tree.read(["a"]) { sink.take($0) } } == .cut(.read, after: 4))
            try await tree.read(["a"], from: Int64(sink.count)) { sink.take($0) }
            #expect(sink.text == "0123456789")
        }
    }

    @Test func `a folder comes as a ZIP file`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            let folder = try await tree.makeFolder(["box"])
            try await tree.write(.init("1"), to: ["box", "a.txt"])
            let sink = Sink()
            try await tree.hub.readArchive(of: folder.id) { sink.take($0) }
            #expect(sink.text.hasPrefix("PK"))
        }
    }

    @Test func `a write is bound to what somebody has seen`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            try await tree.write(.init("1"), to: ["a"], if: .isNew)
            #expect(await failure { try await tree.write(.init("2"), to: ["a"], if: .isNew) } == .nameTaken)
            let seen = try #require(try await tree.entry(at: ["a"]).item).version
            try await tree.write(.init("2"), to: ["a"], if: .isStill(seen))
            #expect(await failure { try await tree.write(.init("3"), to: ["a"], if: .isStill(seen)) } == .changed)
            #expect(await failure { try await tree.write(.init("3"), to: ["b"], if: .isStill(seen)) } == .changed)
            #expect(try await tree.text(["a"]) == "2")
        }
    }
}
