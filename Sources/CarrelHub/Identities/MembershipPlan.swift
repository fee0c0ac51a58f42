import CarrelAuth
import CarrelModel
import CarrelStore

/// What somebody's entitlements give them here, by an authenticator's rules.
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
    ///   - entitlements: as the provider gave them; what can't be read counts for nothing.
    /// - Throws: for patterns that are none, or more entitlements than anybody has.
    init(_ settings: AuthenticatorSettings, entitlements: [String]) throws {
        let namespace = try EntitlementNamespace(settings.namespace)
        func rule(_ name: String, _ patterns: [String]) throws -> EntitlementRules.Rule {
            EntitlementRules.Rule(name, anyOf: try patterns.map { try EntitlementPattern($0, under: namespace) })
        }
        let rules = try settings.memberships.map { try rule($0.name, $0.entitlements) }
        let held = try EntitlementRules([rule(Self.door, settings.members)] + rules).outcome(of: entitlements).names
        isMember = settings.members.isEmpty || held.contains(Self.door)
        let given = isMember ? settings.memberships.filter { held.contains($0.name) } : []
        var best: [GroupName: GroupRole] = [:]
        for membership in given {
            guard let group = membership.group.flatMap({ try? GroupName($0) }) else { continue }
            best[group] = max(membership.role, best[group] ?? membership.role)
        }
        admin = given.contains(where: \.admin)
        memberships = best.sorted { $0.key < $1.key }.map { GivenMembership(group: $0.key, role: $0.value) }
    }
}
