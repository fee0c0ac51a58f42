import CarrelTestSupport
import Testing

@testable import CarrelModel

@Suite struct EntitlementTests {
    private static let refused: [(String, EntitlementFault)] = [
        // Other kinds of values.
        ("", EntitlementFault.emptyPart), ("vo.notebooks.egi.eu", .notAURN), ("member", .notAURN),
        ("https://aai.egi.eu/LoA#Substantial", .character), ("mace:egi.eu:group:vo", .notAURN),
        ("xurn:mace:egi.eu:group:vo", .notAURN), (" urn:mace:egi.eu:group:vo", .character),
        ("urn:mace:dir:entitlement:common-lib-terms", .noGroup), ("urn:mace:egi.eu:res:rcauth#aai.egi.eu", .noGroup),
        ("urn:mace:egi.eu:aai.egi.eu:member@vo", .noGroup), ("urn:mace:egi.eu:GROUP:vo", .noGroup),
        ("urn:mace:egi.eu:group=vo", .noGroup), ("urn", .noGroup), ("urn:mace:egi.eu:%67roup:vo", .noGroup),
        // Other order.
        ("urn:group:mace:egi.eu:vo", .order), ("urn:mace:group:vo", .order), ("urn:mace:group:egi.eu:group:vo", .order),
        ("group:urn:mace:egi.eu:vo", .notAURN),
        ("urn:mace:egi.eu:group", .order), ("urn:mace:egi.eu:group:role=member", .order),
        ("urn:mace:egi.eu:group:role=member:vo", .role), ("urn:mace:egi.eu:group:vo:role=a:sub", .role),
        ("urn:mace:egi.eu:group:vo:role=a:role=b", .role),
        ("urn:mace:egi.eu:group:vo#aai.egi.eu:role=admin#x", .authority),
        // Identifiers of namespaces.
        ("urn:m:egi.eu:group:vo", .namespaceIdentifier), ("urn:-mace:egi.eu:group:vo", .namespaceIdentifier),
        ("urn:mace-:egi.eu:group:vo", .namespaceIdentifier), ("urn:ma.ce:egi.eu:group:vo", .namespaceIdentifier),
        ("urn:\(String(repeating: "m", count: 33)):egi.eu:group:vo", .namespaceIdentifier),
        ("urn:m%61ce:egi.eu:group:vo", .namespaceIdentifier),
        // Empty parts.
        ("urn::egi.eu:group:vo", .emptyPart), ("urn:mace::group:vo", .emptyPart),
        ("urn:mace:egi.eu::group:vo", .emptyPart),
        ("urn:mace:egi.eu:group:", .emptyPart), ("urn:mace:egi.eu:group::vo", .emptyPart),
        ("urn:mace:egi.eu:group:vo:", .emptyPart), ("urn:mace:egi.eu:group:vo::role=x", .emptyPart),
        (":urn:mace:egi.eu:group:vo", .emptyPart), (":", .emptyPart), ("#", .authority), ("#aai.egi.eu", .emptyPart),
        // Roles.
        ("urn:mace:egi.eu:group:vo:role=", .role), ("urn:mace:egi.eu:group:vo:ROLE=admin", .role),
        ("urn:mace:egi.eu:group:vo:Role=admin:role=member", .role),
        // Characters.
        ("urn:mace:egi.eu:group:vo//x", .character), ("urn:mace:egi.eu:group:vo/role=x", .character),
        ("urn:mace:egi.eu:group:vo x", .character), ("urn:mace:egi.eu:group:vo\n", .character),
        ("urn:mace:egi.eu:group:vo\u{0}", .character), ("urn:mace:egi.eu:group:vo?+x", .character),
        ("urn:mace:egi.eu:group:vo?=x", .character), ("urn:mace:egi.eu:group:vo\\x", .character),
        ("urn:mace:egi.eu:group:<script>", .character), ("urn:mace:egi.eu:group:vo\"", .character),
        ("urn:mace:egi.eu:group:ünï", .character), ("urn:mace:egi.eu:group:v\u{043E}", .character),
        ("urn：mace:egi.eu:group:vo", .character), ("urn:mace:egi\u{2024}eu:group:vo", .character),
        ("urn:mace:egi.eu:group:vo\u{202E}", .character), ("urn:mace:egi.eu:group:vo\u{200B}", .character),
        ("urn:mace:egi.eu:group:vo\u{FF03}x", .character), ("urn:mace:egi.eu:group:vo:\u{0301}", .character),
        ("urn:mace:egi.eu:group:vo#a a", .character), ("urn:mace:egi.eu:group:vo#ünï", .character),
        // Percent-encoding.
        ("urn:mace:egi.eu:group:vo%", .percentEncoding), ("urn:mace:egi.eu:group:vo%4", .percentEncoding),
        ("urn:mace:egi.eu:group:vo%zz", .percentEncoding), ("urn:mace:egi.eu:group:vo%+1", .percentEncoding),
        ("urn:mace:egi.eu:group:vo%4:1", .percentEncoding), ("urn:mace:egi.eu:group:vo%00", .percentEncoding),
        ("urn:mace:egi.eu:group:vo%0D%0Ax", .percentEncoding), ("urn:mace:egi.eu:group:vo%C3", .percentEncoding),
        ("urn:mace:egi.eu:group:vo%C0%AF", .percentEncoding), ("urn:mace:egi.eu:group:vo%C2%80", .percentEncoding),
        ("urn:mace:egi.eu:group:vo%ED%A0%80", .percentEncoding),
        // Authorities.
        ("urn:mace:egi.eu:group:vo#", .authority), ("urn:mace:egi.eu:group:vo#a#b", .authority),
        ("urn:mace:egi.eu:group:vo##", .authority), ("urn:mace:egi.eu:group:vo#%00", .percentEncoding),
        // Sizes.
        ("urn:mace:egi.eu:group:" + String(repeating: "x", count: 979), .tooLong),
        ("urn:mace:egi.eu:group:vo#" + String(repeating: "x", count: 200_000), .tooLong),
        (String(repeating: ":", count: 200_000), .tooLong), (String(repeating: "ü", count: 501), .tooLong),
    ]

