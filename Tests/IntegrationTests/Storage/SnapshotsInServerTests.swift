import CarrelModel
import CarrelSpawn
import Foundation
import Glibc
import Testing

@Suite(
    .enabled(if: BtrfsFixture.isPossible && access("/usr/bin/bwrap", X_OK) == 0, BtrfsFixture.obstacle),
    .serialized,
    .timeLimit(.minutes(5))
) struct `A server with its home on btrfs` {
    private let alice = BtrfsFixture.alice

    @Test func `shows restore points as they come, read-only, and meets its quota`() async throws {
        try await withBtrfs { btrfs in
            try await withSandbox { sandbox in
                let path = try await btrfs.storage.prepare(
                    alice,
                    owner: SandboxFixture.account,
                    quota: ByteCount(bytes: 20_000_000),
                )
                let server = try await sandbox.ready(order(sandbox, btrfs, home: path))
                #expect(try sandbox.shell("echo then > ~/f; ls -A ~", in: server) == ".snapshots\nf\n")
                try await btrfs.sync()
                let point = try await btrfs.storage.takeRestorePoint(of: alice, at: Date(timeIntervalSince1970: 0))
                #expect(point != nil)

                #expect(try sandbox.shell("cat ~/.snapshots/1970-01-01T00:00/f", in: server) == "then\n")
                let tries =
                    "cd ~/.snapshots; touch x 2>/dev/null || echo no; rm -rf 1970-01-01T00:00 2>/dev/null; cat */f"
                #expect(try sandbox.shell(tries, in: server) == "no\nthen\n")
                let full = try sandbox.shell("head -c 30000000 /dev/zero > ~/big; sync ~/big; echo x > ~/y", in: server)
                #expect(full.isEmpty || full.contains("quota"))
                let size = try sandbox.shell("cat ~/big | wc -c", in: server)
                #expect((Int(size.trimmingCharacters(in: .whitespacesAndNewlines)) ?? .max) <= 20_000_000)
                try await sandbox.spawner.stop(id: "a", grace: .zero)
            }
        }
    }

    @Test func `that is a plain folder still keeps it until nothing uses it any more`() async throws {
        try await withBtrfs { btrfs in
            try await withSandbox { sandbox in
                let path = try HomeDirectory.prepare(
                    in: btrfs.homes,
                    instance: "default",
                    slug: "alice",
                    account: SandboxFixture.account,
                )
                var order = try sandbox.order()
                order.home = path
                let server = try await sandbox.ready(order)
                _ = try await btrfs.storage.prepare(alice, owner: SandboxFixture.account, quota: nil)
                #expect(await btrfs.storage.plainFolders() == [alice])
                #expect(try sandbox.shell("echo kept > ~/f", in: server) == "")
                try await sandbox.spawner.stop(id: "a", grace: .zero)

                _ = try await btrfs.storage.prepare(alice, owner: SandboxFixture.account, quota: nil)

                #expect(await btrfs.storage.plainFolders().isEmpty)
                #expect(try String(contentsOfFile: "\(path)/f", encoding: .utf8) == "kept\n")
            }
        }
    }

    @Test(arguments: ["ln -s /etc .snapshots", "echo mine > .snapshots", "ln -s nowhere .snapshots"])
    func `goes without them where the user has something else of that name`(trick: String) async throws {
        try await withBtrfs { btrfs in
            let path = try await btrfs.storage.prepare(alice, owner: BtrfsFixture.account, quota: nil)
            _ = try await btrfs.python("os.system(\"\(trick)\")", in: path)
            #expect(!HomeDirectory.makeMountPoint(".snapshots", in: path))
            #expect(!FileManager.default.fileExists(atPath: "\(path)/nowhere"))
            _ = try await btrfs.python("os.remove('.snapshots')", in: path)
            #expect(HomeDirectory.makeMountPoint(".snapshots", in: path))
            #expect(try await btrfs.python("os.rmdir('.snapshots'); print('mine')", in: path) == "mine")
        }
    }

    private func order(_ sandbox: SandboxFixture, _ btrfs: BtrfsFixture, home: String) throws -> StartOrder {
        #expect(HomeDirectory.makeMountPoint(".snapshots", in: home))
        var order = try sandbox.order()
        order.home = home
        let points = try #require(btrfs.storage.restorePointFolder(of: alice))
        order.folders.append(FolderBinding(host: points, inside: "/home/tester/.snapshots", access: .readOnly))
        return order
    }
}
