import CarrelAuth
import CarrelModel
import CarrelStore
import Testing

@testable import CarrelHub

@Suite struct MembershipPlanTests {
    private static let vo = "urn:mace:egi.eu:group:vo.rivers.eu"

    private func settings(members: [String] = []) -> AuthenticatorSettings {
        var settings = AuthenticatorSettings(name: "egi")
        settings.members = members
        settings.memberships = [
            membership("rivers", ["vo.rivers.eu"], group: "rivers"),
            membership("operators", ["vo.rivers.eu:role=vm_operator"], group: "rivers", role: .manager),
            membership("admins", ["vo.carrel.eu:role=admin"], admin: true),
        ]
        return settings
    }

    private func membership(
        _ name: String,
        _ entitlements: [String],
        group: String? = nil,
        role: GroupRole = .member,
        admin: Bool = false,
    ) -> MembershipSettings {
        var settings = MembershipSettings(name: name)
        (settings.entitlements, settings.group, settings.role, settings.admin) = (entitlements, group, role, admin)
        return settings
    }

    private func plan(_ entitlements: [String], members: [String] = []) throws -> MembershipPlan {
        let person = AuthenticatedPerson(subject: "ada", label: "ada", names: [], entitlements: entitlements)
        return try MembershipPlan(settings(members: members), of: person)
    }

    @Test func `entitlements give places, the highest role of a group`() throws {
        let rivers = try GroupName("rivers")
        #expect(try plan([]).memberships == [])
        #expect(try plan([Self.vo + "#aai.egi.eu"]).memberships == [GivenMembership(group: rivers, role: .member)])
        let both = try plan([Self.vo + ":role=vm_operator#x", Self.vo])
        #expect(both.memberships == [GivenMembership(group: rivers, role: .manager)])
    }

    @Test func `admins are those of a rule that says so`() throws {
        #expect(try plan([Self.vo]).admin == false)
        #expect(try plan(["urn:mace:egi.eu:group:vo.carrel.eu:role=admin"]).admin)
    }

    @Test func `outside is who has none of what is asked for, and gets nothing`() throws {
        let outside = try plan([Self.vo], members: ["vo.other.eu"])
        #expect((outside.isMember, outside.memberships) == (false, []))
        #expect(try plan([Self.vo], members: ["vo.other.eu", "vo.rivers.eu"]).isMember)
        #expect(try plan([]).isMember)
    }

    @Test func `what isn't an entitlement counts for nothing, and too many for an error`() throws {
        #expect(try plan(["", "urn:", Self.vo.uppercased(), "urn:mace:evil.eu:group:vo.rivers.eu"]).memberships == [])
        #expect(throws: (any Error).self) { try plan(Array(repeating: Self.vo, count: 10_000)) }
    }

    @Test func `a pattern that is none gives nobody anything`() {
        #expect(throws: (any Error).self) { try plan([Self.vo], members: ["*"]) }
    }

    @Test func `names of groups count whole and without regard to case`() throws {
        var settings = AuthenticatorSettings(name: "university")
        var membership = MembershipSettings(name: "lakes")
        (membership.groups, membership.group, membership.role) = (["Lake People"], "lakes", .manager)
        (settings.kind, settings.memberships) = (.ldap, [membership])
        func plan(_ groups: [String]) throws -> MembershipPlan {
            let person = AuthenticatedPerson(subject: "a", label: "a", names: [], entitlements: nil, groups: groups)
            return try MembershipPlan(settings, of: person)
        }
        let lakes = [GivenMembership(group: try GroupName("lakes"), role: .manager)]
        #expect(try plan(["other", "lake  PEOPLE"]).memberships == lakes)
        #expect(try plan(["Lake", "Lake People too", ""]).memberships == [])
        settings.allowedGroups = ["staff"]
        #expect(try plan(["Lake People"]) == plan([]))
        #expect(try !plan(["Lake People"]).isMember)
        #expect(try plan(["Lake People", "Staff"]).memberships == lakes)
    }
}
