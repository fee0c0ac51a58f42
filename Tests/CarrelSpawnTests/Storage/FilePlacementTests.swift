import Foundation
import Glibc
import Testing

@testable import CarrelSpawn

@Suite struct `A file that comes into a home` {
    @Test func `never replaces anything, and has a number where its name is taken`() throws {
        try withHome { home, folder throws in
            #expect(try home.place("one", "A.ipynb", in: "F/G") == "A.ipynb")
            #expect(try home.freeName("A.ipynb", in: "F/G") == "A 2.ipynb")
            #expect(try home.place("two", "A.ipynb", in: "F/G") == "A 2.ipynb")
            // Whatever has the name: a folder, a link that leads nowhere.
            mkdir("\(folder)/home/F/G/A 3.ipynb", 0o755)
            #expect(symlink("/nowhere", "\(folder)/home/F/G/A 4.ipynb") == 0)
            #expect(try home.place("five", "A.ipynb", in: "F/G") == "A 5.ipynb")
            let found = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/home/F/G").sorted()
            #expect(found == ["A 2.ipynb", "A 3.ipynb", "A 4.ipynb", "A 5.ipynb", "A.ipynb"])
            #expect(try String(contentsOfFile: "\(folder)/home/F/G/A.ipynb", encoding: .utf8) == "one")
            #expect(try String(contentsOfFile: "\(folder)/home/F/G/A 5.ipynb", encoding: .utf8) == "five")
        }
    }

    @Test func `can be read by others if its home can`() throws {
        try withHome { home, folder throws in
            mkdir("\(folder)/home/mine", 0o700)
            _ = try home.place("x", "A.ipynb", in: "mine/new/newer")
            #expect(mode("\(folder)/home/mine") == 0o700)
            #expect(mode("\(folder)/home/mine/new") == 0o755)
            #expect(mode("\(folder)/home/mine/new/newer") == 0o755)
            #expect(mode("\(folder)/home/mine/new/newer/A.ipynb") == 0o644)
        }
    }

    @Test func `goes through no link and not out of the home`() throws {
        try withHome { home, folder throws in
            mkdir("\(folder)/outside", 0o755)
            #expect(symlink("\(folder)/outside", "\(folder)/home/link") == 0)
            #expect(symlink("F", "\(folder)/home/inner") == 0)
            mkdir("\(folder)/home/F", 0o755)
            for place in ["link", "link/deeper", "inner"] {
                #expect(throws: FilePlacement.Failure.folder(.badPath)) { try home.place("x", "A", in: place) }
                #expect(throws: FilePlacement.Failure.folder(.badPath)) { try home.freeName("A", in: place) }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/outside").isEmpty)
            #expect(HomePath("../outside") == nil)
        }
    }

    @Test func `needs folders where folders are wanted`() throws {
        try withHome { home, folder throws in
            _ = try home.place("x", "A", in: "")
            let failure = FilePlacement.Failure.folder(.failed("“A” isn't a folder"))
            #expect(throws: failure) { try home.place("x", "B", in: "A/C") }
            #expect(throws: failure) { try home.freeName("B", in: "A/C") }
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/home") == ["A"])
        }
    }

    @Test func `may come from another file system, however large`() throws {
        try withHome { home, folder throws in
            let draft = try FileDraft(in: "/dev/shm")
            let piece = Data((0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 7) })
            for _ in 0..<5 { try draft.append(piece) }
            #expect(try home.placement("A", "F").run(draft.file) == "A")
            let kept = try Data(contentsOf: URL(filePath: "\(folder)/home/F/A"))
            #expect(kept == Data((0..<5).flatMap { _ in piece }))
        }
    }

    @Test func `is only named where it is asked for its name`() throws {
        try withHome { home, folder throws in
            #expect(try home.freeName("A.ipynb", in: "F/G") == "A.ipynb")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/home").isEmpty)
        }
    }

    @Test(
        arguments: [
            ("A.ipynb", "A 2.ipynb"), ("A.b.ipynb", "A.b 2.ipynb"), ("A", "A 2"), (".A", ".A 2"),
            ("Ü 1.ipynb", "Ü 1 2.ipynb"),
        ]
    )
    func `has its number before the extension`(name: String, second: String) {
        #expect(FilePlacement.numbered(name, 1) == name)
        #expect(FilePlacement.numbered(name, 2) == second)
    }

    @Test func `gets a name of its own among many at once`() async throws {
        try await withScratchFolder { folder in
            mkdir("\(folder)/home", 0o755)
            let names = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<20 {
                    group.addTask { try Home(folder: "\(folder)/home").place("\(number)", "A.ipynb", in: "F") }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(names == Set(["A.ipynb"] + (2...20).map { "A \($0).ipynb" }))
            let contents = try names.map { try String(contentsOfFile: "\(folder)/home/F/\($0)", encoding: .utf8) }
            #expect(Set(contents).count == 20)
        }
    }

    @Test func `a file with a name of its own isn't put where something has it`() throws {
        try withHome { home, folder in
            let outcomes = [
                try home.placeNew("one", "A.ipynb", in: "F"), try home.placeNew("two", "A.ipynb", in: "F"),
            ]
            #expect(outcomes == [true, false])
            #expect(try String(contentsOfFile: "\(folder)/home/F/A.ipynb", encoding: .utf8) == "one")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/home/F") == ["A.ipynb"])
        }
    }

    // MARK: A home

    private struct Home {
        let folder: String

        func placement(_ name: String, _ place: String) throws -> FilePlacement {
            let home = try Descriptor(opening: folder, O_RDONLY | O_DIRECTORY)
            return FilePlacement(home: home, folder: try #require(HomePath(place)), name: name)
        }

        func place(_ text: String, _ name: String, in place: String) throws -> String {
            try placement(name, place).run(try draft(text).file)
        }

        func placeNew(_ text: String, _ name: String, in place: String) throws -> Bool {
            try placement(name, place).runOnce(try draft(text).file)
        }

        private func draft(_ text: String) throws -> FileDraft {
            let draft = try FileDraft(in: NSTemporaryDirectory())
            try draft.append(Data(text.utf8))
            return draft
        }

        func freeName(_ name: String, in place: String) throws -> String { try placement(name, place).freeName() }
    }

    private func withHome(_ body: (Home, String) throws -> Void) throws {
        try withScratchFolder { folder in
            mkdir("\(folder)/home", 0o755)
            try body(Home(folder: "\(folder)/home"), folder)
        }
    }

    private func mode(_ path: String) -> mode_t {
        var facts = stat()
        return lstat(path, &facts) == 0 ? facts.st_mode & 0o7777 : 0
    }
}
