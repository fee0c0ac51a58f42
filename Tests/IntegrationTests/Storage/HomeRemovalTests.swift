import CarrelModel
import Foundation
import Glibc
import Testing

@testable import CarrelSpawn

@Suite(.enabled(if: BtrfsFixture.isPossible, BtrfsFixture.obstacle), .serialized)
struct `Removing a home on btrfs` {
    private let alice = BtrfsFixture.alice
    private let quota = ByteCount(bytes: 30_000_000)

    @Test func `takes its restore points along, and its subvolumes, also closed ones in one another`() async throws {
        try await withBtrfs { btrfs in
            let path = try await prepared(btrfs)
            let other = try await btrfs.storage.prepare(BtrfsFixture.bob, owner: BtrfsFixture.account, quota: nil)
            _ = try await btrfs.python("open('kept', 'w').write('bob')", in: other)
            for inner in ["a", "a/b", "a/b/c", "a/b/c/d"] {
                try await btrfs.run("subvolume", "create", "\(path)/\(inner)")
            }
            #expect(mkdir("\(path)/a/b/folder", 0o700) == 0)
            try await btrfs.run("subvolume", "create", "\(path)/a/b/folder/e")
            try Data("x".utf8).write(to: URL(filePath: "\(path)/a/b/folder/e/file"))
            try await btrfs.run("subvolume", "snapshot", "-r", "\(path)/a/b", "\(path)/a/closed")
            try await btrfs.run("property", "set", "-ts", "\(path)/a/b", "ro", "true")
            #expect(symlink(other, "\(path)/a/link") == 0)
            try await btrfs.sync()
            let point = try await btrfs.storage.takeRestorePoint(of: alice, at: Date())
            #expect(point != nil)

            try await btrfs.storage.remove(alice)
            #expect(try names(in: "\(btrfs.homes)/default") == ["bob"])
            #expect(try names(in: "\(btrfs.homes)/.restore/default") == ["bob"])
            #expect(try names(in: other) == ["kept"])
            let again = try await prepared(btrfs)
            #expect(try names(in: again).isEmpty)
        }
    }

    @Test func `works when it is full, and with subvolumes in it`() async throws {
        try await withBtrfs { btrfs in
            let path = try await prepared(btrfs)
            try await btrfs.run("subvolume", "create", "\(path)/inner")
            let fill = """
                for n in range(200): os.makedirs(f'deep/{n}/folder')
                try:
                    with open('f', 'wb', buffering=0) as f:
                        while True: f.write(bytes(100000)); os.fsync(f.fileno())
                except OSError as e: print(errno.errorcode[e.errno])
                """
            #expect(try await btrfs.python(fill, in: path) == "EDQUOT")
            try await btrfs.storage.remove(alice)
            #expect(try names(in: "\(btrfs.homes)/default").isEmpty)
        }
    }

    @Test func `is refused while something is mounted in it, whose files stay`() async throws {
        try await withBtrfs { btrfs in
            let path = try await prepared(btrfs)
            let canary = "\(btrfs.folder)/canary"
            for folder in [canary, "\(path)/mounted"] { #expect(mkdir(folder, 0o755) == 0) }
            try Data("kept".utf8).write(to: URL(filePath: "\(canary)/file"))
            #expect(mount(canary, "\(path)/mounted", nil, UInt(MS_BIND), nil) == 0)
            defer { umount2("\(path)/mounted", Int32(MNT_DETACH)) }
            let error = await #expect(throws: SpawnError.self) { try await btrfs.storage.remove(alice) }
            #expect(error?.code == "spawn.cannotRemoveHome")
            #expect(error?.message.contains("mounted") == true)

            // Also one that comes after the look.
            let left = "\(btrfs.homes)/default/.removing-alice-1"
            let parent = try Descriptor(opening: "\(btrfs.homes)/default", O_RDONLY | O_DIRECTORY)
            mkdir("\(btrfs.homes)/default/plain", 0o700)
            #expect(rename("\(btrfs.homes)/default/plain", left) == 0)
            mkdir("\(left)/mounted", 0o755)
            #expect(mount(canary, "\(left)/mounted", nil, UInt(MS_BIND), nil) == 0)
            #expect(throws: SystemFailure.self) { try FolderRemoval.run(".removing-alice-1", in: parent) }
            #expect(try String(contentsOfFile: "\(canary)/file", encoding: .utf8) == "kept")
            umount2("\(left)/mounted", Int32(MNT_DETACH))
            umount2("\(path)/mounted", Int32(MNT_DETACH))
            try await btrfs.storage.remove(alice)
            try await btrfs.storage.finishRemovals()
            #expect(try names(in: "\(btrfs.homes)/default").isEmpty)
        }
    }

    private func prepared(_ btrfs: BtrfsFixture) async throws -> String {
        try await btrfs.storage.prepare(alice, owner: BtrfsFixture.account, quota: quota)
    }

    private func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}

extension BtrfsFixture {
    fileprivate func run(_ arguments: String...) async throws {
        try await ProgramRun.output(of: StoragePrograms().btrfs, arguments, within: .seconds(60))
    }
}
