import Foundation
import Testing

@testable import CarrelSpawn

@Suite struct `Takeouts in words and bytes` {
    @Test func `hand-ins have a folder for each person, whatever they are called`() throws {
        func part(_ label: String) -> HandInOrder.Part {
            HandInOrder.Part(label: label, home: HomeID(instance: "course", slug: "x"))
        }
        let labels = ["Ada", "ada", "../../etc", "a/b", "", "..", "x\n", String(repeating: "é", count: 200), "Ada"]
        let order = HandInOrder(
            parts: labels.map(part),
            path: try #require(HomePath("sheet1")),
            format: .zip,
            folder: "sheet 1",
        )
        let folders = order.places.map(\.folder)
        #expect(
            folders.prefix(7) == [
                "sheet 1/Ada", "sheet 1/ada (2)", "sheet 1/.._.._etc", "sheet 1/a_b", "sheet 1/unnamed",
                "sheet 1/unnamed (2)", "sheet 1/x_",
            ]
        )
        #expect(folders.last == "sheet 1/Ada (3)")
        #expect(folders.allSatisfy { $0.utf8.count < 255 })
    }

    @Test func `who has nothing there is listed, and lines stay lines`() throws {
        let path = try #require(HomePath("sheet1"))
        #expect(HandInOrder.missingText([], path: path) == nil)
        let text = try #require(HandInOrder.missingText(["ada", "bo\nb"], path: path))
        #expect(text.hasSuffix("- ada\n- bo\\u{a}b\n"))
    }

    @Test(arguments: [
        (".cache", ".cache", true), (".cache", "work/.cache", false), ("__pycache__", "a/b/__pycache__", true),
        ("Trash", ".local/share/Trash", true), ("Trash", "Trash", false), (".snapshots", ".snapshots", true),
        ("cache", "cache", false),
    ])
    func `caches are those that programs make again`(name: String, path: String, isCache: Bool) {
        #expect(CacheRule.isCache(Array(name.utf8), path: Array(path.utf8)) == isCache)
    }

    @Test func `notes are one line each, and no more than people read`() {
        var notes = PackNotes()
        #expect(notes.isEmpty)
        notes.add("\(PackNotes.shown([0x61, 0xFF, 0x0A])): left out.")
        for _ in 0..<3000 { notes.add("x") }
        #expect(notes.text.contains("- a\\xff\\u{a}: left out.\n"))
        #expect(notes.text.hasSuffix("\nand 1001 more.\n"))
    }

    @Test func `every reason that has an exit code is read from it again`() {
        for failure in [PackFailure.notFound, .badPath, .notAllowed, .noRoom, .tooLarge, .unwanted] {
            #expect(PackFailure(exitCode: failure.exitCode) == failure)
        }
        #expect(PackFailure(exitCode: 0) == nil)
        #expect(PackFailure(exitCode: 1) == nil)
        #expect(PackFailure(exitCode: -9) == nil)
    }
}
