import CarrelModel
import CarrelSpawn
import Foundation
import Glibc
import Testing

/// Homes of a course with hand-ins, some of them hostile; each belongs to a user of its own where the test runs as root.
private struct Course {
    let folder: String
    let packer: HomePacker

    var homes: String { "\(folder)/homes" }

    static func part(_ name: String) -> HandInOrder.Part {
        HandInOrder.Part(label: "Student \(name)", home: HomeID(instance: "course", slug: name))
    }

    /// Has Python look into an archive.
    func python(_ script: String) async throws -> String {
        try await ProgramRun.output(
            of: "/usr/bin/python3",
            ["-c", "import os, zipfile, tarfile, subprocess, io\nos.chdir('\(folder)')\n\(script)"],
            within: .seconds(60),
        ).trimmingCharacters(in: .newlines)
    }

    /// Makes the archive as a file.
    func write(_ order: HandInOrder, to name: String) async throws {
        let path = "\(folder)/\(name)"
        try #require(FileManager.default.createFile(atPath: path, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: path))
        try await packer.handIns(order).send { try file.write(contentsOf: $0) }
        try file.close()
    }
}

private func withCourse(_ body: (Course) async throws -> Void) async throws {
    let folder = "/tmp/carrel-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: "\(folder)/homes/course", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let course = Course(
        folder: folder,
        packer: try HomePacker(homes: "\(folder)/homes", executable: try builtProgram("carrel")),
    )
    let script = """
        os.chdir('homes/course')
        for name in ('ann', 'bob', 'cy', 'eve'): os.mkdir(name)
        os.makedirs('ann/sheet/deep'); open('ann/sheet/a.txt', 'w').write('of ann'); open('ann/secret', 'w').write('SECRET')
        os.link('ann/sheet/a.txt', 'ann/sheet/deep/b.txt'); open(b'ann/sheet/\\xff', 'w').write('odd')
        with open('ann/sheet/hole', 'wb') as f: f.seek(50000000); f.write(b'end')
        open('ann/sheet/noise', 'wb').write(os.urandom(3000000))
        os.symlink('../ann', 'bob/sheet')
        os.mkdir('eve/sheet'); os.symlink('../../ann/secret', 'eve/sheet/stolen'); os.mkfifo('eve/sheet/pipe')
        if os.geteuid() == 0:
            for number, name in enumerate(('ann', 'bob', 'cy', 'eve')):
                os.chown(name, 21001 + number, 21001 + number)
                for top, folders, files in os.walk(os.fsencode(name)):
                    for one in folders + files:
                        os.chown(os.path.join(top, one), 21001 + number, 21001 + number, follow_symlinks=False)
                os.chmod(name, 0o700)
        """
    _ = try await course.python(script)
    try await body(course)
}

@Suite(.serialized) struct `Hand-ins of a course` {
    private func order(_ format: ArchiveFormat, names: [String] = ["ann", "bob", "cy", "dan", "eve"]) throws
        -> HandInOrder
    {
        HandInOrder(
            parts: names.map { Course.part($0) },
            path: try #require(HomePath("sheet")),
            format: format,
            folder: "Sheet 1",
        )
    }

    @Test func `are one zip with a folder for each, and who has none is listed`() async throws {
        try await withCourse { course in
            // Costs its maker nothing, and would cost whoever packs it hours.
            _ = try await course.python(
                "f = 'homes/course/ann/sheet/endless'; open(f, 'w').close(); os.truncate(f, 1 << 43); os.chmod(f, 0o644); print()"
            )
            try await course.write(try order(.zip), to: "a.zip")
            let look = """
                z = zipfile.ZipFile('a.zip'); assert z.testzip() is None
                assert z.read('Sheet 1/Student ann/noise') == open('homes/course/ann/sheet/noise', 'rb').read()
                assert z.read('Sheet 1/Student ann/hole') == open('homes/course/ann/sheet/hole', 'rb').read()
                assert not any(b'SECRET' in z.read(n) for n in z.namelist())
                print(z.read('Sheet 1/Student ann/deep/b.txt').decode(), z.read('Sheet 1/Student eve/stolen').decode())
                print(sorted(n for n in z.namelist() if 'Student ann/' not in n))
                print(z.read('Sheet 1/MISSING.txt').decode()); print(z.read('TAKEOUT-NOTES.txt').decode())
                """
            let said = try await course.python(look)
            #expect(said.hasPrefix("of ann ../../ann/secret\n"))
            #expect(
                said.contains(
                    "['Sheet 1/MISSING.txt', 'Sheet 1/Student eve/', 'Sheet 1/Student eve/stolen', 'TAKEOUT-NOTES.txt']"
                )
            )
            #expect(
                said.contains(
                    "- Student bob (it isn't a file or folder there, or behind a link)\n- Student cy\n- Student dan\n"
                )
            )
            #expect(said.contains("Sheet 1/Student eve/pipe: left out, it is a pipe"))
            #expect(said.contains("Sheet 1/Student ann/endless: left out, as nearly all of it is holes."))
        }
    }

    @Test func `are one tar with hard links and holes`() async throws {
        try await withCourse { course in
            try await course.write(try order(.tarZstd), to: "a.tar.zst")
            let look = """
                plain = subprocess.run(['zstd', '-dc', 'a.tar.zst'], check=True, capture_output=True).stdout
                t = tarfile.open(fileobj=io.BytesIO(plain))
                print(len(plain) < 5000000, t.getmember('Sheet 1/Student ann/hole').issparse())
                links = [m for m in t if m.islnk()]
                print([m.linkname in ('Sheet 1/Student ann/a.txt', 'Sheet 1/Student ann/deep/b.txt') for m in links])
                print(t.extractfile('Sheet 1/Student ann/hole').read() == open('homes/course/ann/sheet/hole', 'rb').read())
                """
            #expect(try await course.python(look) == "True True\n[True]\nTrue")
        }
    }

    @Test func `of nobody are a list`() async throws {
        try await withCourse { course in
            try await course.write(try order(.zip, names: ["cy", "dan"]), to: "a.zip")
            #expect(try await course.python("print(zipfile.ZipFile('a.zip').namelist())") == "['Sheet 1/MISSING.txt']")
        }
    }

    @Test func `that nobody takes any more leave no process`() async throws {
        try await withCourse { course in
            struct Gone: Error {}
            let before = try Self.children()
            await #expect(throws: Gone.self) {
                try await course.packer.handIns(try order(.zip)).send { _ in throw Gone() }
            }
            #expect(try Self.children() == before)
        }
    }

    private static func children() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").count { name in
            guard Int32(name) != nil, let words = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
                return false
            }
            return String(decoding: words, as: UTF8.self).contains("pack-files")
                && String(decoding: words, as: UTF8.self).contains("65534")
        }
    }
}
