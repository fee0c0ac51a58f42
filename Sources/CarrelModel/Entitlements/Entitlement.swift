/// A membership in a group, or a role in it, as an identity provider states it of a person.
///
/// `urn:mace:egi.eu:group:VO[:SUBGROUP…][:role=ROLE][#AUTHORITY]`: AARC-G002, and AARC-G069, which makes the authority
/// optional. The authority is checked and forgotten, so that two entitlements that differ by it alone are equal (reference
/// `egi.md` 7). Being in a subgroup or having a role says nothing here about being in the group above.
public struct Entitlement: Sendable, Hashable {
    /// The most bytes an entitlement may have.
    public static let maximumBytes = 1000

    /// Whose group it is.
    public let namespace: EntitlementNamespace
    /// The virtual organisation, and its groups from the outermost inwards: at least one, percent-encoded.
    public let groups: [String]
    /// The role in the innermost group, percent-encoded and without `role=`, nil for plain membership.
    public let role: String?

    /// Reads an entitlement.
    ///
    /// - Parameter text: one value of the claim `eduperson_entitlement` or `entitlements`.
    /// - Throws: what is wrong with it, also when it is a URN of another kind.
    public init(_ text: String) throws(EntitlementFault) {
        guard text.utf8.count <= Self.maximumBytes else { throw .tooLong }
        let halves = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        if halves.count == 2 { try Self.check(authority: halves[1]) }
        try self.init(parts: EntitlementParts.split(halves[0]))
    }

    /// Takes the parts between the colons, without authority.
    ///
    /// The first `group` counts: one further on is a group of that name.
    init(parts: [String]) throws(EntitlementFault) {
        guard parts.first?.lowercased() == "urn" else { throw .notAURN }
        guard let mark = parts.firstIndex(of: "group") else { throw .noGroup }
        namespace = try EntitlementNamespace(parts: parts[..<mark])
        var names = Array(parts[(mark + 1)...])
        role = try names.last.flatMap(Self.role(in:))
        if role != nil { names.removeLast() }
        guard !names.contains(where: Self.isLikeRole) else { throw .role }
        guard !names.isEmpty else { throw .order }
        groups = names
    }

    /// In the form that is compared: without authority.
    public var text: String {
        ([namespace.text, "group"] + groups + (role.map { ["role=\($0)"] } ?? [])).joined(separator: ":")
    }

    private static func role(in part: String) throws(EntitlementFault) -> String? {
        guard part.hasPrefix("role=") else { return nil }
        guard part != "role=" else { throw .role }
        return String(part.dropFirst(5))
    }

    /// Whether a part begins as a role does, in whatever case.
    private static func isLikeRole(_ part: String) -> Bool { part.lowercased().hasPrefix("role=") }

    private static func check(authority: Substring) throws(EntitlementFault) {
        guard !authority.isEmpty, !authority.contains("#") else { throw .authority }
        // An authority may be an address: RFC 3986 §3.5 lets a fragment hold these too.
        _ = try EntitlementParts.normalized(String(authority.filter { !":/?".contains($0) }))
    }
}

extension Entitlement: CustomStringConvertible {
    /// In the form that is compared.
    public var description: String { text }
}