    @Test(arguments: [
        ("urn:mace:egi.eu:group:vo.notebooks.egi.eu", "urn:mace:egi.eu", ["vo.notebooks.egi.eu"], nil),
        ("urn:mace:egi.eu:group:vo.notebooks.egi.eu#aai.egi.eu", "urn:mace:egi.eu", ["vo.notebooks.egi.eu"], nil),
        (
            "urn:mace:egi.eu:group:fedcloud.egi.eu:role=vm_operator#aai.egi.eu", "urn:mace:egi.eu", ["fedcloud.egi.eu"],
            "vm_operator"
        ),
        ("urn:mace:egi.eu:group:vo:a:b:c:role=member#aai.egi.eu", "urn:mace:egi.eu", ["vo", "a", "b", "c"], "member"),
        ("urn:geant:dfn.de:nfdi.de:group:example#authority.host.de", "urn:geant:dfn.de:nfdi.de", ["example"], nil),
        ("urn:geant:h-df.de:group:aai-admin", "urn:geant:h-df.de", ["aai-admin"], nil),
        ("urn:geant:eosc:group:pp-6f1c", "urn:geant:eosc", ["pp-6f1c"], nil),
        ("URN:Mace:egi.eu:group:vo", "urn:mace:egi.eu", ["vo"], nil),
        ("urn:mace:EGI.EU:group:VO:role=Member", "urn:mace:EGI.EU", ["VO"], "Member"),
        ("urn:mace:egi.eu:group:Minun%20Ryhm%c3%a4ni", "urn:mace:egi.eu", ["Minun%20Ryhm%C3%A4ni"], nil),
        ("urn:mace:egi.eu:group:vo%3arole=x", "urn:mace:egi.eu", ["vo%3Arole=x"], nil),
        ("urn:mace:egi.eu:group:vo%23x#y", "urn:mace:egi.eu", ["vo%23x"], nil),
        ("urn:mace:egi.eu:group:a=b:*:role=c=d", "urn:mace:egi.eu", ["a=b", "*"], "c=d"),
        ("urn:mace:egi.eu:group:vo:group:other", "urn:mace:egi.eu", ["vo", "group", "other"], nil),
        ("urn:mace:egi.eu:group:group", "urn:mace:egi.eu", ["group"], nil),
        ("urn:mace:egi.eu:group:vo:Group", "urn:mace:egi.eu", ["vo", "Group"], nil),
        ("urn:mace:egi.eu:group:vo#https://aai.egi.eu:443/x?y", "urn:mace:egi.eu", ["vo"], nil),
    ])
    func `what AARC-G002 and AARC-G069 allow is read`(
        _ text: String,
        _ namespace: String,
        _ groups: [String],
        _ role: String?,
    ) throws {
        let entitlement = try Entitlement(text)
        #expect(entitlement.namespace.text == namespace && entitlement.groups == groups && entitlement.role == role)
        #expect(try Entitlement(entitlement.text) == entitlement)
    }

