import CarrelModel
import Foundation
import Glibc
import Testing

@testable import CarrelSpawn

@Suite struct `Homes as plain folders` {
    private let alice = HomeID(instance: "default", slug: "alice")
    private let megabyte = ByteCount(bytes: 1_000_000)

    @Test func `stop the next start of a home over its quota, until there is room`() async throws {
        try await withScratchFolder { folder in
            let homes = PlainHomes(homes: folder, reason: "This is a test.", work: HereAndNow())
            let path = try await homes.prepare(alice, owner: nil, quota: megabyte)
            try Data(count: 1_500_000).write(to: URL(filePath: "\(path)/large"))
            _ = try await homes.prepare(alice, owner: nil, quota: nil)

            let other = PlainHomes(homes: folder, reason: "This is a test.", work: HereAndNow())
            let error = await #expect(throws: SpawnError.self) {
                try await other.prepare(alice, owner: nil, quota: megabyte)
            }
            #expect(error?.code == "spawn.homeFull")

            try FileManager.default.removeItem(atPath: "\(path)/large")
            _ = try await other.prepare(alice, owner: nil, quota: megabyte)
        }
    }

    @Test func `are all counted, with their quotas`() async throws {
        try await withScratchFolder { folder in
            let homes = PlainHomes(homes: folder, reason: "This is a test.", work: HereAndNow())
            for slug in ["alice", "bob"] {
                _ = try await homes.prepare(HomeID(instance: "default", slug: slug), owner: nil, quota: nil)
            }
            try await homes.setQuota(megabyte, of: alice)
            let usages = try await homes.usages()
            #expect(usages.count == 2)
            #expect(usages[alice]?.quota == megabyte)
        }
    }

    @Test func `are counted without links, and files of several names once`() throws {
        try withScratchFolder { folder in
            let home = try Descriptor(opening: folder, O_RDONLY | O_DIRECTORY)
            let before = FolderCount(home).bytes
            try FileManager.default.createDirectory(atPath: "\(folder)/a/b", withIntermediateDirectories: true)
            try Data(count: 400_000).write(to: URL(filePath: "\(folder)/a/b/file"))
            #expect(link("\(folder)/a/b/file", "\(folder)/again") == 0)
            #expect(symlink("/usr", "\(folder)/everything") == 0)
            #expect(symlink(folder, "\(folder)/a/loop") == 0)
            var reported: [String: Int64] = [:]
            let count = FolderCount(home) { reported[$0.joined(separator: "/")] = $1 }
            #expect((400_000..<440_000).contains(count.bytes - before))
            #expect(reported.keys.sorted() == ["a", "a/b"])
            #expect((reported["a"] ?? 0) >= (reported["a/b"] ?? 0))
        }
    }

    @Test func `stay countable however deep somebody digs`() throws {
        try withScratchFolder { folder in
            var place = try Descriptor(opening: folder, O_RDONLY | O_DIRECTORY)
            let top = place
            for _ in 0..<800 {
                #expect(mkdirat(place.number, "d", 0o700) == 0)
                place = try place.opened("d", O_RDONLY | O_DIRECTORY)
            }
            #expect(!FolderCount(top).isPart)
            try DirectoryEntry.removeTree("\(folder)/d")
        }
    }
}

/// Runs blocking work where it is asked for.
struct HereAndNow: BlockingWork {
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value { try work() }
}

func withScratchFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = NSTemporaryDirectory() + "carrel-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
}

func withScratchFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = NSTemporaryDirectory() + "carrel-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}
