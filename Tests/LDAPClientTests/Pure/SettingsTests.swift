import Testing

@testable import LDAPClient

@Suite struct `Settings of a directory` {
    private static let base = "dc=example,dc=org"

    @Test(arguments: [
        ("servers", LDAPSettings(servers: [], base: base)),
        ("servers", LDAPSettings(servers: ["ldap://127.0.0.1", "example.org"], base: base)),
        ("deadline", LDAPSettings(servers: ["ldap://127.0.0.1"], base: base, deadline: .zero)),
        ("deadline", LDAPSettings(servers: ["ldap://127.0.0.1"], base: base, deadline: .seconds(Int64.max))),
        ("bindPassword", LDAPSettings(servers: ["ldap://127.0.0.1"], bindName: "cn=s", base: base)),
        ("bindPassword", LDAPSettings(servers: ["ldap://127.0.0.1"], bindName: "cn=s", bindPassword: "", base: base)),
        ("bindName", LDAPSettings(servers: ["ldap://127.0.0.1"], bindPassword: "p", base: base)),
        ("bindName", LDAPSettings(servers: ["ldap://127.0.0.1"], bindName: "", bindPassword: "p", base: base)),
        ("nameTemplate", LDAPSettings(servers: ["ldap://127.0.0.1"], nameTemplate: "uid=alice", base: base)),
        ("filter", LDAPSettings(servers: ["ldap://127.0.0.1"], base: base, filter: "(uid=alice)")),
        ("filter", LDAPSettings(servers: ["ldap://127.0.0.1"], base: base, filter: "(mail={name})")),
        ("groupFilter", LDAPSettings(servers: ["ldap://127.0.0.1"], base: base, groupBase: base)),
        ("groupBase", LDAPSettings(servers: ["ldap://127.0.0.1"], base: base, groupFilter: "(member={dn})")),
        ("groupFilter", LDAPSettings(servers: ["ldap://127.0.0.1"], base: base, groupBase: base, groupFilter: "(a=b)")),
        (
            "certificateAuthority",
            LDAPSettings(servers: ["ldaps://a"], certificateAuthority: "/nowhere/ca.pem", base: base)
        ),
    ])
    func `that can't be used are named`(key: String, settings: LDAPSettings) async {
        await #expect {
            try await LDAPDirectory(settings).signIn(name: "alice", password: "p")
        } throws: { error in
            guard case LDAPError.settings(key, _) = error else { return false }
            return true
        }
    }

    @Test func `that send passwords unencrypted over a network are refused, unless that is what they say`() {
        var settings = LDAPSettings(servers: ["ldaps://a.example.org", "ldap://b.example.org"], base: Self.base)
        #expect(throws: LDAPError.unprotected(server: "ldap://b.example.org:389")) { try settings.plan() }
        settings.startTLS = true
        #expect(throws: Never.self) { try settings.plan() }
        settings.startTLS = false
        settings.plain = true
        #expect(throws: Never.self) { try settings.plan() }
        settings.plain = false
        settings.servers = ["ldap://127.0.0.1", "ldap://[::1]", "ldap://localhost"]
        #expect(throws: Never.self) { try settings.plan() }
    }

    @Test func `never show the password`() {
        let settings = LDAPSettings(
            servers: ["ldaps://a"],
            bindName: "cn=search",
            bindPassword: "open sesame",
            base: Self.base,
        )
        var dumped = ""
        dump(settings, to: &dumped)
        for text in ["\(settings)", String(reflecting: settings), dumped] { #expect(!text.contains("open sesame")) }
    }
}
