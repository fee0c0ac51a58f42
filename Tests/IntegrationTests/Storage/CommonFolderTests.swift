import CarrelModel
import CarrelSpawn
import Foundation
import Glibc
import Testing

@Suite(
    .enabled(if: BtrfsFixture.isPossible && access("/usr/bin/bwrap", X_OK) == 0, BtrfsFixture.obstacle),
    .serialized,
    .timeLimit(.minutes(5))
) struct `A project folder` {
    private static let owner: UInt32 = 30_001

    @Test func `is every member's own, whatever mode a file was made with, and nobody else's`() async throws {
        try await withBtrfs { btrfs in
            try await withSandbox { sandbox in
                let path = try await btrfs.storage.prepare(ecology, owner: Self.owner, quota: nil)
                let alice = try await sandbox.ready(order(sandbox, id: "a", uid: 20001, project: path))
                let bob = try await sandbox.ready(order(sandbox, id: "b", uid: 20002, project: path))
                let carol = try await sandbox.ready(order(sandbox, id: "c", uid: 20003, project: nil))

                let make = "cd ~/projects/ecology; umask 077; mkdir d; echo one > d/f; chmod 0600 d/f; stat -c %U d/f"
                #expect(try sandbox.shell(make, in: alice) == "tester\n")
                let change = "cd ~/projects/ecology/d; echo two >> f; mv f g; cat g; stat -c %U:%G:%a g"
                #expect(try sandbox.shell(change, in: bob) == "one\ntwo\ntester:tester:600\n")
                #expect(try sandbox.shell("rm -r ~/projects/ecology/d; ls ~/projects/ecology", in: alice) == "store\n")
                #expect(try sandbox.shell("id -Gn", in: alice) == "tester ecology\n")

                #expect(try sandbox.shell("ls -A ~; id -Gn", in: carol) == "tester\n")
                let outside = try await btrfs.python("print(os.access('\(path)', os.F_OK))", in: "/")
                #expect(outside == "False", "the folder above is closed")
                #expect(try owner(of: path) == Self.owner)
            }
        }
    }

    @Test func `has a quota of its own, raised while it is in use, that counts for no home`() async throws {
        try await withBtrfs { btrfs in
            try await withSandbox { sandbox in
                let quota = ByteCount(bytes: 20_000_000)
                let path = try await btrfs.storage.prepare(ecology, owner: Self.owner, quota: quota)
                let home = try await btrfs.storage.prepare(BtrfsFixture.alice, owner: account(20001), quota: quota)
                var order = try order(sandbox, id: "a", uid: 20001, project: path)
                #expect(HomeDirectory.makeMountPoint("projects", in: home))
                order.home = home
                let server = try await sandbox.ready(order)
                let fill = "head -c 30M /dev/urandom > $F; sync $F; stat -c %s $F"

                let full = try sandbox.shell("F=~/projects/ecology/big; (\(fill)) 2>&1", in: server)
                #expect(full.contains("Disk quota exceeded"))
                #expect(try sandbox.shell("head -c 10M /dev/urandom > ~/f && echo fits", in: server) == "fits\n")

                try await btrfs.storage.setQuota(ByteCount(bytes: 80_000_000), of: ecology)
                let raised = try sandbox.shell("F=~/projects/ecology/big; (\(fill)) 2>&1", in: server)
                #expect(raised == "\(30 << 20)\n")
                try await btrfs.sync()
                let usage = try #require(try await btrfs.storage.commonUsages()[ecology])
                #expect(usage.used.bytes > 30 << 20 && usage.quota == ByteCount(bytes: 80_000_000))
                #expect(try await btrfs.storage.usages().keys.map(\.slug) == ["alice"])
            }
        }
    }

    @Test func `stands on a shelf where nothing else can be made`() async throws {
        try await withBtrfs { btrfs in
            try await withSandbox { sandbox in
                let path = try await btrfs.storage.prepare(ecology, owner: Self.owner, quota: nil)
                let server = try await sandbox.ready(order(sandbox, id: "a", uid: 20001, project: path))
                let said = try sandbox.shell("cd ~/projects; ls; touch x 2>&1; rmdir ecology 2>&1", in: server)
                #expect(said.hasPrefix("ecology\n") && said.contains("Read-only file system"))
                #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["store"])
            }
        }
    }

    @Test func `of an earlier group isn't given to a later one of that name`() async throws {
        try await withBtrfs { btrfs in
            let path = try await btrfs.storage.prepare(ecology, owner: Self.owner, quota: nil)
            #expect(FileManager.default.createFile(atPath: "\(path)/theirs", contents: nil))
            await #expect(throws: SpawnError.self) {
                try await btrfs.storage.prepare(ecology, owner: Self.owner + 1, quota: nil)
            }
            #expect(try await btrfs.storage.prepare(ecology, owner: Self.owner, quota: nil) == path)
        }
    }

    @Test func `on another file system is counted`() async throws {
        let folder = "/tmp/carrel-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let storage = PlainHomes(homes: folder, reason: "This is a test.", work: BlockingHere())
        let quota = ByteCount(bytes: 1000)
        let path = try await storage.prepare(ecology, owner: Self.owner, quota: quota)
        try Data(count: 5000).write(to: URL(filePath: "\(path)/f"))
        let usage = try #require(try await storage.commonUsages()[ecology])
        #expect(usage.used.bytes >= 5000 && usage.quota == quota)
        #expect(try await storage.usages().isEmpty)
    }

    @Test func `can't be where files can't be shown as others', and the doctor says so`() async throws {
        #expect(CommonFolderCheck.findings(homes: "/tmp", shared: []).isEmpty)
        let finding = try #require(CommonFolderCheck.findings(homes: "/proc", shared: []).first)
        #expect(finding.subject == "project folders" && finding.grade == .weaker)
        let missing = CommonFolderCheck.findings(homes: "/tmp", shared: [("data", "/nowhere"), ("here", "/tmp")])
        #expect(missing.map(\.subject) == ["shared folder data"])
    }

    private var ecology: CommonFolder {
        get throws { .project(try GroupName("ecology")) }
    }

    private func account(_ uid: UInt32) -> Account {
        Account(uid: uid, gid: uid, groups: [UnixGroup(name: "ecology", gid: Self.owner)])
    }

    private func order(
        _ sandbox: SandboxFixture,
        id: String,
        uid: UInt32,
        project: String?,
    ) throws -> StartOrder {
        var order = try sandbox.order(id: id)
        order.account = project == nil ? Account(uid: uid, gid: uid) : account(uid)
        order.home = try HomeDirectory.prepare(
            in: "\(sandbox.folder)/own",
            instance: "default",
            slug: id,
            account: order.account,
        )
        guard let project else { return order }
        #expect(HomeDirectory.makeMountPoint("projects", in: order.home))
        order.shelves = ["/home/tester/projects"]
        let inside = "/home/tester/projects/ecology"
        order.folders.append(FolderBinding(host: project, inside: inside, access: .readWrite, owner: Self.owner))
        return order
    }

    private func owner(of path: String) throws -> UInt32 {
        var facts = stat()
        try #require(stat(path, &facts) == 0)
        return facts.st_uid
    }
}
