import Testing

@testable import CarrelModel

@Suite struct DirectorySettingsTests {
    private static let least = "kind: ldap, servers: ['ldaps://ldap.example.org'], base: 'dc=example,dc=org'"

    private static func file(_ keys: String = "") -> String {
        "authenticators: {uni: {\(least)\(keys.isEmpty ? "" : ", \(keys)")}}"
    }

    @Test func `the least there must be, without a public address of the hub`() throws {
        let one = try #require(try configuration(Self.file()).authenticators.first)
        #expect((one.kind, one.name, one.kind.start) == (.ldap, "uni", .form))
        #expect(one.directory.servers == ["ldaps://ldap.example.org"])
        #expect((one.directory.filter, one.directory.userNameAttribute) == ("(uid={name})", "uid"))
        #expect((one.deadline, one.refresh) == (.seconds(5), .seconds(900)))
        #expect(!one.kind.givesTokens)
    }

    @Test func `every default is accepted when it is written out`() throws {
        let directory = try #require(try configuration(Self.file()).authenticators.first)
        let fit = AuthenticatorSettings.keys.filter { directory.standing(of: $0) == .optional }.map(\.document)
        let keys = fit.filter { key in
            key.members.isEmpty && key.defaultText?.isEmpty == false && !["title", "kind"].contains(key.name)
        }
        let text = keys.map { key in
            let value = key.defaultText ?? ""
            return "\(key.name): " + (key.kind.hasPrefix("list") ? value : "'\(value)'")
        }
        let written = try configuration(Self.file(text.joined(separator: ", ")))
        #expect(try written.authenticators == configuration(Self.file()).authenticators)
    }

    @Test func `files are found beside the configuration`() throws {
        let text = Self.file("bindName: 'cn=a', bindPasswordFile: ldap.secret, certificateAuthority: ca.pem")
        let one = try #require(try configuration(text).authenticators.first)
        #expect(one.directory.bindPasswordFile?.hasSuffix("/ldap.secret") == true)
        #expect(one.certificateAuthority?.hasPrefix("/") == true)
    }

    @Test(arguments: [
        (
            "issuer: 'https://x.org'",
            "authenticators.uni.issuer: found a key without use here, expected it with kind: openid"
        ),
        ("audiences: [a]", "authenticators.uni.audiences: found a key without use here"),
        ("members: [a]", "authenticators.uni.members: found a key without use here"),
        ("bindName: 'cn=a'", "authenticators.uni.bindPasswordFile: found none, expected it beside bindName"),
        ("groupFilter: '(member={dn})'", "authenticators.uni.groupBase: found none, expected it beside groupFilter"),
        (
            "groupBase: 'ou=groups', groupFilter: '(cn=*)'",
            "authenticators.uni.groupFilter: found (cn=*), expected a filter with {dn} or {name} in it"
        ),
        (
            "filter: '(mail={name})'",
            "authenticators.uni.filter: found (mail={name}), expected a filter with (uid={name})"
        ),
        ("userNameAttribute: cn", "authenticators.uni.filter: found (uid={name}), expected a filter with (cn={name})"),
        ("nameTemplate: 'uid=x'", "authenticators.uni.nameTemplate: found uid=x, expected a DN with {name} in it"),
        ("userNameAttribute: 'a b'", "authenticators.uni.userNameAttribute: found “a b”, expected the name of"),
        (
            "memberships: {a: {entitlements: [x], group: a}}",
            "authenticators.uni.memberships.a.entitlements: found a key without use here, expected groups"
        ),
        ("memberships: {a: {group: a}}", "authenticators.uni.memberships.a.groups: found no such key"),
    ])
    func `what can't be is refused at its place`(keys: String, expected: String) {
        let found = problems(Self.file(keys))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func `keys of a directory are refused for a provider`() {
        let text = """
            hub: {publicURL: 'https://h.org'}
            authenticators: {egi: {issuer: 'https://x.org', clientID: c, base: 'dc=x',
              memberships: {a: {entitlements: [vo.eu], groups: [b], group: a}}}}
            """
        let found = problems(text)
        #expect(found.contains { $0.contains("authenticators.egi.base: found a key without use here") }, "\(found)")
        let rules = problems(text.replacing(", base: 'dc=x'", with: ""))
        #expect(rules.contains { $0.contains("memberships.a.groups: found a key without use here") }, "\(rules)")
    }

    @Test func `what must be given is asked for`() {
        let found = problems("authenticators: {uni: {kind: ldap}}")
        #expect(found.contains { $0.contains("authenticators.uni.servers: found no such key") }, "\(found)")
        #expect(found.contains { $0.contains("authenticators.uni.base: found no such key") }, "\(found)")
        #expect(!found.contains { $0.contains("issuer") }, "\(found)")
    }

    @Test(arguments: [
        ("ldap://ldap.example.org", "", false), ("ldap://ldap.example.org", "startTLS: true", true),
        ("ldap://ldap.example.org", "plain: true", true), ("ldap://127.0.0.1:389", "", true),
        ("ldap://127.0.0.1.evil.org", "", false), ("ldap://[::1]/", "", true), ("ldaps://10.0.0.1", "", true),
    ])
    func `passwords travel encrypted unless it is said otherwise`(server: String, keys: String, isGood: Bool) {
        let text = """
            authenticators: {uni: {kind: ldap, servers: ['\(server)'], base: 'dc=x'\(keys.isEmpty ? "" : ", \(keys)")}}
            """
        #expect(problems(text).isEmpty == isGood)
    }

    @Test(arguments: ["http://x.org", "ldaps://", "ldaps://x.org/dc=a", "ldaps://u@x.org", "ldap.example.org"])
    func `a server is an address with ldap or ldaps`(server: String) {
        let text = "authenticators: {uni: {kind: ldap, servers: ['\(server)'], base: 'dc=x'}}"
        #expect(problems(text).contains { $0.contains("authenticators.uni.servers[0]: found") })
    }
}
