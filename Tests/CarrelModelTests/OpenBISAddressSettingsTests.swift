import Testing

@testable import CarrelModel

@Suite struct OpenBISAddressSettingsTests {
    private static func file(_ keys: String = "url: 'https://openbis.example.org'") -> String {
        "authenticators: {lab: {kind: openbis\(keys.isEmpty ? "" : ", \(keys)")}}"
    }

    @Test func `the least there must be, without a public address of the hub`() throws {
        let one = try #require(try configuration(Self.file()).authenticators.first)
        #expect((one.kind, one.name, one.kind.start) == (.openbis, "lab", .form))
        #expect((one.openBIS.url, one.issuers) == ("https://openbis.example.org", ["https://openbis.example.org"]))
        #expect(one.openBIS.verifyCertificates && one.openBIS.newAccounts && one.openBIS.keepAlive)
        #expect(!one.openBIS.signOutThere && !one.kind.givesTokens)
        #expect((one.deadline, one.refresh, one.certificateAuthority) == (.seconds(5), .seconds(900), nil))
    }

    @Test func `all that can be said`() throws {
        let text = """
            url: 'https://openbis.example.org:8443', certificateAuthority: ca.pem, verifyCertificates: false, newAccounts: false,
              linkOrigins: ['https://eln.example.org/', 'http://127.0.0.1:80'], keepAlive: false, signOutThere: true, refresh: 1m,
              formerIssuers: ['https://old.example.org']
            """
        let one = try #require(try configuration(Self.file(text)).authenticators.first)
        #expect(one.certificateAuthority?.hasSuffix("/ca.pem") == true)
        #expect(one.issuers == ["https://openbis.example.org:8443", "https://old.example.org"])
        #expect(one.openBIS.trustedOrigins.map(\.description) == ["https://eln.example.org", "http://127.0.0.1"])
        #expect(!one.openBIS.verifyCertificates && !one.openBIS.newAccounts && !one.openBIS.keepAlive)
        #expect(one.openBIS.signOutThere && one.refresh == .seconds(60))
    }

    @Test func `links of its own pages are trusted if nothing else is said`() throws {
        let one = try #require(
            try configuration(Self.file("url: 'https://Openbis.example.org:8443'")).authenticators.first
        )
        #expect(one.openBIS.trustedOrigins.map(\.description) == ["https://openbis.example.org:8443"])
    }

    @Test(arguments: [
        ("", "authenticators.lab.url: found no such key"),
        ("url: 'http://openbis.example.org'", "authenticators.lab.url: found “http://openbis.example.org”"),
        (
            "url: 'https://openbis.example.org/openbis'",
            "authenticators.lab.url: found “https://openbis.example.org/openbis”"
        ),
        ("url: 'https://a:b@openbis.example.org'", "authenticators.lab.url: found"),
        ("url: 'https://x.org', linkOrigins: ['https://x.org/eln']", "authenticators.lab.linkOrigins"),
        (
            "url: 'https://x.org', memberships: {a: {group: a}}",
            "authenticators.lab.memberships: found a key without use here"
        ),
        ("url: 'https://x.org', base: 'dc=x'", "authenticators.lab.base: found a key without use here"),
    ])
    func `what can't be is refused at its place`(keys: String, expected: String) {
        let found = problems(Self.file(keys))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func `keys of openBIS are refused for a directory`() {
        let text = "authenticators: {uni: {kind: ldap, servers: ['ldaps://l.org'], base: 'dc=x', newAccounts: true}}"
        let found = problems(text)
        let expected = "authenticators.uni.newAccounts: found a key without use here, expected it with kind: openbis"
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }
}
