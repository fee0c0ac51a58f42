import Foundation
import Glibc
import Testing

@testable import CarrelSpawn

@Suite struct `What is put into a home` {
    @Test func `is copied without links and hidden files, and never replaces anything`() throws {
        try withScratchFolder { folder in
            for name in ["source/inner", "source/.git", "home"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            func write(_ text: String, _ name: String) throws {
                try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
            }
            try write("a", "source/a.ipynb")
            try write("b", "source/inner/b.ipynb")
            try write("git", "source/.git/config")
            try write("secret", "secret")
            #expect(symlink("\(folder)/secret", "\(folder)/source/link") == 0)
            let source = try Descriptor(opening: "\(folder)/source", O_RDONLY | O_DIRECTORY)
            let home = try Descriptor(opening: "\(folder)/home", O_RDONLY | O_DIRECTORY)
            #expect(try FolderFill.run(source, into: "catalogue", of: home) == 2)
            let found = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/home/catalogue").sorted()
            #expect(found == ["a.ipynb", "inner", "inner/b.ipynb"])

            try write("mine", "home/catalogue/a.ipynb")
            try write("c", "source/c.ipynb")
            #expect(try FolderFill.run(source, into: "catalogue", of: home) == 3)
            #expect(try String(contentsOfFile: "\(folder)/home/catalogue/a.ipynb", encoding: .utf8) == "mine")
            #expect(try String(contentsOfFile: "\(folder)/home/catalogue/c.ipynb", encoding: .utf8) == "c")
        }
    }

    @Test func `never goes through a link that its user put in the way`() throws {
        try withScratchFolder { folder in
            for name in ["source/inner", "home", "outside"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            try Data("b".utf8).write(to: URL(filePath: "\(folder)/source/inner/b"))
            let source = try Descriptor(opening: "\(folder)/source", O_RDONLY | O_DIRECTORY)
            let home = try Descriptor(opening: "\(folder)/home", O_RDONLY | O_DIRECTORY)
            #expect(symlink("\(folder)/outside", "\(folder)/home/catalogue") == 0)
            #expect(throws: (any Error).self) { try FolderFill.run(source, into: "catalogue", of: home) }
            unlink("\(folder)/home/catalogue")
            mkdir("\(folder)/home/catalogue", 0o700)
            #expect(symlink("\(folder)/outside", "\(folder)/home/catalogue/inner") == 0)
            _ = try FolderFill.run(source, into: "catalogue", of: home)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/outside").isEmpty)
        }
    }
}