    @Test(arguments: refused)
    func `what isn't an entitlement of a group is refused with its fault`(_ text: String, _ fault: EntitlementFault) {
        #expect(throws: fault) { try Entitlement(text) }
    }

    @Test func `one of the longest is read`() throws {
        let text = "urn:mace:egi.eu:group:" + String(repeating: "x", count: 978)
        #expect(text.utf8.count == 1000)
        #expect(try Entitlement(text).text == text)
    }

    @Test(arguments: [
        ("urn:mace:egi.eu:group:vo#aai.egi.eu", "urn:mace:egi.eu:group:vo", true),
        ("urn:mace:egi.eu:group:vo#aai.egi.eu", "urn:mace:egi.eu:group:vo#evil.example", true),
        ("URN:MACE:egi.eu:group:vo", "urn:mace:egi.eu:group:vo", true),
        ("urn:mace:egi.eu:group:%c3%a4", "urn:mace:egi.eu:group:%C3%A4", true),
        ("urn:mace:EGI.EU:group:vo", "urn:mace:egi.eu:group:vo", false),
        ("urn:mace:egi.eu:group:VO", "urn:mace:egi.eu:group:vo", false),
        ("urn:geant:egi.eu:group:vo", "urn:mace:egi.eu:group:vo", false),
        ("urn:mace:egi.eu:x:group:vo", "urn:mace:egi.eu:group:vo", false),
        ("urn:mace:egi.eu:group:vo:role=member", "urn:mace:egi.eu:group:vo", false),
        ("urn:mace:egi.eu:group:vo:role=member", "urn:mace:egi.eu:group:vo:role=Member", false),
        ("urn:mace:egi.eu:group:vo:sub", "urn:mace:egi.eu:group:vo", false),
        ("urn:mace:egi.eu:group:vo%3Asub", "urn:mace:egi.eu:group:vo:sub", false),
        ("urn:mace:egi.eu:group:vo%2Eorg", "urn:mace:egi.eu:group:vo.org", false),
        ("urn:mace:egi.eu:group:a:b", "urn:mace:egi.eu:group:b:a", false),
        ("urn:mace:egi.eu:group:other:group:vo", "urn:mace:egi.eu:group:vo", false),
    ])
    func `two are the same by RFC 8141 without what follows the authority's mark`(
        _ first: String,
        _ second: String,
        _ isSame: Bool,
    ) throws {
        #expect(try (Entitlement(first) == Entitlement(second)) == isSame)
    }

    @Test func `whatever comes, reading it never crashes, and what is read is written back alike`() {
        var generator = SeededGenerator(for: "entitlement")
        let pieces = [
            "urn:", "mace:", "egi.eu", ":", "group:", ":group", "vo", "role=", ":role=x", "#", "%", "%3A", "%c3%a4",
            "é",
            "\u{0}", "*", "/", " ", "URN:", "=",
        ]
        for index in 0..<20_000 {
            let start = index % 2 == 0 ? "urn:mace:egi.eu:group:vo" : ""
            guard let entitlement = try? Entitlement(start + generator.text(of: pieces, upTo: 12)) else { continue }
            #expect((try? Entitlement(entitlement.text)) == entitlement && !entitlement.groups.isEmpty)
        }
    }
}

@Suite struct EntitlementNamespaceTests {
    @Test(arguments: [
        ("urn:mace:egi.eu", "urn:mace:egi.eu"), ("URN:GEANT:dfn.de:nfdi.de", "urn:geant:dfn.de:nfdi.de"),
    ])
    func `a namespace is kept as it is compared`(_ written: String, _ text: String) throws {
        #expect(try EntitlementNamespace(written).text == text)
        #expect(try EntitlementNamespace(EntitlementNamespace.egi.text) == .egi)
    }

    @Test(arguments: [
        ("", EntitlementFault.emptyPart), ("egi.eu", .notAURN), ("urn:mace", .order), ("urn:mace:egi.eu:", .emptyPart),
        ("urn:mace:egi.eu:group", .order), ("urn:mace:egi.eu:group:vo", .order), ("urn:mace:egi.eu#x", .character),
        ("urn:x:egi.eu", .namespaceIdentifier),
    ])
    func `what an operator can't mean is refused in words`(_ written: String, _ fault: EntitlementFault) {
        let error = #expect(throws: EntitlementError.unfitNamespace(written, fault)) {
            try EntitlementNamespace(written)
        }
        #expect(error?.message.contains(fault.reason) == true && error?.remedy.contains("urn:mace:egi.eu") == true)
    }
}
