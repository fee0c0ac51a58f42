import Foundation
import Glibc
import Testing

@testable import CarrelSpawn

@Suite struct `The rule for one file of the material` {
    @Test(
        arguments: [
            (MaterialRule.Present.nothing, nil, MaterialRule.Step.write),
            (.nothing, "old", .write),
            (.nothing, "new", .leave),
            (.file(mark: "new"), nil, .leave),
            (.file(mark: "new"), "old", .leave),
            (.file(mark: "old"), "old", .replace),
            (.file(mark: "edited"), "old", .beside),
            (.file(mark: "edited"), "new", .leave),
            (.file(mark: "own"), nil, .beside),
            (.other, "old", .beside),
            (.other, nil, .beside),
        ] as [(MaterialRule.Present, String?, MaterialRule.Step)]
    )
    func `lets the student's file win`(_ present: MaterialRule.Present, _ delivered: String?, _ step: MaterialRule.Step)
    {
        #expect(MaterialRule.step(mark: "new", delivered: delivered, present: present) == step)
    }

    @Test(arguments: [("a.ipynb", "a (new).ipynb"), ("a", "a (new)"), (".rc", ".rc (new)"), ("a.b.c", "a.b (new).c")])
    func `names a new version`(_ name: String, _ other: String) {
        #expect(MaterialRule.name(beside: name, " (new)") == other)
    }
}

@Suite struct `Material in a home` {
    private struct Place {
        let material: String
        let home: String
        var delivered: [String: String] = [:]

        mutating func deliver() throws -> MaterialOutcome {
            let outcome = try MaterialDelivery(
                material: Descriptor(opening: material, O_RDONLY | O_DIRECTORY),
                home: Descriptor(opening: home, O_RDONLY | O_DIRECTORY),
                folder: "course",
                delivered: delivered,
                suffix: " (new)",
            ).run()
            delivered = outcome.delivered
            return outcome
        }

        func write(_ text: String, _ name: String) throws {
            try text.write(toFile: "\(material)/\(name)", atomically: false, encoding: .utf8)
        }

        func edit(_ text: String, _ name: String) throws {
            try text.write(toFile: "\(home)/course/\(name)", atomically: false, encoding: .utf8)
        }

        func text(_ name: String) -> String? {
            FileManager.default.contents(atPath: "\(home)/course/\(name)").map { String(decoding: $0, as: UTF8.self) }
        }

        var names: [String] {
            ((try? FileManager.default.subpathsOfDirectory(atPath: "\(home)/course")) ?? []).sorted()
        }
    }

    private func withPlace(_ body: (inout Place) throws -> Void) throws {
        let top = NSTemporaryDirectory() + "carrel-material-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: top) }
        for name in ["material/week", "home"] {
            try FileManager.default.createDirectory(atPath: "\(top)/\(name)", withIntermediateDirectories: true)
        }
        var place = Place(material: "\(top)/material", home: "\(top)/home")
        try body(&place)
    }

    @Test func `arrives, is renewed where nobody edited it, and never touches what was edited`() throws {
        try withPlace { place in
            try place.write("one", "a.txt")
            try place.write("two", "week/b.txt")
            #expect(try place.deliver().written == 2)
            #expect(place.text("a.txt") == "one")
            #expect(place.text("week/b.txt") == "two")
            #expect(try place.deliver().written == 0)

            try place.edit("mine", "a.txt")
            try place.write("one, better", "a.txt")
            try place.write("two, better", "week/b.txt")
            let outcome = try place.deliver()
            #expect(outcome.beside == ["course/a (new).txt"])
            #expect(place.text("a.txt") == "mine")
            #expect(place.text("a (new).txt") == "one, better")
            #expect(place.text("week/b.txt") == "two, better")
            #expect(try place.deliver().written == 0)
        }
    }

    @Test func `that was removed stays away until there is a new version, and what it lacks now stays`() throws {
        try withPlace { place in
            try place.write("one", "a.txt")
            try place.write("two", "b.txt")
            _ = try place.deliver()
            try FileManager.default.removeItem(atPath: "\(place.home)/course/a.txt")
            try FileManager.default.removeItem(atPath: "\(place.material)/b.txt")
            _ = try place.deliver()
            #expect(place.names == ["b.txt", "week"] || place.names == ["b.txt"])
            try place.write("one, better", "a.txt")
            _ = try place.deliver()
            #expect(place.text("a.txt") == "one, better")
        }
    }

    @Test func `follows no link, in the material or in the home`() throws {
        try withPlace { place in
            let outside = place.material + "/../outside"
            try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
            try "secret".write(toFile: outside + "/a.txt", atomically: false, encoding: .utf8)
            try FileManager.default.createSymbolicLink(
                atPath: place.material + "/link.txt",
                withDestinationPath: outside + "/a.txt",
            )
            try place.write("one", "week/a.txt")
            try place.write("two", "b.txt")
            try FileManager.default.createDirectory(atPath: place.home + "/course", withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: place.home + "/course/week",
                withDestinationPath: outside,
            )
            try FileManager.default.createSymbolicLink(
                atPath: place.home + "/course/b.txt",
                withDestinationPath: outside + "/a.txt",
            )
            let outcome = try place.deliver()
            #expect(outcome.failed == 1)
            #expect(outcome.beside == ["course/b (new).txt"])
            #expect(place.text("link.txt") == nil)
            let kept = FileManager.default.contents(atPath: outside + "/a.txt")
            #expect(kept.map { String(decoding: $0, as: UTF8.self) } == "secret")
        }
    }

    @Test func `that was cut short goes on next time`() throws {
        try withPlace { place in
            try place.write("one", "a.txt")
            try place.write("two", "b.txt")
            _ = try place.deliver()
            place.delivered = [:]
            #expect(try place.deliver().written == 0)
            #expect(place.delivered.count == 2)
        }
    }
}
