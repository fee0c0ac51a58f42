import CarrelSpawn
import Foundation
import Glibc
import Testing

@Suite(.enabled(if: geteuid() != 0, "as root the helper becomes the home's owner: see the tests on btrfs"))
struct `The helper of a hub that isn't root` {
    @Test func `looks at plain homes as the hub's user, and knows no restore points`() async throws {
        let folder = NSTemporaryDirectory() + "carrel-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let home = HomeID(instance: "default", slug: "alice")
        let path = try HomeDirectory.prepare(in: folder, instance: "default", slug: "alice", account: nil)
        try "mine".write(toFile: "\(path)/f", atomically: false, encoding: .utf8)
        #expect(symlink("/etc/passwd", "\(path)/link") == 0)
        let files = UserFiles(homes: folder, executable: try builtProgram("carrel"))

        #expect(try await files.list("", in: home, at: nil).map(\.kind) == [.file, .link])
        #expect(try await files.contents("f", in: home, at: nil, limit: 10) == Data("mine".utf8))
        await #expect(throws: HomeFilesError.badPath("link")) {
            try await files.contents("link", in: home, at: nil, limit: 10)
        }
        let point = RestorePoint(at: Date(timeIntervalSince1970: 0))
        await #expect(throws: HomeFilesError.notFound(path: "f")) {
            try await files.bringBack("f", in: home, from: point)
        }
    }
}
