import CarrelTestSupport
import Testing

@testable import CarrelModel

@Suite struct EntitlementPatternTests {
    @Test(arguments: [
        ("vo.example.eu", "urn:mace:egi.eu:group:vo.example.eu"),
        ("vo.example.eu:role=vm_operator", "urn:mace:egi.eu:group:vo.example.eu:role=vm_operator"),
        ("vo.example.eu:sub:*", "urn:mace:egi.eu:group:vo.example.eu:sub:*"),
        ("urn:geant:dfn.de:group:x", "urn:geant:dfn.de:group:x"),
        ("URN:Geant:dfn.de:group:x:*", "urn:geant:dfn.de:group:x:*"),
        ("Minun%20Ryhm%c3%a4ni", "urn:mace:egi.eu:group:Minun%20Ryhm%C3%A4ni"),
    ])
    func `a pattern is shown as a whole URN, which is read alike`(_ written: String, _ text: String) throws {
        let pattern = try EntitlementPattern(written, under: .egi)
        #expect(pattern.text == text)
        #expect(try EntitlementPattern(text, under: nil) == pattern)
    }

    /// The first table of `docs/explanation/entitlements.md`.
    @Test(arguments: [
        ("", [true, false, false, false]), (":role=member", [false, true, false, false]),
        (":sub", [false, false, true, false]), (":*", [true, true, true, true]),
        (":sub:*", [false, false, true, true]),
    ])
    func `a pattern matches what the page on entitlements says`(_ pattern: String, _ matches: [Bool]) throws {
        let pattern = try EntitlementPattern("vo.example.eu\(pattern)", under: .egi)
        let entitlements = try ["", ":role=member", ":sub", ":sub:role=member"].map {
            try Entitlement("urn:mace:egi.eu:group:vo.example.eu\($0)#aai.egi.eu")
        }
        #expect(entitlements.map(pattern.matches) == matches)
    }

    /// The second table of that page.
    @Test(arguments: [
        "urn:geant:egi.eu:group:vo.example.eu", "urn:mace:EGI.EU:group:vo.example.eu",
        "urn:mace:egi.eu:group:VO.example.eu", "urn:mace:egi.eu:group:vo.example.eu.evil.org",
        "urn:mace:egi.eu:group:evil.org:group:vo.example.eu", "urn:mace:egi.eu:group:vo.example.eu%3Arole=member",
        "urn:mace:egi.eu:group:role=member:vo.example.eu", "urn:mace:egi.eu:group:vo.example.eu::sub",
        "urn:mace:egi.eu:group:vo.example.eu/sub", "urn:mace:egi.eu:group:v\u{043E}.example.eu",
    ])
    func `what only looks like a membership isn't one`(_ text: String) throws {
        let entitlement = try? Entitlement(text)
        for written in ["vo.example.eu", "vo.example.eu:*", "vo.example.eu:role=member"] {
            let pattern = try EntitlementPattern(written, under: .egi)
            #expect(entitlement.map(pattern.matches) != true)
        }
    }

    @Test(arguments: [
        ("vo.example.eu", "vo.example.eu", true), ("vo.example.eu", "vo.example.eu#aai.egi.eu", true),
        ("vo.example.eu", "vo.example.eu:role=member", false), ("vo.example.eu", "vo.example.eu:sub", false),
        ("vo.example.eu", "VO.example.eu", false), ("vo.example.eu", "vo.example.eu.evil.org", false),
        ("vo.example.eu:role=member", "vo.example.eu:role=member#aai.egi.eu", true),
        ("vo.example.eu:role=member", "vo.example.eu", false),
        ("vo.example.eu:role=member", "vo.example.eu:role=members", false),
        ("vo.example.eu:role=member", "vo.example.eu:role=Member", false),
        ("vo.example.eu:role=member", "vo.example.eu:sub:role=member", false),
        ("vo.example.eu:*", "vo.example.eu", true), ("vo.example.eu:*", "vo.example.eu:role=member", true),
        ("vo.example.eu:*", "vo.example.eu:sub", true), ("vo.example.eu:*", "vo.example.eu:a:b:role=x#y", true),
        ("vo.example.eu:*", "vo.example.eux", false), ("vo.example.eu:*", "other:vo.example.eu", false),
        ("vo.example.eu:*", "vo.example.eu%3Asub", false), ("vo.example.eu:sub:*", "vo.example.eu:sub:x", true),
        ("vo.example.eu:sub:*", "vo.example.eu", false), ("vo.example.eu:sub:*", "vo.example.eu:role=sub", false),
        ("vo.example.eu:sub", "*", false), ("vo.example.eu", "other:group:vo.example.eu", false),
        ("caf%C3%A9", "caf%c3%a9", true), ("caf%C3%A9", "cafe", false),
    ])
    func `a pattern matches what it names, in its namespace`(_ written: String, _ group: String, _ isMatch: Bool) throws
    {
        let pattern = try EntitlementPattern(written, under: .egi)
        #expect(try pattern.matches(Entitlement("urn:mace:egi.eu:group:\(group)")) == isMatch)
        for other in ["urn:geant:egi.eu", "urn:mace:egi.eu.evil.org", "urn:mace:EGI.EU", "urn:mace:egi.eu:sub"] {
            #expect(try !pattern.matches(Entitlement("\(other):group:\(group)")))
        }
        #expect(try pattern.matches(Entitlement("URN:MACE:egi.eu:group:\(group)")) == isMatch)
    }

