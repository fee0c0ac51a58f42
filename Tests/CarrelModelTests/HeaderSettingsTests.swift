import Testing

@testable import CarrelModel

@Suite struct HeaderSettingsTests {
    private static let least = "kind: header, userHeader: X-Remote-User, secretFile: portal.secret"

    private static func file(_ keys: String = "") -> String {
        "authenticators: {portal: {\(least)\(keys.isEmpty ? "" : ", \(keys)")}}"
    }

    @Test func `the least there must be, and what servers mustn't see`() throws {
        let all = try configuration(Self.file("groupsHeader: X-Groups"))
        let one = try #require(all.authenticators.first)
        #expect((one.kind, one.kind.start) == (.header, .proven))
        #expect(one.header.secretFile?.hasSuffix("/portal.secret") == true)
        #expect(all.privateFields == ["x-carrel-secret", "x-groups", "x-remote-user"])
        #expect(try configuration("").privateFields == ["x-carrel-secret"])
    }

    @Test(arguments: [
        ("refresh: 1h", "authenticators.portal.refresh: found a key without use here"),
        ("base: 'dc=x'", "authenticators.portal.base: found a key without use here"),
        (
            "secretHeader: x-remote-user",
            "authenticators.portal.secretHeader: found x-remote-user, expected a header that"
        ),
        ("emailHeader: X-CARREL-SECRET", "authenticators.portal.emailHeader: found X-CARREL-SECRET"),
        ("emailHeader: Cookie", "authenticators.portal.emailHeader: found “Cookie”, expected the name of a header"),
        ("emailHeader: 'a b'", "authenticators.portal.emailHeader: found “a b”"),
        ("emailHeader: X_Mail", "authenticators.portal.emailHeader: found “X_Mail”"),
        ("signOutURL: 'javascript:x'", "authenticators.portal.signOutURL: found"),
        ("memberships: {a: {entitlements: [x], group: a}}", "memberships.a.entitlements: found a key without use here"),
    ])
    func `what can't be is refused at its place`(keys: String, expected: String) {
        let found = problems(Self.file(keys))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func `what must be given is asked for`() {
        let found = problems("authenticators: {portal: {kind: header}}")
        for key in ["userHeader", "secretFile"] {
            #expect(found.contains { $0.contains("authenticators.portal.\(key): found no such key") }, "\(found)")
        }
    }
}
