import Foundation
import Glibc
import Testing

@testable import CarrelSpawn

@Suite struct `Bringing back` {
    @Test func `puts a file where it was, with mode and time, and keeps what is there`() throws {
        try withHomeAndPoint { home, point, bringBack in
            try "then".write(toFile: "\(point)/a.txt", atomically: false, encoding: .utf8)
            #expect(chmod("\(point)/a.txt", 0o640) == 0)
            let date = Date(timeIntervalSince1970: 1_000_000_000)
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: "\(point)/a.txt")
            try "now".write(toFile: "\(home)/a.txt", atomically: false, encoding: .utf8)

            #expect(try bringBack("a.txt") == "a.txt (kept)")
            #expect(try bringBack("a.txt") == "a.txt (kept) 2")

            #expect(try String(contentsOfFile: "\(home)/a.txt", encoding: .utf8) == "then")
            #expect(try String(contentsOfFile: "\(home)/a.txt (kept)", encoding: .utf8) == "now")
            let facts = try FileManager.default.attributesOfItem(atPath: "\(home)/a.txt")
            #expect(facts[.posixPermissions] as? Int == 0o640)
            #expect(facts[.modificationDate] as? Date == date)
            #expect(try FileManager.default.contentsOfDirectory(atPath: home).count == 3)
        }
    }

    @Test func `brings a folder with links as links, and without pipes`() throws {
        try withHomeAndPoint { home, point, bringBack in
            try FileManager.default.createDirectory(atPath: "\(point)/x/y/z", withIntermediateDirectories: true)
            try "1".write(toFile: "\(point)/x/y/z/file", atomically: false, encoding: .utf8)
            #expect(symlink("/etc/shadow", "\(point)/x/y/link") == 0)
            #expect(mkfifo("\(point)/x/y/pipe", 0o600) == 0)

            #expect(try bringBack("x/y") == nil)

            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(home)/x/y").sorted() == ["link", "z"])
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(home)/x/y/link") == "/etc/shadow")
            #expect(try String(contentsOfFile: "\(home)/x/y/z/file", encoding: .utf8) == "1")
        }
    }

    @Test func `goes through no link that stands in its way, in either place`() throws {
        try withHomeAndPoint { home, point, bringBack in
            try FileManager.default.createDirectory(atPath: "\(home)/../outside", withIntermediateDirectories: true)
            try FileManager.default.createDirectory(atPath: "\(point)/x", withIntermediateDirectories: true)
            try "1".write(toFile: "\(point)/x/file", atomically: false, encoding: .utf8)
            #expect(symlink("../outside", "\(home)/x") == 0)
            #expect(symlink("/etc", "\(point)/etc") == 0)

            #expect(throws: HomeFilesRefusal.self) { try bringBack("x/file") }
            #expect(throws: (any Error).self) { try bringBack("etc/passwd") }

            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(home)/../outside").isEmpty)
        }
    }

    @Test func `leaves nothing when it fails`() throws {
        try withHomeAndPoint { home, point, bringBack in
            #expect(mkfifo("\(point)/pipe", 0o600) == 0)
            #expect(throws: HomeFilesRefusal.self) { try bringBack("pipe") }
            #expect(throws: SystemFailure.self) { try bringBack("gone") }
            let left = try FileManager.default.contentsOfDirectory(atPath: home)
            #expect(left.isEmpty)
        }
    }

    @Test func `keeps all that was there, time and again`() throws {
        try withHomeAndPoint { home, point, bringBack in
            try "then".write(toFile: "\(point)/f", atomically: false, encoding: .utf8)
            for number in 0..<50 {
                try "\(number)".write(toFile: "\(home)/f", atomically: false, encoding: .utf8)
                _ = try bringBack("f")
            }
            let contents = try FileManager.default.contentsOfDirectory(atPath: home).map {
                try String(contentsOfFile: "\(home)/\($0)", encoding: .utf8)
            }
            // What was brought back is itself kept only where a next write went into it.
            #expect(Set(contents).isSuperset(of: (0..<50).map { "\($0)" }))
        }
    }

    @Test(.timeLimit(.minutes(3))) func `never replaces anything while somebody else renames`() throws {
        try withHomeAndPoint { home, point, _ in
            try "then".write(toFile: "\(point)/f", atomically: false, encoding: .utf8)
            let other = try Renamer(in: home)
            defer { other.end() }
            let target = try Descriptor(opening: home, O_RDONLY | O_DIRECTORY)
            let source = try Descriptor(opening: point, O_RDONLY | O_DIRECTORY)
            let path = try #require(HomePath("f"))
            var count = 0
            for number in 0..<1500 {
                do {
                    _ = try BringBack(source: source, target: target, path: path, suffix: " (kept \(number))").run()
                    count += 1
                } catch is HomeFilesRefusal {
                    // The other was faster each time.
                }
            }
            let written = try other.finish()

            #expect(count > 0 && written > 0)
            let names = try FileManager.default.contentsOfDirectory(atPath: home)
            let contents = try names.map { try String(contentsOfFile: "\(home)/\($0)", encoding: .utf8) }
            #expect(contents.count { $0 == "then" } == count)
            #expect(Set(contents).subtracting(["then"]) == Set((0..<written).map { "other \($0)" }))
            #expect(contents.count == count + written, "nothing twice, and no draft")
        }
    }

    @Test func `shortens long names at whole letters`() {
        let name = BringBack.fitting(String(repeating: "ü", count: 127), " (kept)")
        #expect(name.utf8.count <= 255 && name.hasSuffix("ü (kept)"))
    }
}

/// Somebody who takes the file `f` of a folder away, again and again, and puts another there: a process of its own.
private struct Renamer {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    /// Begins; when this returns it is at work.
    init(in folder: String) throws {
        let script = """
            import os, select, sys
            os.chdir(sys.argv[1])
            moved = written = 0
            while not select.select([0], [], [], 0)[0] and written < 100000:
                try:
                    with open("f", "x") as file: file.write(f"other {written}")
                    written += 1
                except FileExistsError: pass
                try:
                    os.rename("f", f"moved {moved}")
                    moved += 1
                except FileNotFoundError: pass
                if moved == 1: print("begun", flush=True)
            print(written, flush=True)
            """
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", script, folder]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try #require(!output.fileHandleForReading.availableData.isEmpty, "it begins")
    }

    /// Has it end, and gives how many files it has written.
    func finish() throws -> Int {
        try input.fileHandleForWriting.close()
        let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return try #require(Int(said.split(separator: "\n").last ?? ""))
    }

    /// Ends it whatever happened.
    func end() {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
    }
}

private func withHomeAndPoint(
    _ body: (_ home: String, _ point: String, _ bringBack: (String) throws -> String?) throws -> Void
) throws {
    try withScratchFolder { folder in
        let (home, point) = ("\(folder)/home", "\(folder)/point")
        for path in [home, point] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let target = try Descriptor(opening: home, O_RDONLY | O_DIRECTORY)
        let source = try Descriptor(opening: point, O_RDONLY | O_DIRECTORY)
        try body(home, point) { path in
            let path = try #require(HomePath(path))
            return try BringBack(source: source, target: target, path: path, suffix: " (kept)").run()
        }
    }
}
