import CarrelModel
import CarrelSpawn
import Foundation
import Glibc
import Testing

@Suite(.enabled(if: BtrfsFixture.isPossible, BtrfsFixture.obstacle), .serialized)
struct `The helper for a user's files` {
    private let alice = BtrfsFixture.alice
    private let now = Date(timeIntervalSince1970: 1_795_262_700)

    @Test func `lists, shows and brings back as the user, and overwrites nothing`() async throws {
        try await withFiles { btrfs, files, path in
            _ = try await btrfs.python(
                "os.mkdir('d'); open('d/f', 'w').write('then'); open('g', 'w').write('x')",
                in: path
            )
            let point = try await taken(btrfs)
            _ = try await btrfs.python("open('d/f', 'w').write('now')", in: path)

            #expect(try await files.list("", in: alice, at: nil).map(\.path) == ["d", "g"])
            #expect(try await files.list("d", in: alice, at: point).map(\.path) == ["d/f"])
            #expect(try await files.contents("d/f", in: alice, at: point, limit: 3) == Data("the".utf8))
            #expect(try await files.contents("d/f", in: alice, at: nil, limit: 100) == Data("now".utf8))

            let kept = try await files.bringBack("d/f", in: alice, from: point)

            #expect(kept == "d/f (before restore 2026-11-21 12.05)")
            let check =
                "print(open('d/f').read(), open('d/f (before restore 2026-11-21 12.05)').read(), os.stat('d/f').st_uid)"
            #expect(try await btrfs.python(check, in: path) == "then now 20001")
            _ = try await files.bringBack("d", in: alice, from: point)
            #expect(try await files.largestFolders(in: alice, count: 1).count == 1)
        }
    }

    @Test func `shares what it brings back, so that it takes no room on the disk`() async throws {
        try await withFiles { btrfs, files, path in
            _ = try await btrfs.python("open('big', 'wb').write(os.urandom(20000000))", in: path)
            let point = try await taken(btrfs)
            _ = try await btrfs.python("os.remove('big')", in: path)
            try await btrfs.sync()
            let before = try #require(DiskSpace(at: btrfs.homes)).free
            #expect(try await files.bringBack("big", in: alice, from: point) == nil)
            try await btrfs.sync()
            #expect(before - (try #require(DiskSpace(at: btrfs.homes)).free) < 5_000_000)
        }
    }

    @Test func `names are bytes, whatever they are`() async throws {
        try await withFiles { btrfs, files, path in
            let script = """
                os.mkdir(b'd\\xe9')
                for name in (b'\\xe9', b'\\xc3\\xa9', b'e\\xcc\\x81', b'\\xff' * 255): open(b'd\\xe9/' + name, 'wb').write(name[:9])
                """
            _ = try await btrfs.python(script, in: path)
            let point = try await taken(btrfs)
            _ = try await btrfs.python("import shutil; os.remove(b'd\\xe9/\\xe9'); shutil.rmtree(b'd\\xe9')", in: path)
            let names = [[0xE9], [0xC3, 0xA9], [0x65, 0xCC, 0x81], Array(repeating: UInt8(0xFF), count: 255)]
            let folder = NameText.text(of: [0x64, 0xE9])

            #expect(try await files.list("", in: alice, at: point).map { Array($0.path.utf8) } == [Array(folder.utf8)])
            let listed = try await files.list(folder, in: alice, at: point).map(\.path)
            #expect(Set(listed.map(NameText.bytes)) == Set(names.map { [0x64, 0xE9, 0x2F] + $0 }))
            for path in listed {
                let contents = try await files.contents(path, in: alice, at: point, limit: 9)
                #expect(NameText.bytes(of: path).dropFirst(3).prefix(9).elementsEqual(contents))
                for isThere in [false, true] {
                    #expect((try await files.bringBack(path, in: alice, from: point) != nil) == isThere)
                }
            }
            let count = try await btrfs.python("print(len(os.listdir(b'd\\xe9')))", in: path)
            #expect(count == "\(2 * names.count)")
            #expect(try await files.largestFolders(in: alice, count: 1).map(\.path) == [folder])
        }
    }

    @Test func `brings back what belongs to a file besides its content`() async throws {
        try await withFiles { btrfs, files, path in
            let make = """
                import struct
                os.makedirs('d/in'); open('d/f', 'w').write('x' * 5000000); os.link('d/f', 'd/in/g'); os.link('d/f', 'd/h')
                os.setxattr('d/f', 'user.origin', b'a\\0b'); os.setxattr('d', 'user.empty', b'')
                acl = struct.pack('<I', 2) + b''.join(struct.pack('<HHI', *entry) for entry in
                    [(1, 6, 0xffffffff), (2, 4, 20002), (4, 4, 0xffffffff), (16, 6, 0xffffffff), (32, 0, 0xffffffff)])
                os.setxattr('d/f', 'system.posix_acl_access', acl); os.setxattr('d/in', 'system.posix_acl_default', acl)
                os.utime('d/f', (1000000000, 1000000001)); os.utime('d/in', (1, 2)); os.chmod('d/in', 0o750)
                """
            let look = """
                for name in ('d', 'd/f', 'd/in', 'd/in/g', 'd/h'):
                    facts = os.stat(name)
                    attributes = {key: os.getxattr(name, key) for key in sorted(os.listxattr(name))}
                    print(name, oct(facts.st_mode), facts.st_nlink, facts.st_mtime, attributes)
                print(os.stat('d/f').st_ino == os.stat('d/in/g').st_ino == os.stat('d/h').st_ino)
                """
            _ = try await btrfs.python(make, in: path)
            let before = try await btrfs.python(look, in: path)
            #expect(before.contains("user.origin") && before.contains("posix_acl_default") && before.hasSuffix("True"))
            let point = try await taken(btrfs)
            _ = try await btrfs.python("import shutil; shutil.rmtree('d')", in: path)

            #expect(try await files.bringBack("d", in: alice, from: point) == nil)

            #expect(try await btrfs.python(look, in: path) == before)
        }
    }

