import CarrelModel
import Foundation
import Glibc
import Testing

@testable import CarrelSpawn

@Suite(.enabled(if: BtrfsFixture.isPossible, BtrfsFixture.obstacle), .serialized)
struct `A quota on btrfs` {
    private let alice = BtrfsFixture.alice
    private let quota = ByteCount(bytes: 30_000_000)

    /// Writes megabytes until it can't, and says why it can't.
    private static let fill = """
        try:
            f = open("big", "ab", buffering=0)
            for i in range(100):
                f.write(os.urandom(1000000))
                os.fsync(f.fileno())
            print("no end")
        except OSError as e:
            print(errno.errorcode[e.errno])
        """

    @Test func `is a wall, and can be raised while a program runs into it`() async throws {
        try await withBtrfs { btrfs in
            let path = try await btrfs.storage.prepare(alice, owner: BtrfsFixture.account, quota: quota)
            #expect(try await btrfs.python(Self.fill, in: path) == "EDQUOT")
            try await btrfs.sync()
            let used = try await btrfs.storage.usages()[alice]?.used.bytes ?? 0
            #expect((25_000_000...30_000_000).contains(used))

            try await btrfs.storage.setQuota(ByteCount(bytes: 60_000_000), of: alice)

            #expect(try await btrfs.python("print(open('more', 'wb').write(bytes(20000000)))", in: path) == "20000000")
            #expect(try await btrfs.python(Self.fill, in: path) == "EDQUOT")
            try await btrfs.storage.setQuota(nil, of: alice)
            #expect(try await btrfs.storage.usages()[alice]?.quota == nil)
            #expect(try await btrfs.python(Self.fill, in: path) == "no end")
        }
    }

    @Test func `holds for many small files and for folders`() async throws {
        try await withBtrfs { btrfs in
            let path = try await btrfs.storage.prepare(
                alice,
                owner: BtrfsFixture.account,
                quota: ByteCount(bytes: 5_000_000)
            )
            let script = """
                try:
                    for i in range(200000):
                        os.mkdir("f%d" % i)
                        open("f%d/x" % i, "w").write("x" * 2000)
                    print("no end")
                except OSError as e:
                    print(errno.errorcode[e.errno])
                """
            #expect(try await btrfs.python(script, in: path) == "EDQUOT")
        }
    }

    @Test func `stands before the user can write, and stays over a second start`() async throws {
        try await withBtrfs { btrfs in
            _ = try await btrfs.storage.prepare(alice, owner: BtrfsFixture.account, quota: quota)
            _ = try await btrfs.storage.prepare(alice, owner: BtrfsFixture.account, quota: quota)
            #expect(try await btrfs.storage.usages()[alice]?.quota == quota)
            var facts = stat()
            #expect(stat("\(btrfs.homes)/default/alice", &facts) == 0)
            #expect(facts.st_mode & 0o777 == 0o700 && facts.st_uid == BtrfsFixture.account.uid)
            #expect(!FileManager.default.fileExists(atPath: "\(btrfs.homes)/default/alice/.restore"))
        }
    }

    @Test func `is refused for a home of another`() async throws {
        try await withBtrfs { btrfs in
            let path = try await btrfs.storage.prepare(alice, owner: BtrfsFixture.account, quota: quota)
            await #expect(throws: SpawnError.homeOfAnother(path: path, owner: 20001)) {
                try await btrfs.storage.prepare(alice, owner: Account(uid: 20002, gid: 20002), quota: quota)
            }
        }
    }

    @Test func `comes to a plain folder from before, with all that is in it`() async throws {
        try await withBtrfs { btrfs in
            let path = try HomeDirectory.prepare(
                in: btrfs.homes,
                instance: "default",
                slug: "alice",
                account: BtrfsFixture.account
            )
            let script = """
                os.mkdir("d"); os.chmod("d", 0o750); open("d/f", "w").write("hello"); os.symlink("/etc/shadow", "d/l"); os.link("d/f", "again")
                os.utime("d/f", (1e9, 1e9)); os.mkdir("closed", 0o700)
                """
            _ = try await btrfs.python(script, in: path)
            // What a hub leaves that is killed while it converts.
            try await btrfs.storage.btrfs.createSubvolume("\(btrfs.homes)/default/.converting-alice-4711")
            #expect(await btrfs.storage.plainFolders() == [alice])

            _ = try await btrfs.storage.prepare(alice, owner: BtrfsFixture.account, quota: quota)

            #expect(await btrfs.storage.plainFolders().isEmpty)
            #expect(try await btrfs.storage.usages()[alice]?.quota == quota)
            let check = """
                s = os.stat("d/f"); print(open("d/f").read(), os.readlink("d/l"), s.st_nlink, int(s.st_mtime), s.st_uid,
                    oct(os.stat("d").st_mode), oct(os.stat(".").st_mode))
                """
            #expect(try await btrfs.python(check, in: path) == "hello /etc/shadow 2 1000000000 20001 0o40750 0o40700")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(btrfs.homes)/default") == ["alice"])
        }
    }

    @Test func `of 500 homes and their use are read at once`() async throws {
        try await withBtrfs(size: ByteCount(bytes: 3_000_000_000)) { btrfs in
            try await makeHomes(500, in: btrfs)
            _ = try await btrfs.storage.usages()
            let clock = ContinuousClock()
            var readings: [Duration] = []
            for _ in 0..<10 {
                let start = clock.now
                let usages = try await btrfs.storage.usages()
                readings.append(clock.now - start)
                #expect(usages.count == 500)
            }
            print("usage look-up of 500 homes:", readings.sorted()[5])
        }
    }

    private func makeHomes(_ count: Int, in btrfs: BtrfsFixture) async throws {
        for number in 0..<count {
            let home = HomeID(instance: "default", slug: "user\(number)")
            _ = try await btrfs.storage.prepare(home, owner: BtrfsFixture.account, quota: quota)
        }
    }
}
