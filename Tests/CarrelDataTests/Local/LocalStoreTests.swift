import Foundation
import Glibc
import NIOCore
import Testing

@testable import CarrelData

@Suite struct `A folder of this machine` {
    @Test(arguments: [true, false])
    func `keeps what is written, at once and with its time`(nameless: Bool) async throws {
        try await LocalFixture.with { fixture in
            var store = fixture.store()
            store.triesNameless = nameless
            let time = DataTime(nanoseconds: -1_500_000_001)
            let entry = try await store.put("one", "a", modified: time)
            #expect(entry == (try await store.entry(at: .at("a"))))
            #expect(entry.modified == time && entry.size == 3 && entry.isWritable && entry.name == DataName("a"))
            let other = try await store.put("two!", "a")
            #expect(other.version != entry.version && other.version != nil)
            #expect(try await store.text("a") == "two!")
            #expect(try fixture.names() == ["a"], "nothing else is left")
            await #expect(throws: DataFault.noParent) { try await store.put("x", "none/a") }
            await #expect(throws: DataFault.noParent) { try await store.put("x", "a/b") }
            await #expect(throws: DataFault.notAFile) { try await store.put("x", "") }
        }
    }

    @Test func `reads ranges, in pieces, and of one version only`() async throws {
        try await LocalFixture.with { fixture in
            let store = fixture.store()
            let text = String((0..<200_000).map { "\($0 % 10000)," }.joined())
            let version = try await store.put(text, "big").version
            #expect(try await store.text("big", of: version) == text)
            let size = Int64(text.utf8.count)
            for (range, part) in [
                (DataRange.from(size - 5), text.suffix(5)), (.last(4), text.suffix(4)), (.last(size * 2), text[...]),
                (.bytes(2..<7), text.dropFirst(2).prefix(5)), (.bytes((size - 2)..<(size + 9)), text.suffix(2)),
            ] { #expect(try await store.text("big", range) == String(part)) }
            for range in [DataRange.from(size), .bytes(size..<(size + 1)), .bytes(3..<3), .last(0)] {
                await #expect(throws: DataFault.rangeOutside(size: size)) { try await store.text("big", range) }
            }
            try await store.put("", "empty")
            #expect(try await store.text("empty") == "")
            try await store.put("other", "big")
            await #expect(throws: DataFault.changed) { try await store.text("big", of: version) }
            await #expect(throws: DataFault.notAFile) { try await store.text("") }
            await #expect(throws: DataFault.notFound) { try await store.text("nothing") }
        }
    }

    @Test func `says when a file gets shorter while it is read`() async throws {
        try await LocalFixture.with { fixture in
            let store = fixture.store()
            try fixture.put(String(repeating: "x", count: 600_000), at: "a")
            let content = try await store.read(.at("a"), .all, of: nil)
            var pieces = content.body.makeAsyncIterator()
            #expect(try await pieces.next()?.readableBytes == 256 << 10)
            truncate("\(fixture.path)/a", 10)
            await #expect(throws: DataFault.changed) { try await pieces.next() }
        }
    }

    @Test func `writes on its conditions only`() async throws {
        try await LocalFixture.with { fixture in
            let store = fixture.store()
            let first = try await store.put("one", "a", if: .isNew)
            await #expect(throws: DataFault.changed) { try await store.put("two", "a", if: .isNew) }
            let version = try #require(first.version)
            await #expect(throws: DataFault.changed) { try await store.put("x", "b", if: .version(version)) }
            try fixture.put("their own", at: "a")
            await #expect(throws: DataFault.changed) { try await store.put("x", "a", if: .version(version)) }
            #expect(fixture.text("a") == "their own")
            let now = try #require(try await store.entry(at: .at("a")).version)
            try await store.put("two", "a", if: .version(now))
            #expect(try fixture.names() == ["a"] && fixture.text("a") == "two")
        }
    }

    @Test(arguments: [true, false])
    func `lets one of many writers win who all know the same version`(nameless: Bool) async throws {
        // In memory, where nothing but the looking and replacing takes time.
        try await LocalFixture.with(in: "/dev/shm") { fixture in
            var store = fixture.store()
            store.triesNameless = nameless
            var condition = DataCondition.isNew
            for round in 0..<200 {
                let wins = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for writer in 0..<4 {
                        group.addTask { [condition, store] in
                            do {
                                try await store.put("\(round) \(writer)", "a", if: condition)
                                return true
                            } catch DataFault.changed {
                                return false
                            }
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(wins == 1)
                condition = .version(try #require(try await store.entry(at: .at("a")).version))
            }
        }
    }

    @Test(arguments: [true, false])
    func `leaves what was there when a write breaks off`(nameless: Bool) async throws {
        struct Failure: Error {}
        try await LocalFixture.with { fixture in
            var store = fixture.store()
            store.triesNameless = nameless
            try fixture.put("old", at: "a")
            let piece = ByteBuffer(repeating: 1, count: 400_000)
            func body(_ size: Int64?, _ error: (any Error)?) -> DataBody {
                DataBody(
                    size: size,
                    AsyncThrowingStream { continuation in
                        continuation.yield(piece)
                        continuation.finish(throwing: error)
                    },
                )
            }
            for (size, error, fault) in [
                (nil, Failure(), DataFault.bodyFailed), (nil, CancellationError(), .cancelled),
                (nil, DataFault.interrupted, .interrupted), (400_001, nil, .bodyFailed), (399_999, nil, .bodyFailed),
            ] as [(Int64?, (any Error)?, DataFault)] {
                for name in ["a", "new"] {
                    await #expect(throws: fault) {
                        try await store.write(body(size, error), to: .at(name), if: .none, modified: nil)
                    }
                }
            }
            #expect(try fixture.names() == ["a"] && fixture.text("a") == "old")
        }
    }

    @Test func `gives up a write when its folder was replaced by a restore point meanwhile`() async throws {
        try await LocalFixture.with { fixture in
            let store = fixture.store()
            let body = DataBody(
                size: nil,
                AsyncStream<ByteBuffer> {
                    rename(fixture.path, fixture.path + "-before")
                    mkdir(fixture.path, 0o755)
                    return nil
                },
            )
            await #expect(throws: DataFault.interrupted) {
                try await store.write(body, to: .at("a"), if: .none, modified: nil)
            }
            #expect(try fixture.names() == [])
            try await store.put("x", "a")
            #expect(fixture.text("a") == "x")
        }
    }

    @Test func `keeps the mode of a file that it replaces, but for the right to act as its owner`() async throws {
        try await LocalFixture.with { fixture in
            let store = fixture.store(mask: 0o077)
            try await store.put("x", "new")
            try await store.makeFolder(at: .at("folder"))
            #expect(fixture.facts("new").st_mode & 0o7777 == 0o600 && fixture.facts("folder").st_mode & 0o777 == 0o700)
            try fixture.put("x", at: "tool")
            chmod("\(fixture.path)/tool", 0o4755)
            try await store.put("y", "tool")
            #expect(fixture.facts("tool").st_mode & 0o7777 == 0o755)
            try await fixture.store().put("x", "other")
            #expect(fixture.facts("other").st_mode & 0o7777 == 0o644)
        }
    }

    @Test func `takes names of any bytes, and refuses those it can't have`() async throws {
        try await LocalFixture.with { fixture in
            let store = fixture.store()
            let names = [
                [0xFF, 0xFE, 0x0A], Array("ä ö%#?*.".utf8), Array("a\u{308}".utf8), Array("\u{E4}".utf8), [0x20],
                [0x5C],
                [UInt8](repeating: 0x78, count: 255), Array("...".utf8), Array("-rf".utf8), [0x01], [0xC3],
            ].compactMap { DataName(bytes: $0) }
            for name in names {
                _ = try await store.write(
                    DataBody(ByteBuffer(bytes: name.bytes)),
                    to: DataPath([name]),
                    if: .isNew,
                    modified: nil,
                )
            }
            #expect(Set(try await store.entries(of: .root).all().compactMap(\.name)) == Set(names))
            for name in names { #expect(try await store.entry(at: DataPath([name])).size == Int64(name.bytes.count)) }
            for text in [".carrel-upload-x", ".carrel-upload-x/a"] {
                await #expect(throws: DataFault.unfitName) { try await store.put("x", text) }
            }
            let deep = DataPath([DataName](repeating: names[6], count: 20))
            await #expect(throws: DataFault.unfitName) { try await store.entry(at: deep) }
        }
    }

    @Test func `lists 20,000 files, page by page`() async throws {
        try await LocalFixture.with { fixture in
            let store = fixture.store()
            for number in 0..<20_000 { close(open("\(fixture.path)/file \(number)", O_CREAT | O_WRONLY, 0o600)) }
            var names: Set<DataName> = []
            var pages = try await store.entries(of: .root).makeAsyncIterator()
            while let page = try await pages.next() {
                #expect(page.count == 500)
                names.formUnion(page.compactMap(\.name))
            }
            #expect(names.count == 20_000)
            await #expect(throws: DataFault.notAFolder) { try await store.entries(of: .at("file 1")) }
            try await store.makeFolder(at: .at("empty"))
            #expect(try await store.names("empty") == [])
        }
    }

    @Test func `hides remnants of uploads and what it is told to, and removes old remnants`() async throws {
        try await LocalFixture.with { fixture in
            let store = fixture.store { $0.names.first == DataName("datahub") }
            try fixture.makeFolder("datahub")
            try fixture.put("x", at: ".carrel-upload-old")
            #expect(try await store.names() == [])
            for path in ["datahub", "datahub/x", ".carrel-upload-old"] {
                await #expect(throws: DataFault.notFound) { try await store.entry(at: .at(path)) }
                await #expect(throws: DataFault.notFound) { try await store.remove(.at(path)) }
            }
            await #expect(throws: DataFault.forbidden) { try await store.put("x", "datahub/a") }
            let folder = try LocalDescriptor(owning: open(fixture.path, O_RDONLY | O_DIRECTORY))
            let facts = try LocalFacts(of: folder)
            LocalSweeps().sweep(folder, facts)
            #expect(try fixture.names() == [".carrel-upload-old", "datahub"])
            LocalSweeps().sweep(folder, facts, now: time(nil) + 86_500)
            #expect(try fixture.names() == ["datahub"])
        }
    }

    @Test func `changes nothing when it can only be read`() async throws {
        try await LocalFixture.with { fixture in
            let store = fixture.store(isWritable: false)
            try fixture.put("x", at: "a")
            #expect(try await store.entry(at: .at("a")).isWritable == false)
            #expect(try await store.entries(of: .root).all().map(\.isWritable) == [false])
            await #expect(throws: DataFault.readOnly) { try await store.put("y", "a") }
            await #expect(throws: DataFault.readOnly) { try await store.makeFolder(at: .at("b")) }
            await #expect(throws: DataFault.readOnly) { try await store.remove(.at("a")) }
            await #expect(throws: DataFault.readOnly) {
                try await store.move(.at("a"), to: .at("b"), replaces: false)
            }
            #expect(await store.check() == .readOnly)
            #expect(await fixture.store().check() == .connected)
            #expect(try fixture.names() == ["a"] && fixture.text("a") == "x")
            rename(fixture.path, fixture.path + "-gone")
            #expect(await fixture.store().check() == .offline)
            await #expect(throws: DataFault.unusable(.offline)) { try await store.names() }
        }
    }

    @Test func `tells the room that is left, as it is counted for the account`() async throws {
        try await LocalFixture.with { fixture in
            let all = try await fixture.store().quota(at: .root)
            #expect((all.available ?? 0) > 0 && (all.used ?? 0) > 0)
            func store(_ available: Int64?) -> LocalStore {
                LocalStore(
                    path: fixture.path,
                    account: nil,
                    workers: fixture.workers,
                    isWritable: true,
                    room: { DataQuota(used: 7, available: available) },
                )
            }
            #expect(try await store(10).quota(at: .root) == DataQuota(used: 7, available: 10))
            #expect(await store(0).check() == .overQuota)
            #expect((try await store(.max).quota(at: .root).available ?? .max) < .max)
        }
    }
}
