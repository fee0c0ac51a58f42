import CarrelData
import Foundation
import Glibc
import NIOCore
import Testing

/// Whether this process may mount anything.
private let canMount: Bool = {
    let path = NSTemporaryDirectory() + "carrel-mount-" + UUID().uuidString
    mkdir(path, 0o700)
    defer { rmdir(path) }
    guard mount("tmpfs", path, "tmpfs", 0, "size=64k") == 0 else { return false }
    umount2(path, Int32(MNT_DETACH))
    return true
}()

@Suite(.enabled(if: canMount, "this process may not mount anything")) struct `Mounts in a folder of this machine` {
    /// Mounts a megabyte of memory.
    private func withMount(at path: String, _ body: () async throws -> Void) async throws {
        try #require(mount("tmpfs", path, "tmpfs", 0, "size=1m,mode=0777") == 0)
        defer { umount2(path, Int32(MNT_DETACH)) }
        try await body()
    }

    @Test(arguments: [LocalAccount(uid: 61_001, gid: 61_002), nil])
    func `that are full keep what was there`(account: LocalAccount?) async throws {
        try await LocalFixture.with { fixture in
            try await withMount(at: fixture.path) {
                let store = fixture.store(as: account)
                try await store.put("old", "a")
                let large = DataBody(ByteBuffer(repeating: 1, count: 3 << 20))
                for name in ["a", "new"] {
                    await #expect(throws: DataFault.overQuota) {
                        try await store.write(large, to: .at(name), if: .none, modified: nil)
                    }
                }
                #expect(try fixture.names() == ["a"] && fixture.text("a") == "old")
                #expect((try await store.quota(at: .root).available ?? 0) > 512 << 10, "nothing of it is left")
                let rest = ByteBuffer(repeating: 1, count: Int(try await store.quota(at: .root).available ?? 0))
                _ = try await store.write(DataBody(rest), to: .at("fill"), if: .none, modified: nil)
                #expect(await store.check() == .overQuota)
            }
        }
    }

    @Test(.enabled(if: access("/usr/sbin/mkfs.btrfs", X_OK) == 0, "mkfs.btrfs (package btrfs-progs) is needed"))
    func `with a quota of btrfs keep to it`() async throws {
        try await LocalFixture.with { fixture in
            let image = "\(fixture.base)/image"
            close(open(image, O_CREAT | O_WRONLY, 0o600))
            truncate(image, 256 << 20)
            try Self.run("/usr/sbin/mkfs.btrfs", "-q", image)
            try Self.run("/usr/bin/mount", "-o", "loop", image, fixture.path)
            defer { umount2(fixture.path, Int32(MNT_DETACH)) }
            try Self.run("/usr/bin/btrfs", "quota", "enable", fixture.path)
            try Self.run("/usr/bin/btrfs", "subvolume", "create", "\(fixture.path)/home")
            try Self.run("/usr/bin/btrfs", "qgroup", "limit", "8M", "\(fixture.path)/home")
            let account = try #require(LocalAccount(uid: 61_001, gid: 61_002))
            chown("\(fixture.path)/home", account.uid, account.gid)
            let store = fixture.store(as: account)
            let large = DataBody(ByteBuffer(repeating: 1, count: 16 << 20))
            try await store.put("old", "home/a")
            for name in ["home/a", "home/new"] {
                await #expect(throws: DataFault.overQuota) {
                    try await store.write(large, to: .at(name), if: .none, modified: nil)
                }
            }
            #expect(try fixture.names("home") == ["a"])
            #expect(fixture.text("home/a") == "old")
        }
    }

    private static func run(_ program: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(program) \(arguments)")
    }

    @Test func `aren't entered, shown or replaced`() async throws {
        try await LocalFixture.with { fixture in
            let store = fixture.store()
            try fixture.makeFolder("top/mount")
            try await withMount(at: "\(fixture.path)/top/mount") {
                try fixture.put("x", at: "top/mount/a")
                try fixture.link("way", to: "top/mount")
                #expect(try await store.names() == ["top"])
                #expect(try await store.names("top") == [])
                for path in ["top/mount", "top/mount/a", "way", "way/a"] {
                    await #expect(throws: DataFault.notFound) { try await store.entry(at: .at(path)) }
                    await #expect(throws: DataFault.notFound) { try await store.remove(.at(path)) }
                }
                await #expect(throws: DataFault.noParent) { try await store.put("x", "top/mount/b") }
                await #expect(throws: DataFault.forbidden) { try await store.remove(.at("top")) }
                #expect(fixture.text("top/mount/a") == "x")
                let open = LocalStore(
                    path: fixture.path,
                    account: nil,
                    workers: fixture.workers,
                    isWritable: true,
                    entersMounts: true,
                )
                #expect(try await open.names("way") == ["a"])
                try await open.put("y", "top/mount/b")
                await #expect(throws: DataFault.self) {
                    try await open.move(.at("top/mount/b"), to: .at("b"), replaces: false)
                }
                #expect(fixture.text("top/mount/b") == "y")
            }
        }
    }

    @Test func `that can only be read say so`() async throws {
        try await LocalFixture.with { fixture in
            try await withMount(at: fixture.path) {
                let store = fixture.store()
                try await store.put("old", "a")
                try #require(mount("tmpfs", fixture.path, "tmpfs", UInt(MS_REMOUNT) | UInt(MS_RDONLY), nil) == 0)
                await #expect(throws: DataFault.readOnly) { try await store.put("x", "a") }
                await #expect(throws: DataFault.readOnly) { try await store.makeFolder(at: .at("b")) }
                await #expect(throws: DataFault.readOnly) { try await store.remove(.at("a")) }
                #expect(try await store.entry(at: .at("a")).isWritable == false)
                #expect(await store.check() == .readOnly)
            }
        }
    }
}
