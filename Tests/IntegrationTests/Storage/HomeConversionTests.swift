import CarrelModel
import Foundation
import Glibc
import Testing

@testable import CarrelSpawn

@Suite(.enabled(if: BtrfsFixture.isPossible, BtrfsFixture.obstacle), .serialized)
struct `A plain home that becomes a subvolume` {
    private let alice = BtrfsFixture.alice

    @Test func `keeps what is in it when several of its user's servers start at once`() async throws {
        try await withBtrfs { btrfs in
            for number in 0..<30 {
                let home = HomeID(instance: "default", slug: "user\(number)")
                try await plainHome(home, in: btrfs)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for start in 0..<4 {
                        group.addTask {
                            // Some begin when the first is at it.
                            if start > 1 { await seesDraft(of: home, in: btrfs) }
                            _ = try await btrfs.storage.prepare(home, owner: BtrfsFixture.account, quota: nil)
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(content(of: home, in: btrfs) == "kept", "user\(number)")
            }
            #expect(await btrfs.storage.plainFolders().isEmpty)
            #expect(try hiddenNames(in: btrfs).isEmpty)
        }
    }

    @Test func `loses its old folder at the next start when the hub was killed before it could`() async throws {
        try await withBtrfs { btrfs in
            _ = try await btrfs.storage.prepare(alice, owner: BtrfsFixture.account, quota: nil)
            try write("kept", to: "\(btrfs.homes)/default/alice/f")
            let number = try #require(btrfs.storage.subvolume(alice)?.id)
            try makeFolder("\(btrfs.homes)/default/.converted-alice-\(number)")
            // Nobody knows what these are of: `alice` became another subvolume since, and `alice-b` isn't `alice`.
            try makeFolder("\(btrfs.homes)/default/.converted-alice-\(number + 1)")
            try makeFolder("\(btrfs.homes)/default/.converted-alice-b-\(number)")
            try makeFolder("\(btrfs.homes)/default/.converting-alice-4711")

            _ = try await btrfs.storage.prepare(alice, owner: BtrfsFixture.account, quota: nil)

            let left = try hiddenNames(in: btrfs)
            #expect(
                left == [".converted-alice-\(number + 1)", ".converted-alice-b-\(number)", ".converting-alice-4711"]
            )
            #expect(content(of: alice, in: btrfs) == "kept")
        }
    }

    @Test func `loses the copies that a killed hub didn't finish or hadn't put in place`() async throws {
        try await withBtrfs { btrfs in
            try await plainHome(alice, in: btrfs)
            let folder = "\(btrfs.homes)/default"
            try await btrfs.storage.btrfs.createSubvolume("\(folder)/.converting-alice-4711")
            try await btrfs.storage.btrfs.createSubvolume("\(folder)/draft")
            let number = try #require(btrfs.storage.subvolume(HomeID(instance: "default", slug: "draft"))?.id)
            #expect(rename("\(folder)/draft", "\(folder)/.converted-alice-\(number)") == 0)

            _ = try await btrfs.storage.prepare(alice, owner: BtrfsFixture.account, quota: nil)

            #expect(try hiddenNames(in: btrfs).isEmpty)
            #expect(await btrfs.storage.plainFolders().isEmpty)
            #expect(content(of: alice, in: btrfs) == "kept")
        }
    }

    @Test func `stays what it is, as do all copies, while it isn't there itself`() async throws {
        try await withBtrfs { btrfs in
            let folder = "\(btrfs.homes)/default"
            try await plainHome(alice, in: btrfs)
            #expect(rename("\(folder)/alice", "\(folder)/.converted-alice-4711") == 0)

            _ = try await btrfs.storage.prepare(alice, owner: BtrfsFixture.account, quota: nil)

            #expect(try String(contentsOfFile: "\(folder)/.converted-alice-4711/f", encoding: .utf8) == "kept")
        }
    }

    @Test func `isn't exchanged when it isn't the folder that was copied any more`() async throws {
        try await withBtrfs { btrfs in
            try await plainHome(alice, in: btrfs)
            let folder = "\(btrfs.homes)/default"
            let parent = try Descriptor(opening: folder, O_RDONLY | O_DIRECTORY)
            let old = try #require(parent.child("alice"))
            try await btrfs.storage.btrfs.createSubvolume("\(folder)/.converting-alice-1")
            let new = try #require(parent.child(".converting-alice-1"))
            #expect(rename("\(folder)/alice", "\(folder)/elsewhere") == 0)
            try makeFolder("\(folder)/alice")

            #expect(!HomeExchange(parent: parent, home: "alice", copy: ".converting-alice-1").run(old, for: new))
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/alice").isEmpty)
            #expect(parent.child("alice").flatMap { Subvolume($0) } == nil)
        }
    }

    // MARK: What the tests make and look at

    private func plainHome(_ home: HomeID, in btrfs: BtrfsFixture) async throws {
        let path = try HomeDirectory.prepare(
            in: btrfs.homes,
            instance: home.instance,
            slug: home.slug,
            account: BtrfsFixture.account
        )
        _ = try await btrfs.python("open('f', 'w').write('kept')", in: path)
    }

    private func content(of home: HomeID, in btrfs: BtrfsFixture) -> String? {
        try? String(contentsOfFile: "\(btrfs.homes)/\(home.instance)/\(home.slug)/f", encoding: .utf8)
    }

    private func hiddenNames(in btrfs: BtrfsFixture) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(btrfs.homes)/default").filter { $0.hasPrefix(".") }
            .sorted()
    }

    private func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    private func write(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }
}

/// Waits until a conversion of a home has begun or is over, or so long that there is none.
private func seesDraft(of home: HomeID, in btrfs: BtrfsFixture) async {
    for _ in 0..<2000 {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(btrfs.homes)/\(home.instance)")) ?? []
        if names.contains(where: { $0.hasPrefix(".convert") }) || btrfs.storage.subvolume(home) != nil { return }
        await Task.yield()
    }
}
