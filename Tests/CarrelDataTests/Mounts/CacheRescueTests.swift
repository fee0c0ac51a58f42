import Foundation
import Glibc
import Testing

@testable import CarrelData

@Suite struct `Edits of which the note is lost` {
    private static let date = Date(timeIntervalSince1970: 1_800_000_000)
    private static let mark = "(recovered \(NameBeside.stamp(date)))"
    private static let note = #"{"Size":4,"Rs":[{"Pos":0,"Size":4}],"Fingerprint":"x","Dirty":false}"#

    /// A cache of that user's: by path, what a file holds and what is noted of it.
    private func withCache(
        _ files: [String: (text: String, note: String?)],
        _ body: (_ folder: String, _ edits: CachedEdits, _ account: LocalAccount) async throws -> Void,
    ) async throws {
        let folder = NSTemporaryDirectory() + "carrel-rescue-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (path, file) in files {
            for (place, text) in [("vfs", file.text), ("vfsMeta", file.note)] {
                guard let text else { continue }
                let whole = URL(filePath: "\(folder)/\(place)/\(path)")
                let parent = whole.deletingLastPathComponent()
                try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
                try Data(text.utf8).write(to: whole)
            }
        }
        let account = try #require(LocalAccount(uid: 20001, gid: 20001))
        if geteuid() == 0 {
            for path in try FileManager.default.subpathsOfDirectory(atPath: folder) + [""] {
                lchown("\(folder)/\(path)", account.uid, account.gid)
            }
        }
        try await body(folder, CachedEdits(folder: folder), account)
    }

    private func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `are put beside and noted as new, and nothing else is touched`() async throws {
        let files = [
            "b2drop/empty.ipynb": ("edit", ""), "b2drop/x/cut": ("edit", #"{"ModTi"#),
            "b2drop/y/ü/none.txt": ("edit", nil),
            "b2drop/x/good.txt": ("read", Self.note), "datahub/zeros": ("", "\0\0\0"),
        ]
        try await withCache(files) { folder, edits, account in
            #expect(edits.all() == ["b2drop": ["empty.ipynb", "x/cut", "y/ü/none.txt"], "datahub": ["zeros"]])
            let found = try await edits.rescue(as: account, now: Self.date)
            let expected = [
                "b2drop": ["empty \(Self.mark).ipynb", "x/cut \(Self.mark)", "y/ü/none \(Self.mark).txt"],
                "datahub": ["zeros \(Self.mark)"],
            ]
            #expect(found == expected)
            #expect(edits.all() == expected)
            for path in expected["b2drop"] ?? [] {
                #expect(text("\(folder)/vfs/b2drop/\(path)") == "edit")
                let note = try #require(text("\(folder)/vfsMeta/b2drop/\(path)"))
                for part in [#""Dirty":true"#, #""Size":4"#, #""Pos":0"#, #""Fingerprint":"""#] {
                    #expect(note.contains(part), "\(part)")
                }
                var facts = stat()
                lstat("\(folder)/vfsMeta/b2drop/\(path)", &facts)
                #expect(geteuid() != 0 || facts.st_uid == account.uid)
            }
            #expect(text("\(folder)/vfs/b2drop/x/good.txt") == "read")
            #expect(text("\(folder)/vfsMeta/b2drop/x/good.txt") == Self.note)
            #expect(text("\(folder)/vfsMeta/b2drop/empty.ipynb") == nil)
            let again = try await edits.rescue(as: account, now: Self.date)
            #expect(again.isEmpty)
        }
    }

    @Test func `get names that nothing has`() async throws {
        let taken = "b2drop/a \(Self.mark).txt"
        try await withCache(["b2drop/a.txt": ("edit", ""), taken: ("kept", Self.note)]) { folder, edits, account in
            let other = "a (recovered \(NameBeside.stamp(Self.date)) 2).txt"
            let found = try await edits.rescue(as: account, now: Self.date)
            #expect(found == ["b2drop": [other]])
            #expect(text("\(folder)/vfs/\(taken)") == "kept")
        }
    }

    @Test func `aren't looked for through links`() async throws {
        try await withCache(["b2drop/a.txt": ("edit", "")]) { folder, edits, account in
            let outside = folder + "-outside"
            defer { try? FileManager.default.removeItem(atPath: outside) }
            try FileManager.default.createDirectory(atPath: outside + "/b2drop", withIntermediateDirectories: true)
            try Data("theirs".utf8).write(to: URL(filePath: outside + "/b2drop/theirs"))
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/vfs/far", withDestinationPath: outside)
            try FileManager.default.removeItem(atPath: "\(folder)/vfsMeta")
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/vfsMeta", withDestinationPath: outside)
            chmod(outside + "/b2drop", 0o777)
            await #expect(throws: DataFault.self) { _ = try await edits.rescue(as: account, now: Self.date) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: outside + "/b2drop") == ["theirs"])
            #expect(text("\(folder)/vfs/b2drop/a.txt") == "edit")
        }
    }
}