    @Test(arguments: [
        ("", EntitlementPatternFault.empty), ("vo#aai.egi.eu", .authority), ("urn:mace:egi.eu:group:vo#", .authority),
        ("*", .wildcard), ("urn:mace:egi.eu:group:*", .wildcard), ("urn:mace:egi.eu:*", .malformed(.noGroup)),
        ("vo*", .wildcard), ("vo:*:sub", .wildcard), ("vo:*:*", .wildcard), ("*.example.eu", .wildcard),
        ("vo:role=*", .wildcard), ("vo:role=x:*", .wildcard),
        ("group:vo", .halfWritten), ("mace:egi.eu:group:vo", .halfWritten), ("egi.eu:group:vo", .halfWritten),
        ("urn:mace:egi.eu:vo", .malformed(.noGroup)), ("urn:mace:group:vo", .malformed(.order)),
        ("urn:mace:egi.eu:group", .malformed(.order)), ("role=x", .malformed(.order)),
        ("vo:role=x:sub", .malformed(.role)), ("vo:Role=x", .malformed(.role)), ("vo:role=", .malformed(.role)),
        ("vo:", .malformed(.emptyPart)), ("vo::sub", .malformed(.emptyPart)), (":vo", .malformed(.emptyPart)),
        ("vo example", .malformed(.character)), (" vo", .malformed(.character)), ("vo/sub", .malformed(.character)),
        ("/vo.example.eu", .malformed(.character)), ("v\u{043E}.example.eu", .malformed(.character)),
        ("vo%2", .malformed(.percentEncoding)), ("urn:x:y:group:vo", .malformed(.namespaceIdentifier)),
        (String(repeating: "x", count: 1001), .malformed(.tooLong)),
        (String(repeating: "x", count: 990), .malformed(.tooLong)),
    ])
    func `nonsense is refused with its fault and what to write instead`(
        _ written: String,
        _ fault: EntitlementPatternFault,
    ) {
        let error = EntitlementError.unfitPattern(EntitlementError.excerpt(written), fault)
        #expect(throws: error) { try EntitlementPattern(written, under: .egi) }
        #expect(error.message.contains(fault.reason) && error.remedy == fault.remedy && error.message.count < 300)
    }

    @Test func `a short form needs a namespace`() {
        #expect(throws: EntitlementError.unfitPattern("vo", .noNamespace)) {
            try EntitlementPattern("vo", under: nil)
        }
    }

    @Test func `whatever is written, what it matches is at or below what it names`() {
        var generator = SeededGenerator(for: "entitlement pattern")
        let pieces = ["vo", ":", ":a", ":b", ":*", "*", ":role=x", "group", "urn:mace:egi.eu:group:", "#", "%3A"]
        var matches = 0
        for _ in 0..<20_000 {
            guard let pattern = try? EntitlementPattern("vo" + generator.text(of: pieces, upTo: 3), under: .egi),
                let entitlement = try? Entitlement("urn:mace:egi.eu:group:vo" + generator.text(of: pieces, upTo: 3))
            else { continue }
            let base = pattern.text.hasSuffix(":*") ? String(pattern.text.dropLast(2)) : nil
            let isBelow = base.map { entitlement.text == $0 || entitlement.text.hasPrefix($0 + ":") }
            #expect(pattern.matches(entitlement) == (isBelow ?? (entitlement.text == pattern.text)))
            matches += pattern.matches(entitlement) ? 1 : 0
        }
        #expect(matches > 100)
    }
}
