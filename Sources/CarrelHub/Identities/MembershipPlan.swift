import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation

/// What somebody's entitlements and groups elsewhere give them here, by an authenticator's rules.
///
/// Pure: the same arguments give the same answer.
struct MembershipPlan: Equatable {
    /// Whether they may sign in at all.
    let isMember: Bool
    /// The places in groups.
    let memberships: [GivenMembership]
    /// Whether they are an admin.
    let admin: Bool

    /// The name of the rule by which people may sign in; no membership has it.
    private static let door = ""

    /// - Parameters:
    ///   - settings: the rules.
    ///   - person: what is said of them; entitlements that can't be read count for nothing.
    /// - Throws: for patterns that are none, or more entitlements than anybody has.
    init(_ settings: AuthenticatorSettings, of person: AuthenticatedPerson) throws {
        let namespace = try EntitlementNamespace(settings.namespace)
        func rule(_ name: String, _ patterns: [String]) throws -> EntitlementRules.Rule {
            EntitlementRules.Rule(name, anyOf: try patterns.map { try EntitlementPattern($0, under: namespace) })
        }
        let rules = try settings.memberships.map { try rule($0.name, $0.entitlements) }
        let held = try EntitlementRules([rule(Self.door, settings.members)] + rules)
            .outcome(of: person.entitlements ?? []).names
        // A directory has one group of names that it takes for equal; elsewhere people may make one that only looks the same.
        func folded(_ name: String) -> String {
            settings.kind == .ldap ? FoldedName(name).text : name.precomposedStringWithCanonicalMapping.lowercased()
        }
        let groups = Set(person.groups.map(folded))
        func isIn(_ names: [String]) -> Bool { names.contains { groups.contains(folded($0)) } }
        isMember =
            (settings.members.isEmpty || held.contains(Self.door))
            && (settings.allowedGroups.isEmpty || isIn(settings.allowedGroups))
        let given = isMember ? settings.memberships.filter { held.contains($0.name) || isIn($0.groups) } : []
        var best: [GroupName: GroupRole] = [:]
        for membership in given {
            guard let group = membership.group.flatMap({ try? GroupName($0) }) else { continue }
            best[group] = max(membership.role, best[group] ?? membership.role)
        }
        admin = given.contains(where: \.admin)
        memberships = best.sorted { $0.key < $1.key }.map { GivenMembership(group: $0.key, role: $0.value) }
    }
}
