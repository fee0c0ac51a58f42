import Testing

@testable import CarrelModel

@Suite struct EntitlementRulesTests {
    private let rules: EntitlementRules

    init() throws {
        func rule(_ name: String, _ written: String...) throws -> EntitlementRules.Rule {
            try EntitlementRules.Rule(name, anyOf: written.map { try EntitlementPattern($0, under: .egi) })
        }
        rules = EntitlementRules([
            try rule("members", "vo.example.eu:*", "vo.other.eu:role=member"),
            try rule("operators", "vo.example.eu:role=vm_operator"),
            try rule("guests", "urn:geant:dfn.de:group:guests"),
            try rule("members", "vo.third.eu"),
            try rule("nobody"),
        ])
    }

    @Test func `names come once, in the order of the provider, then of the rules`() throws {
        let outcome = try rules.outcome(of: [
            "urn:geant:dfn.de:group:guests#login.dfn.de",
            "urn:mace:egi.eu:group:vo.example.eu:role=vm_operator#aai.egi.eu",
            "urn:mace:egi.eu:group:vo.other.eu:role=member#aai.egi.eu",
            "urn:mace:egi.eu:group:vo.third.eu",
            "urn:geant:dfn.de:group:guests#login.dfn.de",
        ])
        #expect(outcome == EntitlementRules.Outcome(names: ["guests", "members", "operators"], ignored: [:]))
    }

    @Test(arguments: [
        ("vo.example.eu", ["members"]), ("vo.third.eu", ["members"]), ("vo.other.eu", []), ("vo.fourth.eu", []),
        ("vo.other.eu:role=vm_operator", []), ("vo.example.eu:sub:role=vm_operator", ["members"]),
    ])
    func `a rule follows from any of its patterns and no other`(_ group: String, _ names: [String]) throws {
        #expect(try rules.outcome(of: ["urn:mace:egi.eu:group:\(group)"]).names == names)
    }

    @Test func `what isn't an entitlement is ignored and counted, and the rest holds`() throws {
        let outcome = try rules.outcome(of: [
            "urn:mace:dir:entitlement:common-lib-terms", "urn:mace:egi.eu:res:rcauth#aai.egi.eu", "",
            "urn:mace:egi.eu:group:vo.example.eu/x", "urn:mace:egi.eu:group:vo.third.eu", "admin",
        ])
        #expect(outcome.names == ["members"])
        #expect(outcome.ignored == [.noGroup: 2, .emptyPart: 1, .character: 1, .notAURN: 1])
    }

    @Test func `nothing follows from nothing`() throws {
        #expect(try rules.outcome(of: []) == EntitlementRules.Outcome(names: [], ignored: [:]))
        #expect(try EntitlementRules([]).outcome(of: ["urn:mace:egi.eu:group:vo"]).names.isEmpty)
    }

    @Test func `five thousand values are looked at, and more are an error that says so`() throws {
        var values = (0..<4999).map { "urn:mace:egi.eu:group:vo\($0)" } + ["urn:mace:egi.eu:group:vo.third.eu"]
        #expect(try rules.outcome(of: values).names == ["members"])
        values.append("urn:mace:egi.eu:group:vo.third.eu")
        let error = #expect(throws: EntitlementError.tooMany(count: 5001)) { try rules.outcome(of: values) }
        #expect(error?.message.contains("5001") == true && error?.message.contains("5000") == true)
    }

    @Test(arguments: [1001, 200_000])
    func `a value that is too long is an error that says so, though another would do`(_ count: Int) {
        let long = String(repeating: "x", count: count)
        #expect(throws: EntitlementError.tooLong(bytes: count)) {
            try rules.outcome(of: ["urn:mace:egi.eu:group:vo.third.eu", long])
        }
    }
}
