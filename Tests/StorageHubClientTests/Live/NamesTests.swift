import Foundation
import NIOCore
import Testing

@testable import StorageHubClient

/// Names that break something somewhere.
let oddNames = [
    "plain.txt", "with space.txt", " leading", "trailing ", "dot.", ".hidden", "..three", "a.", "#hash", "50% off.txt",
    "100%", "%41", "%2F", "%3A", "a%20b", "10:30", "[draft].ipynb", "what*", "*", "*any*", "a|b", "q?uestion&=+",
    "quo\"te'",
    "back\\slash", "tab\there", "line\nbreak", "cr\rlf\r\n", "u\u{308}ber", "\u{fc}ber", "😀👩‍👩‍👧.txt", "日本語", "~$x", "-rf",
    "a;b<c>d", "{id}", "Workspace", "a(1).txt", "a (16fd2706).txt", String(repeating: "x", count: 255),
    String(repeating: "é", count: 127) + "x", "\u{7f}", "\u{1}", "e\u{301}", "\u{e9}", "name\u{200b}", "\u{feff}bom",
]

@Suite(.enabled(if: StandIn.python != nil, "make test-environment"), .serialized, .timeLimit(.minutes(5)))
struct NamesTests {
    @Test func `files of odd names go there and come back`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            try await tree.makeFolder(["odd"])
            for name in oddNames { try await tree.write(.init("of \(name)"), to: ["odd", name], if: .isNew) }
            let names = try await tree.names(["odd"])
            #expect(Set(names.map(ExactText.init)) == Set(oddNames.map(ExactText.init)))
            #expect(names.count == oddNames.count)
            for name in oddNames {
                #expect(try await tree.text(["odd", name]) == "of \(name)")
                try await tree.write(.init("more of \(name)"), to: ["odd", name])
            }
            let inside = try await standIn.inside().filter { $0.path.hasPrefix("/odd/") }
            #expect(inside.count == oddNames.count)
            let hashes = inside.map { $0.versions.map(\.sha256) }
            #expect(Set(hashes) == Set(oddNames.map { [sha256("of \($0)"), sha256("more of \($0)")] }))
        }
    }

    @Test func `folders of odd names are made, entered, renamed, moved and removed`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            try await tree.makeFolder(["from"])
            try await tree.makeFolder(["to"])
            for name in oddNames {
                try await tree.makeFolder(["from", name])
                try await tree.write(.init(name), to: ["from", name, name])
                try await tree.move(["from", name], to: ["to", name])
                try await tree.move(["to", name], to: ["to", "x" + String(name.prefix(100))])
                try await tree.move(["to", "x" + String(name.prefix(100))], to: ["to", name])
                #expect(try await tree.text(["to", name, name]) == name)
            }
            #expect(try await Set(tree.names(["to"]).map(ExactText.init)) == Set(oddNames.map(ExactText.init)))
            #expect(try await tree.names(["from"]).isEmpty)
            for name in oddNames { try await tree.remove(["to", name]) }
            #expect(try await tree.names(["to"]).isEmpty)
        }
    }

    @Test func `what others left under odd titles is found by the name it is shown with`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            let titles = oddNames + ["a/b", "..", ".", "/", "a\0b", String(repeating: "ü", count: 200), "a%253Ab"]
            for (number, title) in titles.enumerated() {
                try await standIn.place(title, "of \(title)", name: "node\(number)")
            }
            let entries = try await tree.entries(at: []).filter { !($0.place == .contextFolders) }
            #expect(entries.count == titles.count)
            #expect(Set(entries.map { ExactText($0.name) }).count == titles.count)
            var texts: Set<ExactText> = []
            for entry in entries {
                let found = try? await tree.entry(at: [entry.name])
                try #require(found?.item?.id == entry.item?.id, "\(entry.name.debugDescription)")
                texts.insert(ExactText(try await tree.text([entry.name])))
            }
            #expect(texts == Set(titles.map { ExactText("of \($0)") }))
        }
    }

    @Test func `two items of one title are both reached, and neither is overwritten by the other`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            let box = try await tree.makeFolder(["box"])
            let first = try await tree.write(.init("first"), to: ["box", "a.txt"])
            let second = try await tree.write(.init("second"), to: ["a.txt"])
            _ = try await tree.hub.move(second.id, to: box.id)
            let marked = "a (\(second.id.rawValue.prefix(8))).txt"
            #expect(try await tree.names(["box"]) == [marked, "a.txt"])
            #expect(try await tree.text(["box", "a.txt"]) == "first")
            #expect(try await tree.text(["box", marked]) == "second")

            #expect(try await tree.write(.init("second's second"), to: ["box", marked]).id == second.id)
            #expect(try await tree.write(.init("first's second"), to: ["box", "a.txt"]).id == first.id)
            #expect(try await tree.text(["box", marked]) == "second's second")
            #expect(try await tree.text(["box", "a.txt"]) == "first's second")

            // Inside, the second is named so; a file of that name would be a version of it.
            #expect(try await tree.hub.item(second.id).name == "a(1).txt")
            #expect(await failure { try await tree.write(.init("x"), to: ["box", "a(1).txt"]) } == .nameTaken)
            #expect(try await tree.text(["box", marked]) == "second's second")

            try await tree.move(["box", marked], to: ["box", "b.txt"])
            #expect(try await tree.names(["box"]) == ["a.txt", "b.txt"])
            try await tree.write(.init("third"), to: ["box", "a(1).txt"])
            try await tree.remove(["box", "a.txt"])
            #expect(try await tree.names(["box"]) == ["a(1).txt", "b.txt"])
        }
    }

    @Test func `a title leads to the item whose inner name goes with it, whatever came first`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            let guest = try #require(try await standIn.place("a.txt", "guest", name: "a(7).txt").first)
            #expect(try await tree.text(["a.txt"]) == "guest")
            try await standIn.place("a.txt", "owner")
            #expect(try await tree.text(["a.txt"]) == "owner")
            #expect(try await tree.text(["a (\(guest.prefix(8))).txt"]) == "guest")
            try await tree.remove(["a.txt"])
            #expect(try await tree.text(["a.txt"]) == "guest")
        }
    }

    @Test func `a hidden item holds its name`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            try await standIn.place("secret.txt", "mine", ["hidden": true])
            #expect(try await tree.names() == ["VREFolders", "secret.txt"])
            #expect(await failure { try await tree.write(.init("x"), to: ["secret.txt"], if: .isNew) } == .nameTaken)
        }
    }
}
