import Foundation
import NIOCore
import Testing

@testable import CarrelData

/// What only one kind of store does.
@Suite(.enabled(if: StandInProcess.python != nil, "make test-environment"), .serialized, .timeLimit(.minutes(5)))
struct `One kind of store` {
    @Test func `Nextcloud's locks, times and maintenance are told`() async throws {
        try await withTrial(.nextcloud, ["--locks"]) { trial in
            let store = try await trial.store()
            let path = try trial.path("file")
            let time = DataTime(Date(timeIntervalSince1970: 1_000_000_000))
            let written = try await store.write(DataBody("old"), to: path, if: .none, modified: time)
            #expect(written.modified == time)
            try await trial.tell("settings", #"{"locked": {"anna": "file"}}"#)
            await expect(.locked) { try await store.put("new", path) }
            await expect(.locked) { try await store.remove(path) }
            #expect(try await store.text(path) == "old")
            try await trial.tell("settings", #"{"maintenance": true}"#)
            let busy = ConnectionState.busy(retryAfter: .seconds(120))
            #expect(await store.check() == busy)
            await expect(.unusable(busy)) { try await store.text(path) }
        }
    }

    @Test func `Nextcloud's remnants of uploads are nowhere`() async throws {
        try await withTrial(.nextcloud) { trial in
            let store = try await trial.store()
            let name = ".webdav-upload-" + String(repeating: "0", count: 32)
            try await store.put("x", try trial.path("file"))
            try Data().write(to: trial.files.appending(path: name))
            #expect(try await store.names(.root).map(\.description) == ["file"])
            await expect(.notFound) { try await store.entry(at: try trial.path(name)) }
            await expect(.unfitName) { try await store.put("x", try trial.path(name)) }
        }
    }

    @Test func `a page where Nextcloud was is another service`() async throws {
        try await withTrial(.nextcloud) { trial in
            let store = try await trial.store()
            try await trial.tell("faults", #"[{"kind": "html", "count": null}]"#)
            #expect(await store.check() == .otherService)
            await expect(.unusable(.otherService)) { try await store.entry(at: .root) }
        }
    }

    @Test func `Onedata's token for reading lets nothing be changed, and says so`() async throws {
        try await withTrial(.onedata) { trial in
            let store = try trial.onedata("readonly")
            #expect(await store.check() == .readOnly)
            #expect(!store.abilities.isWritable)
            let path = try trial.path("readme.txt")
            #expect(try await store.entry(at: path).isWritable == false)
            #expect(try await store.entries(of: trial.top).all().allSatisfy { !$0.isWritable })
            #expect(try await store.entries(of: .root).all().allSatisfy { !$0.isWritable })
            #expect(try await store.text(path) == "Shared by all.\n")
            await expect(.readOnly) { try await store.put("new", path) }
            await expect(.readOnly) { try await store.remove(path) }
            await expect(.readOnly) { try await store.makeFolder(at: try trial.path("new")) }
        }
    }

    @Test func `Onedata's spaces of one name are two folders, and stay as they are`() async throws {
        try await withTrial(.onedata) { trial in
            let store = try await trial.store()
            let twins = try await store.names(.root).filter { $0.description.hasPrefix("twins@") }
            #expect(twins.count == 2)
            var inside: Set<String> = []
            for twin in twins { inside.formUnion(try await store.names(DataPath([twin])).map(\.description)) }
            #expect(inside == ["first", "second"])
            let space = try #require(DataPath("climate"))
            await expect(.forbidden) { try await store.remove(space) }
            await expect(.forbidden) { try await store.makeFolder(at: try #require(DataPath("new"))) }
            await expect(.forbidden) { try await store.put("x", try #require(DataPath("new"))) }
            let other = try #require(DataPath("climate/readme.txt"))
            let crossing = await fault {
                try await store.move(try trial.path("readme.txt"), to: other, replaces: false)
            }
            #expect(crossing?.code == "data.notOffered")
            let bare = try #require(DataPath("bare"))
            #expect(try await store.entry(at: bare).isWritable == false)
            #expect(await fault { try await store.names(bare) }?.code == "data.failed")
        }
    }

    @Test func `one of Onedata's providers that is gone isn't all of Onedata`() async throws {
        try await withTrial(.onedata) { trial in
            let store = try await trial.store()
            let climate = try #require(DataPath("climate"))
            _ = try await store.names(climate)
            try await trial.tell("stop", #""door": "bari""#)
            #expect(await fault { try await store.names(climate) }?.code == "data.failed")
            #expect(await store.check() == .connected)
            try await trial.tell("stop", #""door": "cracow""#)
            await expect(.unusable(.offline)) { try await store.names(climate) }
        }
    }

    @Test func `Onedata's unfinished files are nowhere, and a file changed while it is written over is kept`()
        async throws
    {
        try await withTrial(.onedata) { trial in
            let store = try await trial.store()
            try await trial.tell("put", #""space": "notebooks-shared", "path": ".onedata-unfinished-1", "bytes": 3"#)
            let hidden = try trial.path(".onedata-unfinished-1")
            #expect(try await !store.names(trial.top).map(\.description).contains(".onedata-unfinished-1"))
            await expect(.notFound) { try await store.entry(at: hidden) }
            let path = try trial.path("file")
            let old = try await store.put("old", path)
            let pieces = Pieces(
                count: 2_000_000,
                half: {
                    try await trial.tell("change", #""space": "notebooks-shared", "path": "file""#)
                }
            )
            let condition = DataCondition.version(try #require(old.version))
            let write = await fault {
                try await store.write(DataBody(pieces), to: path, if: condition, modified: nil)
            }
            #expect(write == .changed)
            #expect(try await store.text(path) == "ol!")
        }
    }

    @Test func `a workspace keeps what is written over and removed, and the laboratories' folders stay`() async throws {
        try await withTrial(.storageHub) { trial in
            let store = try await trial.store()
            let path = try trial.path("file")
            try await store.put("1", path)
            try await store.put("22", path)
            try await store.remove(path)
            let tree = try await trial.tell("tree", #""user": "anna""#)
            let told = String(decoding: tree, as: UTF8.self)
            #expect(told.contains(#""trashed": true"#) || told.contains(#""trashed":true"#))
            #expect(told.contains(#""size": 2"#) && told.contains(#""size": 1"#))
            let laboratories = try #require(DataPath("VREFolders"))
            #expect(try await store.entry(at: laboratories).isWritable == false)
            #expect(try await store.names(laboratories).map(\.description) == ["Fishes"])
            let fishes = try #require(DataPath("VREFolders/Fishes"))
            try await store.put("x", fishes.appending(try #require(DataName("a"))))
            #expect(try await store.names(fishes).map(\.description) == ["a"])
            await expect(.forbidden) { try await store.remove(fishes) }
            await expect(.forbidden) { try await store.remove(laboratories) }
        }
    }

    @Test func `a workspace is asked again after a change of ours`() async throws {
        try await withTrial(.storageHub) { trial in
            let store = try await trial.store()
            let (one, two) = (try trial.path("folder/one"), try trial.path("folder/two"))
            try await store.makeFolder(at: try trial.path("folder"))
            try await store.put("1", one)
            #expect(try await store.entry(at: one).size == 1)
            try await store.put("22", one)
            #expect(try await store.entry(at: one).size == 2)
            try await store.move(one, to: two, replaces: false)
            await expect(.notFound) { try await store.entry(at: one) }
            #expect(try await store.entry(at: two).size == 2)
            try await store.remove(try trial.path("folder"))
            await expect(.notFound) { try await store.entry(at: two) }
        }
    }
}
