import CarrelData
import Foundation
import Glibc
import Testing

@Suite struct `Changes in a folder of this machine` {
    @Test func `move files and folders, and replace only when told to`() async throws {
        try await LocalFixture.with { fixture in
            let store = fixture.store()
            try fixture.makeFolder("from/deep")
            try fixture.put("x", at: "from/deep/x")
            try await store.move(.at("from"), to: .at("to"), replaces: false)
            #expect(fixture.text("to/deep/x") == "x")
            try fixture.put("old", at: "a")
            try fixture.put("new", at: "b")
            await #expect(throws: DataFault.alreadyThere) {
                try await store.move(.at("b"), to: .at("a"), replaces: false)
            }
            try await store.move(.at("b"), to: .at("a"), replaces: true)
            #expect(try fixture.text("a") == "new" && fixture.names() == ["a", "to"])
            link("\(fixture.path)/a", "\(fixture.path)/same")
            try await store.move(.at("same"), to: .at("a"), replaces: true)
            #expect(try fixture.names() == ["a", "to"])
            for (source, target, fault) in [
                ("none", "c", DataFault.notFound), ("a", "none/c", .noParent), ("to", "to/deep/y", .intoItself),
                ("a", "a", .intoItself), ("", "c", .forbidden), ("a", "", .forbidden),
                ("to/deep", "to", .intoItself),
            ] {
                await #expect(throws: fault, "\(source) → \(target)") {
                    try await store.move(.at(source), to: .at(target), replaces: true)
                }
            }
        }
    }

    @Test(arguments: [("folder", "full"), ("folder", "file"), ("file", "full")])
    func `replace a folder, by one or by a file, and leave nothing of it`(source: String, target: String) async throws {
        try await LocalFixture.with { fixture in
            let store = fixture.store()
            try fixture.makeFolder("folder")
            try fixture.put("of folder", at: "folder/new")
            try fixture.makeFolder("full/deep/deeper")
            try fixture.put("x", at: "full/deep/deeper/x")
            try fixture.put("of file", at: "file")
            try await store.move(.at(source), to: .at(target), replaces: true)
            #expect(fixture.text(source == "file" ? target : "\(target)/new") == "of \(source)")
            #expect(try !fixture.names().contains(source))
            #expect(try source == "file" || fixture.names(target) == ["new"])
        }
    }

    @Test func `remove folders however wide and deep, and no more than them`() async throws {
        try await LocalFixture.with { fixture in
            let store = fixture.store()
            try fixture.makeFolder("top/wide")
            for number in 0..<1200 { close(open("\(fixture.path)/top/wide/\(number)", O_CREAT | O_WRONLY, 0o600)) }
            var folder = open("\(fixture.path)/top", O_RDONLY | O_DIRECTORY)
            for _ in 0..<400 {
                mkdirat(folder, "deep", 0o700)
                let next = openat(folder, "deep", O_RDONLY | O_DIRECTORY)
                close(openat(folder, "file", O_CREAT | O_WRONLY, 0o600))
                close(folder)
                folder = next
            }
            close(folder)
            try fixture.link("top/out", to: "../../outside")
            mkfifo("\(fixture.path)/top/pipe", 0o600)
            try await store.remove(.at("top"))
            #expect(try fixture.names() == [])
            #expect(FileManager.default.fileExists(atPath: fixture.outside))
            await #expect(throws: DataFault.notFound) { try await store.remove(.at("top")) }
            await #expect(throws: DataFault.forbidden) { try await store.remove(.root) }
        }
    }

    @Test func `make folders where there is nothing`() async throws {
        try await LocalFixture.with { fixture in
            let store = fixture.store()
            try await store.makeFolder(at: .at("a"))
            try await store.makeFolder(at: .at("a/b"))
            #expect(try await store.entry(at: .at("a/b")).isFolder)
            for (path, fault) in [
                ("a", DataFault.alreadyThere), ("", .alreadyThere), ("none/c", .noParent),
                (".carrel-upload-1", .unfitName),
            ] { await #expect(throws: fault) { try await store.makeFolder(at: .at(path)) } }
        }
    }
}
