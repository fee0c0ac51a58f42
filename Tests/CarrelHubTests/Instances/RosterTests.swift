import CarrelModel
import Foundation
import Testing

@testable import CarrelHub
@testable import CarrelStore

@Suite struct `A list of people` {
    private func names(_ text: String) throws -> [String] { try Roster(text).lines.map(\.text) }

    @Test(arguments: [
        ("ada\nbob", ["ada", "bob"]),
        ("ada\r\nbob\r\n\r\n", ["ada", "bob"]),
        ("\u{FEFF}ada\n  bob  ", ["ada", "bob"]),
        ("ada,Ada Lovelace\nbob,Bob", ["ada", "bob"]),
        ("user;mail\nada;a@b\nbob;b@c", ["ada", "bob"]),
        ("Name\tUsername\nAda Lovelace\tada\nBob\tbob", ["ada", "bob"]),
        ("\"ada\",\"says \"\"hi\"\"\"\n\"bob\",", ["ada", "bob"]),
        ("name\nada", ["ada"]),
        ("mail,login\n,\nx@y,ada\nshort", ["ada", ""]),
    ])
    func `is read from lines and tables`(_ text: String, _ expected: [String]) throws {
        #expect(try names(text) == expected)
    }

    @Test func `says which column it took, and that it isn't UTF-8`() throws {
        #expect(try Roster("user;mail\nada;a@b").remarks.first?.contains("“user”") == true)
        let latin = try Roster(bytes: Array("jos".utf8) + [0xE9, 0x0A])
        #expect(latin.lines.map(\.text) == ["josé"])
        #expect(latin.remarks.first?.contains("Latin-1") == true)
        #expect(try Roster(bytes: [0xEF, 0xBB, 0xBF] + Array("ada".utf8)).lines.map(\.text) == ["ada"])
    }

    @Test func `refuses what it can't read`() throws {
        #expect(throws: Roster.Fault.wide) { try Roster(bytes: [0xFF, 0xFE, 0x61, 0x00]) }
        #expect(throws: Roster.Fault.empty) { try Roster("\n \n") }
        #expect(throws: Roster.Fault.empty) { try Roster("username,mail\n") }
        let many = (0...2000).map { "u\($0)" }.joined(separator: "\n")
        #expect(throws: Roster.Fault.tooLong(count: 2001)) { try Roster(many) }
    }

    @Test func `is sorted into what is made, who joins, who is in, and what can't be taken`() throws {
        let roster = try Roster("ada\nbob\nADA\ncyd\ndan\nеlse\neve/l\nx y\n" + String(repeating: "z", count: 300))
        var known = RosterStore.Known()
        func add(_ name: String, isForOther: Bool = false, role: InstanceMemberRecord.Role? = nil) throws {
            let name = try UserName(normalizing: name)
            known.users[name] = RosterStore.Known.Found(isForOther: isForOther, role: role)
            known.names[name.skeleton] = name
        }
        try add("bob")
        try add("cyd", role: .member)
        try add("dan", isForOther: true)
        let plan = RosterPlan(roster, known: known)
        #expect(plan.made.map(\.text).contains("ada"))
        #expect(plan.joining.map(\.text) == ["bob"])
        #expect(plan.alreadyIn == 1)
        #expect(plan.repeated == 1)
        let refused = Set(plan.refused.map(\.line.number))
        #expect(refused.isSuperset(of: [5, 7, 9]))
        #expect(plan.isPossible)
    }

    @Test func `refuses a name that looks like another's`() throws {
        var known = RosterStore.Known()
        let ape = try UserName(normalizing: "ape")
        known.users[ape] = RosterStore.Known.Found(isForOther: false, role: nil)
        known.names[ape.skeleton] = ape
        let plan = RosterPlan(try Roster("аре"), known: known)
        #expect(plan.refused.first?.why.contains("looks like") == true)
    }

    @Test func `has room for as many as there are places`() throws {
        var known = RosterStore.Known()
        known.freePlaces = 1
        let plan = RosterPlan(try Roster("ada\nbob\nada"), known: known)
        #expect(plan.missingPlaces == 1)
        #expect(!plan.isPossible)
    }

    @Test func `of two thousand odd names is read without harm`() throws {
        var random = SystemRandomNumberGenerator()
        let seed = random.next()
        var generator = SeededBytes(state: seed)
        let bytes = (0..<60_000).map { _ in UInt8.random(in: 1...255, using: &generator) }
        if let roster = try? Roster(bytes: bytes) {
            let plan = RosterPlan(roster, known: RosterStore.Known())
            #expect(plan.fates.count == roster.lines.count, "seed \(seed)")
        }
    }
}

private struct SeededBytes: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state
    }
}
