/// Which entitlements an operator means: one, or all of a group and below it.
///
/// Written as a whole URN without authority, or short, as what follows `:group:` in the configured namespace:
///
/// - `vo.example.eu` is plain membership in just this group; no role, no subgroup.
/// - `vo.example.eu:role=vm_operator` is just this role.
/// - `vo.example.eu:*` is the group, its roles, and all groups and roles below it.
public struct EntitlementPattern: Sendable, Hashable {
    private let entitlement: Entitlement
    private let includesBelow: Bool

    /// Reads a pattern.
    ///
    /// - Parameters:
    ///   - written: as it stands in `carrel.yaml`.
    ///   - namespace: what is put before a short form; nil when none is configured.
    /// - Throws: ``EntitlementError/unfitPattern(_:_:)``.
    public init(_ written: String, under namespace: EntitlementNamespace?) throws(EntitlementError) {
        do throws(EntitlementPatternFault) {
            try self.init(checking: written, under: namespace)
        } catch {
            throw .unfitPattern(EntitlementError.excerpt(written), error)
        }
    }

    private init(checking written: String, under namespace: EntitlementNamespace?) throws(EntitlementPatternFault) {
        guard !written.isEmpty else { throw .empty }
        guard !written.utf8.contains(UInt8(ascii: "#")) else { throw .authority }
        var parts: [String]
        do throws(EntitlementFault) {
            parts = try EntitlementParts.split(written)
        } catch {
            throw .malformed(error)
        }
        includesBelow = parts.last == "*"
        if includesBelow { parts.removeLast() }
        guard !parts.contains(where: { $0.contains("*") }) else { throw .wildcard }
        if parts.first?.lowercased() != "urn" {
            guard let namespace else { throw .noNamespace }
            guard !parts.contains("group") else { throw .halfWritten }
            parts = namespace.text.split(separator: ":").map(String.init) + ["group"] + parts
        }
        if includesBelow, parts.last == "group" { throw .wildcard }
        do throws(EntitlementFault) {
            entitlement = try Entitlement(parts: parts)
        } catch {
            throw .malformed(error)
        }
        if includesBelow, entitlement.role != nil { throw .wildcard }
        // What was put before a short form may make it longer than any entitlement is.
        guard entitlement.text.utf8.count <= Entitlement.maximumBytes else { throw .malformed(.tooLong) }
    }

    /// The whole URN, as patterns are compared and shown.
    public var text: String { entitlement.text + (includesBelow ? ":*" : "") }

    /// Whose entitlements it is about.
    public var namespace: EntitlementNamespace { entitlement.namespace }

    /// The virtual organisation it is about: what a page names to somebody who isn't in it.
    public var organisation: String { entitlement.groups[0] }

    /// Whether an entitlement is one of those that are meant.
    ///
    /// - Parameter other: what an identity provider stated.
    /// - Returns: true when it is; the authority has no part in it.
    public func matches(_ other: Entitlement) -> Bool {
        guard includesBelow else { return other == entitlement }
        return other.namespace == entitlement.namespace && other.groups.starts(with: entitlement.groups)
    }
}

extension EntitlementPattern: CustomStringConvertible {
    /// The whole URN.
    public var description: String { text }
}
