import CarrelSpawn
import Foundation
import Glibc
import Testing

@Suite struct `A home` {
    @Test func `is made for its user only`() throws {
        try withHomes { homes in
            let path = try HomeDirectory.prepare(in: homes, instance: "default", slug: "alice", account: nil)
            var facts = stat()
            #expect(lstat(path, &facts) == 0)
            #expect(facts.st_mode & 0o777 == 0o700)
            #expect(facts.st_uid == geteuid())
            #expect(path == "\(homes)/default/alice")
        }
    }

    @Test func `is left alone when it is there`() throws {
        try withHomes { homes in
            let path = try HomeDirectory.prepare(in: homes, instance: "default", slug: "alice", account: nil)
            chmod(path, 0o750)
            try "x".write(toFile: "\(path)/file", atomically: true, encoding: .utf8)
            _ = try HomeDirectory.prepare(in: homes, instance: "default", slug: "alice", account: nil)
            var facts = stat()
            lstat(path, &facts)
            #expect(facts.st_mode & 0o777 == 0o750)
            #expect(FileManager.default.fileExists(atPath: "\(path)/file"))
        }
    }

    @Test func `of somebody else is refused`() throws {
        try withHomes { homes in
            let path = try HomeDirectory.prepare(in: homes, instance: "default", slug: "alice", account: nil)
            try "x".write(toFile: "\(path)/file", atomically: true, encoding: .utf8)
            #expect(throws: SpawnError.homeOfAnother(path: path, owner: geteuid())) {
                try HomeDirectory.prepare(
                    in: homes,
                    instance: "default",
                    slug: "alice",
                    account: Account(uid: geteuid() + 20001, gid: 20001),
                )
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0)) func `that a killed hub left unfinished is finished`() throws {
        try withHomes { homes in
            let path = try HomeDirectory.prepare(in: homes, instance: "default", slug: "alice", account: nil)
            _ = try HomeDirectory.prepare(
                in: homes,
                instance: "default",
                slug: "alice",
                account: Account(uid: 20001, gid: 20001),
            )
            var facts = stat()
            lstat(path, &facts)
            #expect(facts.st_uid == 20001)
        }
    }

    @Test(arguments: ["default", "alice"])
    func `is never made through a symbolic link`(name: String) throws {
        try withHomes { homes in
            mkdir(homes, 0o755)
            mkdir("\(homes)/elsewhere", 0o755)
            if name == "alice" { mkdir("\(homes)/default", 0o755) }
            symlink("\(homes)/elsewhere", name == "alice" ? "\(homes)/default/alice" : "\(homes)/default")
            let error = #expect(throws: SpawnError.self) {
                try HomeDirectory.prepare(in: homes, instance: "default", slug: "alice", account: nil)
            }
            #expect(error?.code == "spawn.cannotPrepareHome")
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(homes)/elsewhere")
            #expect(names.isEmpty)
        }
    }

    @Test(arguments: ["..", "a/b", "", "-x"])
    func `has a plain name`(slug: String) throws {
        try withHomes { homes in
            #expect(throws: SpawnError.self) {
                try HomeDirectory.prepare(in: homes, instance: "default", slug: slug, account: nil)
            }
        }
    }

    private func withHomes(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "carrel-homes-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }
}
