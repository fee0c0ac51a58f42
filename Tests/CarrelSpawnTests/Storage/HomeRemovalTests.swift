import CarrelModel
import Foundation
import Glibc
import Testing

@testable import CarrelSpawn

@Suite struct `A home that is removed` {
    private let alice = HomeID(instance: "course", slug: "alice")
    private let bob = HomeID(instance: "course", slug: "bob")

    @Test func `takes nothing with it that links lead to`() async throws {
        try await withHomes { homes, path, outside in
            try write("kept", to: "\(outside)/canary/inner/file")
            #expect(symlink("\(outside)/canary", "\(path)/folder") == 0)
            #expect(symlink("\(outside)/canary/inner/file", "\(path)/file") == 0)
            #expect(symlink("..", "\(path)/up") == 0)
            #expect(link("\(outside)/canary/inner/file", "\(path)/again") == 0)
            let other = try await homes.prepare(bob, owner: nil, quota: nil)
            try write("bob's", to: "\(other)/file")

            try await homes.remove(alice)
            #expect(try names(in: "\(outside)/homes/course") == ["bob"])
            #expect(try String(contentsOfFile: "\(outside)/canary/inner/file", encoding: .utf8) == "kept")
            #expect(try String(contentsOfFile: "\(other)/file", encoding: .utf8) == "bob's")
            var facts = stat()
            #expect(stat("\(outside)/canary/inner/file", &facts) == 0 && facts.st_nlink == 1)
        }
    }

    @Test func `goes however deep it is, and whatever its folders are closed to`() async throws {
        try await withHomes { homes, path, outside in
            var place = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY)
            for _ in 0..<3000 {
                #expect(mkdirat(place.number, "d", 0o700) == 0)
                place = try place.opened("d", O_RDONLY | O_DIRECTORY)
            }
            try write("x", to: "\(path)/closed/inner/file")
            #expect(mkfifo("\(path)/pipe", 0o000) == 0)
            chmod("\(path)/closed/inner", 0o000)
            chmod("\(path)/closed", 0o500)
            chmod(path, 0o000)
            try await homes.remove(alice)
            #expect(try names(in: "\(outside)/homes/course").isEmpty)
        }
    }

    @Test func `has a name that isn't text in it`() async throws {
        try await withHomes { homes, path, outside in
            let folder = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY)
            let name: [CChar] = [-1, -2, 10, 0]
            #expect(mkdirat(folder.number, name, 0o700) == 0)
            let inner = Descriptor(owning: openat(folder.number, name, O_RDONLY | O_DIRECTORY))
            #expect(mkdirat(inner.number, name, 0o700) == 0)
            try await homes.remove(alice)
            #expect(try names(in: "\(outside)/homes/course").isEmpty)
        }
    }

    @Test func `is gone at once for the next start, and what an interruption left goes later`() async throws {
        try await withHomes { homes, path, outside in
            try write("old", to: "\(path)/folder/file")
            // What a hub leaves that is killed right after the renaming.
            let left = "\(outside)/homes/course/.removing-alice-17"
            #expect(rename(path, left) == 0)
            try write("old", to: "\(outside)/homes/.restore/course/.removing-bob-4/point/file")
            #expect(try await homes.usages().isEmpty)
            let again = try await homes.prepare(alice, owner: nil, quota: nil)
            #expect(try names(in: again).isEmpty)

            try await homes.finishRemovals()
            #expect(try names(in: "\(outside)/homes/course") == ["alice"])
            #expect(try names(in: "\(outside)/homes/.restore/course").isEmpty)
            try await homes.finishRemovals()
        }
    }

    @Test func `needn't be there, and can't be something else`() async throws {
        try await withHomes { homes, path, outside in
            try await homes.remove(alice)
            try await homes.remove(alice)
            try await homes.remove(HomeID(instance: "none", slug: "alice"))
            for home in [
                HomeID(instance: "..", slug: "canary"), HomeID(instance: "course", slug: ".."),
                HomeID(instance: "course", slug: "a/b"),
            ] {
                await #expect(throws: SpawnError.self) { try await homes.remove(home) }
            }
        }
    }

    @Test func `leaves homes alone whose names begin as its own`() async throws {
        try await withHomes { homes, path, outside in
            let longer = HomeID(instance: "course", slug: "alice-2")
            _ = try await homes.prepare(longer, owner: nil, quota: nil)
            try write("x", to: "\(outside)/homes/course/.removing-alice-2-9/file")
            try await homes.remove(alice)
            #expect(try names(in: "\(outside)/homes/course") == [".removing-alice-2-9", "alice-2"])
        }
    }

    // MARK: How

    private func withHomes(_ body: (PlainHomes, String, String) async throws -> Void) async throws {
        try await withScratchFolder { folder in
            let homes = PlainHomes(homes: "\(folder)/homes", reason: "This is a test.", work: HereAndNow())
            try await body(homes, try await homes.prepare(alice, owner: nil, quota: nil), folder)
        }
    }

    private func write(_ text: String, to path: String) throws {
        let url = URL(filePath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}
