import Foundation
import Testing

@testable import CarrelData

@Suite struct `What a mount knows of versions` {
    static let began = Date(timeIntervalSince1970: 1_800_000_000)
    static let path = DataPath("home/a.txt") ?? .root
    static let copy = DataPath("home/b.txt") ?? .root

    enum Step: Sendable {
        case gets(String), writes(String), lists(String), listsWithout, doubts, moves, removes
    }

    static func entry(_ version: String?, _ modified: Double? = nil) -> DataEntry {
        DataEntry(
            name: DataName("a.txt"),
            kind: .file(size: 1),
            modified: modified.map { DataTime(began.addingTimeInterval($0)) },
            version: version.map { DataVersion($0) }
        )
    }

    static let table: [([Step], DataEntry?, VersionMemory.Plan)] = [
        ([], nil, .write(.isNew)),
        ([.gets("1")], nil, .write(.isNew)),
        ([.gets("1")], entry("1"), .write(.version(DataVersion("1")))),
        ([.gets("1")], entry("2"), .keepBoth),
        ([.gets("W/1")], entry("1"), .write(.version(DataVersion("1")))),
        ([.gets("1")], entry(nil), .write(.none)),
        ([.writes("1")], entry("1"), .write(.version(DataVersion("1")))),
        ([.writes("1")], entry("2"), .keepBoth),
        ([.gets("1"), .lists("2")], entry("2"), .keepBoth),
        ([.lists("1"), .lists("2")], entry("2"), .write(.version(DataVersion("2")))),
        ([.lists("1")], entry("2"), .keepBoth),
        ([.gets("1"), .gets("2")], entry("2"), .write(.version(DataVersion("2")))),
        ([.gets("1"), .doubts], entry("2"), .write(.version(DataVersion("2")))),
        ([.listsWithout], entry("1"), .keepBoth),
        ([.gets("1"), .removes], entry("2", -10), .write(.version(DataVersion("2")))),
        ([], entry("1"), .write(.version(DataVersion("1")))),
        ([], entry("1", -10), .write(.version(DataVersion("1")))),
        ([], entry("1", 10), .keepBoth),
        ([.gets("1"), .moves], entry("1", 10), .keepBoth),
    ]

    @Test(arguments: table)
    func `decides how it writes`(_ steps: [Step], _ present: DataEntry?, _ plan: VersionMemory.Plan) throws {
        var memory = VersionMemory(began: Self.began)
        let folder = try #require(Self.path.parent)
        for step in steps {
            switch step {
            case .gets(let version), .writes(let version): memory.hold(Self.path, DataVersion(version))
            case .lists(let version): memory.list([Self.entry(version)], of: folder)
            case .listsWithout: memory.listedWhole(folder)
            case .doubts: memory.doubt(Self.path)
            case .moves: memory.move(Self.path, to: Self.copy)
            case .removes: memory.remove(Self.path)
            }
        }
        #expect(memory.plan(Self.path, present: present) == plan)
    }

    @Test func `goes with a folder that is moved`() throws {
        var memory = VersionMemory(began: Self.began)
        memory.hold(Self.path, DataVersion("1"))
        memory.move(try #require(DataPath("home")), to: try #require(DataPath("away")))
        #expect(memory.plan(try #require(DataPath("away/a.txt")), present: Self.entry("2")) == .keepBoth)
    }

    @Test func `takes its own version for arrived until it looks again or time has passed`() {
        var memory = VersionMemory(began: Self.began)
        memory.keptBoth(Self.path, at: Self.copy, DataVersion("3"), now: Self.began)
        #expect(memory.copy(of: Self.path, at: Self.began.addingTimeInterval(59)) == Self.copy)
        #expect(memory.copy(of: Self.path, at: Self.began.addingTimeInterval(61)) == nil)
        memory.hold(Self.path, DataVersion("2"))
        #expect(memory.copy(of: Self.path, at: Self.began) == nil)
    }

    @Test func `takes a removal after a write that failed for one of remains, once`() {
        var memory = VersionMemory(began: Self.began)
        func remains(_ path: DataPath = Self.path, after seconds: Double) -> VersionMemory.Remains? {
            memory.remains(of: path, now: Self.began.addingTimeInterval(seconds))
        }
        #expect(remains(after: 0) == nil)
        memory.begin(Self.path)
        #expect(remains(after: 5_000) == .doubtful, "it may still be under way")
        #expect(remains(after: 5_000) == nil)
        memory.begin(Self.path)
        memory.finish(Self.path)
        #expect(remains(after: 0) == nil)
        memory.fail(Self.path, isRefused: true, now: Self.began)
        #expect(remains(Self.copy, after: 1) == nil)
        #expect(remains(after: 1) == .certain)
        memory.fail(Self.path, isRefused: false, now: Self.began)
        #expect(remains(after: 1) == .doubtful)
        memory.fail(Self.path, isRefused: true, now: Self.began)
        #expect(remains(after: 61) == nil, "a person's")
    }

    @Test func `forgets what it only saw before what it has`() throws {
        var memory = VersionMemory(began: Self.began)
        memory.hold(Self.path, DataVersion("1"))
        let folder = try #require(DataPath("many"))
        let entries = (0...VersionMemory.most).map {
            DataEntry(name: DataName("\($0)"), kind: .file(size: 1), version: DataVersion("1"))
        }
        memory.list(entries, of: folder)
        #expect(memory.plan(Self.path, present: Self.entry("2")) == .keepBoth)
        let other = try #require(DataPath("many/7"))
        #expect(memory.plan(other, present: Self.entry("2")) == .write(.version(DataVersion("2"))))
    }

    @Test(arguments: [
        ("report.txt", "report (conflict lab ", ").txt"), ("Makefile", "Makefile (conflict lab ", ")"),
        (".profile", ".profile (conflict lab ", ")"), (String(repeating: "é", count: 127), "ééé", ")"),
    ])
    func `names the other version`(_ name: String, _ beginning: String, _ end: String) throws {
        let made = ConflictName.make(try #require(DataName(name)), mount: "lab", at: Self.began, number: 1)
        let text = try #require(made?.text)
        #expect(text.hasPrefix(beginning) && text.hasSuffix(end), "\(text)")
        let second = ConflictName.make(try #require(DataName(name)), mount: "a/b", at: Self.began, number: 2)
        #expect(second?.text?.contains(" 2)") ?? false)
        #expect(text.contains("2027-01-15 "))
    }
}
