import CarrelModel
import CarrelSpawn
import Foundation
import Testing

@Suite(.enabled(if: BtrfsFixture.isPossible, BtrfsFixture.obstacle), .serialized)
struct `The image of the homes` {
    @Test func `is found mounted by the next hub, and grows while it is in use`() async throws {
        try await withBtrfs(size: ByteCount(bytes: 500_000_000)) { btrfs in
            let path = try await btrfs.storage.prepare(BtrfsFixture.alice, owner: BtrfsFixture.account, quota: nil)
            _ = try await btrfs.python("open('f', 'w').write('here')", in: path)
            let device = try await btrfs.loopDevices()

            let next = HomesImage(file: btrfs.image.file, homes: btrfs.homes)
            #expect(next.isMounted)
            try await next.prepare(size: ByteCount(bytes: 500_000_000))
            #expect(try await btrfs.loopDevices() == device)
            try await next.prepare(size: ByteCount(bytes: 900_000_000))

            let space = try #require(DiskSpace(at: btrfs.homes))
            #expect(space.size == 899_997_696, "whole blocks of 4096")
            #expect(try String(contentsOfFile: "\(path)/f", encoding: .utf8) == "here")
            await #expect(throws: HomesImageError.tooSmall(now: ByteCount(bytes: 900_000_000))) {
                try await next.grow(to: ByteCount(bytes: 100_000_000))
            }
            let facts = try FileManager.default.attributesOfItem(atPath: btrfs.image.file)
            #expect(facts[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `is mounted again after the machine was off, with its quotas`() async throws {
        try await withBtrfs { btrfs in
            let quota = ByteCount(bytes: 10_000_000)
            _ = try await btrfs.storage.prepare(BtrfsFixture.alice, owner: BtrfsFixture.account, quota: quota)
            try await btrfs.unmount()
            #expect(!btrfs.image.isMounted)
            #expect(try await btrfs.areLoopDevicesGone(), "the loop device goes with the mount")

            try await btrfs.image.prepare(size: ByteCount(bytes: 1_000_000_000))

            #expect(btrfs.image.isMounted)
            #expect(try await btrfs.storage.usages()[BtrfsFixture.alice]?.quota == quota)
        }
    }

    @Test func `never hides homes`() async throws {
        let folder = "/tmp/carrel-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(
            atPath: "\(folder)/homes/default/alice",
            withIntermediateDirectories: true
        )
        let image = HomesImage(file: "\(folder)/homes.img", homes: "\(folder)/homes")
        await #expect(throws: HomesImageError.folderNotEmpty("\(folder)/homes")) {
            try await image.prepare(size: ByteCount(bytes: 500_000_000))
        }
        #expect(!image.isMounted && image.size == nil)
    }

    @Test func `is praised by the doctor, who names homes that aren't held to a quota`() async throws {
        try await withBtrfs { btrfs in
            let finder = HomeStorageFinder(homes: btrfs.homes)
            #expect(await finder.findings().map(\.grade) == [.good])
            _ = try HomeDirectory.prepare(
                in: btrfs.homes,
                instance: "default",
                slug: "bob",
                account: BtrfsFixture.account,
            )
            #expect(await finder.findings().last?.message.contains("1 of the homes") == true)
            let plain = HomeStorageFinder(homes: "/dev/shm")
            #expect(await plain.findings().map(\.grade) == [.weaker])
            #expect(await plain.find(work: BlockingHere()).quotaStrength != .hard)
        }
    }

    @Test func `that was half made is made anew`() async throws {
        try await withBtrfs { btrfs in
            let other = HomesImage(file: "\(btrfs.folder)/other.img", homes: "\(btrfs.folder)/other")
            try "half".write(toFile: "\(btrfs.folder)/other.img.new", atomically: false, encoding: .utf8)
            try await other.create(size: ByteCount(bytes: 300_000_000))
            #expect(other.size == ByteCount(bytes: 300_000_000))
            await #expect(throws: HomesImageError.exists(other.file)) {
                try await other.create(size: ByteCount(bytes: 300_000_000))
            }
        }
    }
}
