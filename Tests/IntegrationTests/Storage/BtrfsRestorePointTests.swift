import CarrelModel
import Foundation
import Glibc
import Testing

@testable import CarrelSpawn

@Suite(.enabled(if: BtrfsFixture.isPossible, BtrfsFixture.obstacle), .serialized)
struct `A restore point on btrfs` {
    private let alice = BtrfsFixture.alice
    private let quota = ByteCount(bytes: 30_000_000)
    private let noon = Date(timeIntervalSince1970: 1_795_262_400)

    @Test func `shows the home as it was, can't be written to, and is taken only when something changed`() async throws
    {
        try await withBtrfs { btrfs in
            let path = try await prepared(btrfs)
            _ = try await btrfs.python("open('f', 'w').write('then')", in: path)
            let first = try await taken(btrfs, hour: 0)
            #expect(first?.name == "2026-11-21T12:00")
            #expect(try await taken(btrfs, hour: 1) == nil, "nothing has changed")
            _ = try await btrfs.python("open('f').read(); os.listdir('.')", in: path)
            #expect(try await taken(btrfs, hour: 2) == nil, "reading is no change")
            _ = try await btrfs.python("open('f', 'w').write('now')", in: path)
            #expect(try await taken(btrfs, hour: 3) != nil)

            let points = try await btrfs.storage.restorePoints(of: alice)
            #expect(points.map(\.name) == ["2026-11-21T15:00", "2026-11-21T12:00"])
            let kept = "\(try #require(btrfs.storage.restorePointFolder(of: alice)))/2026-11-21T12:00"
            #expect(try String(contentsOfFile: "\(kept)/f", encoding: .utf8) == "then")
            #expect(open("\(kept)/new", O_CREAT | O_WRONLY, 0o600) == -1 && errno == EROFS)

            for point in points { try await btrfs.storage.removeRestorePoint(point, of: alice) }
            try await btrfs.storage.removeRestorePoint(points[0], of: alice)
            #expect(try await btrfs.storage.restorePoints(of: alice).isEmpty)
            #expect(try await taken(btrfs, hour: 4) != nil)
        }
    }

    @Test func `doesn't count against the user, who can delete and fill up again`() async throws {
        try await withBtrfs { btrfs in
            let path = try await prepared(btrfs)
            let write = "open('f', 'wb').write(os.urandom(25000000)); os.sync()"
            for hour in 0..<4 {
                _ = try await btrfs.python("os.path.exists('f') and os.remove('f')", in: path)
                try await btrfs.sync()
                _ = try await btrfs.python(write, in: path)
                #expect(try await taken(btrfs, hour: hour) != nil)
            }
            let usage = try await btrfs.storage.usages()
            #expect(usage.count == 1)
            #expect((25_000_000...26_000_000).contains(usage[alice]?.used.bytes ?? 0))
            let table = try await btrfs.storage.btrfs.usages(on: btrfs.homes)
            #expect(table.usages.values.filter { $0.quota == quota }.count == 1, "restore points have no limit")
        }
    }

    @Test func `can be taken of a home that is full`() async throws {
        try await withBtrfs { btrfs in
            let path = try await prepared(btrfs)
            let fill = """
                try:
                    with open('f', 'wb', buffering=0) as f:
                        while True: f.write(bytes(100000)); os.fsync(f.fileno())
                except OSError as e: print(errno.errorcode[e.errno])
                """
            #expect(try await btrfs.python(fill, in: path) == "EDQUOT")
            #expect(try await taken(btrfs, hour: 0) != nil)
            #expect(try await btrfs.python("os.remove('f'); print('removed')", in: path) == "removed")
        }
    }

    @Test func `is closed to other users, and what isn't one is left alone`() async throws {
        try await withBtrfs { btrfs in
            let path = try await prepared(btrfs)
            _ = try await btrfs.python("os.chmod('.', 0o755); open('f', 'w').write('mine')", in: path)
            _ = try await taken(btrfs, hour: 0)
            let folder = try #require(btrfs.storage.restorePointFolder(of: alice))
            await #expect(throws: ProgramFailure.self) {
                try await btrfs.python("print(os.listdir('.'))", in: folder, uid: 20002)
            }
            for name in ["latest", "2026-99-99T00:00", "2026-11-21T13:00"] { mkdir("\(folder)/\(name)", 0o755) }
            #expect(symlink("/etc", "\(folder)/2026-11-21T14:00") == 0)
            #expect(try await btrfs.storage.restorePoints(of: alice).map(\.name) == ["2026-11-21T12:00"])
            #expect(try await btrfs.storage.usages().count == 1)
        }
    }

    private func prepared(_ btrfs: BtrfsFixture) async throws -> String {
        try await btrfs.storage.prepare(alice, owner: BtrfsFixture.account, quota: quota)
    }

    private func taken(_ btrfs: BtrfsFixture, hour: Int) async throws -> RestorePoint? {
        try await btrfs.sync()
        return try await btrfs.storage.takeRestorePoint(of: alice, at: noon.addingTimeInterval(Double(hour) * 3600))
    }
}
