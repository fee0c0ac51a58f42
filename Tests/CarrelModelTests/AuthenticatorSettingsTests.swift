import Foundation
import Testing

@testable import CarrelModel

@Suite struct AuthenticatorSettingsTests {
    private static let least = "issuer: https://aai.egi.eu/auth/realms/egi, clientID: carrel"

    private static func file(_ keys: String = "", hub: String = "https://hub.example.org") -> String {
        "hub: {publicURL: '\(hub)'}\nauthenticators: {egi: {\(least)\(keys.isEmpty ? "" : ", \(keys)")}}"
    }

    @Test func `the least there must be`() throws {
        let one = try #require(try configuration(Self.file()).authenticators.first)
        #expect((one.name, one.title, one.callbackPath) == ("egi", "egi", "/hub/oauth_callback/egi"))
        #expect((one.deadline, one.refresh) == (.seconds(5), .seconds(900)))
        #expect(one.members.isEmpty && one.memberships.isEmpty)
    }

    @Test func `every default is accepted when it is written out`() throws {
        let provider = AuthenticatorSettings(name: "egi")
        let fit = AuthenticatorSettings.keys.filter { provider.standing(of: $0) == .optional }
        let keys = fit.map(\.document).filter { key in
            key.members.isEmpty && key.defaultText?.isEmpty == false && !["title"].contains(key.name)
        }
        let text = keys.map { key in
            let value = key.defaultText ?? ""
            return "\(key.name): " + (key.kind.hasPrefix("list") ? value : "'\(value)'")
        }
        let written = try configuration(Self.file(text.joined(separator: ", ")))
        #expect(try written.authenticators == configuration(Self.file()).authenticators)
    }

    @Test func `memberships are read with their groups and roles`() throws {
        let keys = """
            memberships: {rivers: {entitlements: [vo.rivers.eu], group: rivers, role: manager}, \
            admins: {entitlements: ['urn:mace:egi.eu:group:vo.carrel.eu:role=admin'], admin: true}}
            """
        let all = try #require(try configuration(Self.file(keys)).authenticators.first).memberships
        #expect(all.map(\.group) == ["rivers", nil])
        #expect(all.map(\.role) == [.manager, .member])
        #expect(all.map(\.admin) == [false, true])
    }

    @Test(arguments: [
        ("scopes: [email]", "authenticators.egi.scopes: found no openid, expected openid among them"),
        ("redirectPath: /hub/elsewhere", "redirectPath: found “/hub/elsewhere”, expected /hub/oauth_callback"),
        ("deadline: 1h", "authenticators.egi.deadline: found “1h”"),
        ("userName: ['a b']", "authenticators.egi.userName[0]: found “a b”, expected the name of a claim"),
        ("members: ['vo.*']", "authenticators.egi.members: found “vo.*”, expected another pattern, as a `*` may"),
        ("namespace: egi", "authenticators.egi.namespace: found egi, expected a namespace such as urn:mace:egi.eu"),
        (
            "memberships: {a: {entitlements: ['vo.eu#x'], group: a}}",
            "authenticators.egi.memberships.a.entitlements: found “vo.eu#x”, expected another pattern, as it has a `#`"
        ),
        (
            "memberships: {a: {entitlements: [vo.eu]}}",
            "authenticators.egi.memberships.a.group: found none, expected a group, or admin: true"
        ),
        ("memberships: {a: {group: a}}", "authenticators.egi.memberships.a.entitlements: found no such key"),
    ])
    func `what can't be is refused`(keys: String, expected: String) throws {
        let found = problems(Self.file(keys))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test(arguments: [
        "http://aai.egi.eu", "https://aai.egi.eu?x", "https://u:p@aai.egi.eu", "aai.egi.eu", "ftp://x.org",
    ])
    func `an issuer is an address with https`(issuer: String) {
        let text = "hub: {publicURL: 'https://h.org'}\nauthenticators: {a: {issuer: '\(issuer)', clientID: c}}"
        #expect(problems(text).contains { $0.contains("authenticators.a.issuer: found") })
    }

    @Test func `a provider on this machine may do without TLS`() throws {
        let text = """
            hub: {publicURL: 'http://127.0.0.1:8000'}
            authenticators: {a: {issuer: 'http://127.0.0.1:9/x', clientID: c}}
            """
        #expect(try configuration(text).authenticators.count == 1)
    }

    @Test func `the hub's address must be known, and no two share their way back`() {
        let found = problems("authenticators: {egi: {\(Self.least)}}")
        #expect(found.contains { $0.contains("hub.publicURL: found none, expected the address at which browsers") })
        let same = "redirectPath: /hub/oauth_callback"
        let twice = """
            hub: {publicURL: 'https://h.org'}
            authenticators: {a: {\(Self.least), \(same)}, b: {\(Self.least), \(same)}}
            """
        #expect(problems(twice).contains { $0.contains("authenticators.b.redirectPath: found /hub/oauth_callback") })
    }
}