    @Test func `goes nowhere else, whatever links say`() async throws {
        try await withFiles { btrfs, files, path in
            _ = try await btrfs.storage.prepare(BtrfsFixture.bob, owner: Account(uid: 20002, gid: 20002), quota: nil)
            let script = """
                os.symlink('/', 'root'); os.symlink('../bob', 'bob'); os.symlink('/etc/passwd', 'passwd')
                os.mkdir('closed'); open('closed/f', 'w').write('x'); os.chmod('closed', 0); os.mkfifo('pipe')
                """
            _ = try await btrfs.python(script, in: path)
            let point = try await taken(btrfs)
            for place in ["root/etc", "bob", "root"] {
                await #expect(throws: HomeFilesError.self) { try await files.list(place, in: alice, at: nil) }
                await #expect(throws: HomeFilesError.self) { try await files.list(place, in: alice, at: point) }
            }
            for place in ["passwd", "root/etc/passwd", "pipe", "nothing"] {
                await #expect(throws: HomeFilesError.self) {
                    try await files.contents(place, in: alice, at: nil, limit: 100)
                }
            }
            for place in ["..", "/etc/passwd", "d/../../bob"] {
                await #expect(throws: HomeFilesError.badPath(place)) { try await files.list(place, in: alice, at: nil) }
            }
            await #expect(throws: HomeFilesError.notAllowed(path: "closed")) {
                try await files.list("closed", in: alice, at: nil)
            }
        }
    }

    /// btrfs doesn't count what is shared, but may have no room for its own notes about it: both can happen.
    @Test func `brings back into a full home so that no more can be written then, or says that it is full`()
        async throws
    {
        try await withFiles { btrfs, files, path in
            _ = try await btrfs.python("open('big', 'wb').write(os.urandom(20000000))", in: path)
            let point = try await taken(btrfs)
            _ = try await btrfs.python("open('big', 'wb').write(os.urandom(20000000))", in: path)
            try await btrfs.storage.setQuota(ByteCount(bytes: 20_500_000), of: alice)
            try await btrfs.sync()
            let look = """
                import hashlib
                for name in sorted(os.listdir()): print(name, hashlib.sha256(open(name, 'rb').read()).hexdigest())
                """
            let before = try await btrfs.python(look, in: path)
            do {
                #expect(try await files.bringBack("big", in: alice, from: point) != nil)
            } catch HomeFilesError.full {
                #expect(try await btrfs.python(look, in: path) == before, "nothing is lost and nothing is left")
                return
            } catch HomeFilesError.failed(let reason) {
                // Not even its name could be given back: then it is there under the name that is said.
                let after = try await btrfs.python(look, in: path)
                #expect(after.split(separator: " ").last == before.split(separator: " ").last, "\(after)")
                #expect(after.split(separator: "\n").count == 1 && reason.contains("is now called"), "\(reason)")
                return
            }
            try await btrfs.sync()
            let write = """
                try:
                    open('more', 'wb').write(bytes(100)); print("written")
                except OSError as e: print(errno.errorcode[e.errno])
                """
            #expect(try await btrfs.python(write, in: path) == "EDQUOT")
        }
    }

    @Test func `isn't led astray while the user renames folders under it`() async throws {
        try await withFiles { btrfs, files, path in
            _ = try await btrfs.python("os.makedirs('a/b'); open('a/b/f', 'w').write('mine')", in: path)
            let point = try await taken(btrfs)
            mkdir("\(btrfs.folder)/outside", 0o777)
            chmod("\(btrfs.folder)/outside", 0o777)
            let script = """
                os.symlink('\(btrfs.folder)/outside', 'link')
                while not os.path.exists('stop'):
                    try:
                        os.rename('a', 'x'); os.rename('link', 'a'); os.rename('a', 'link'); os.rename('x', 'a')
                        if not os.path.exists('begun'): open('begun', 'w')
                    except OSError: pass
                print('renamed')
                """
            async let racing = btrfs.python(script, in: path)
            let end = ContinuousClock.now + .seconds(100)
            var triesInRace = 0
            while triesInRace < 40 {
                try #require(ContinuousClock.now < end, "nobody renames, or bringing back takes too long")
                if FileManager.default.fileExists(atPath: "\(path)/begun") { triesInRace += 1 }
                _ = try? await files.bringBack("a/b/f", in: alice, from: point)
            }
            _ = try await btrfs.python("open('stop', 'w')", in: path)
            #expect(try await racing == "renamed")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(btrfs.folder)/outside").isEmpty)
        }
    }

    // MARK: Fixture

    private func withFiles(_ body: (BtrfsFixture, UserFiles, String) async throws -> Void) async throws {
        try await withBtrfs { btrfs in
            let path = try await btrfs.storage.prepare(alice, owner: BtrfsFixture.account, quota: nil)
            let now = now
            let executable = try builtProgram("carrel")
            try await body(btrfs, UserFiles(homes: btrfs.homes, executable: executable, now: { now }), path)
        }
    }

    private func taken(_ btrfs: BtrfsFixture) async throws -> RestorePoint {
        try await btrfs.sync()
        let point = try await btrfs.storage.takeRestorePoint(of: alice, at: Date(timeIntervalSince1970: 1_795_262_400))
        return try #require(point)
    }
}
