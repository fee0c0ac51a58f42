/// Why a text can't be a pattern for entitlements.
public enum EntitlementPatternFault: Error, Sendable, Hashable {
    /// Nothing was written.
    case empty
    /// It isn't an entitlement, for that reason.
    case malformed(EntitlementFault)
    /// It has a `#`, and what follows that never counts.
    case authority
    /// It has a `*` elsewhere than as the last part, or nothing can lie below what stands before it.
    case wildcard
    /// It doesn't begin with `urn:`, and no namespace is configured to be put before it.
    case noNamespace
    /// It doesn't begin with `urn:`, yet holds a part of the namespace that would be put before it.
    case halfWritten

    /// Half a sentence, to follow a colon.
    public var reason: String {
        switch self {
        case .empty: "it is empty"
        case .malformed(let fault): fault.reason
        case .authority: "it has a `#`, and entitlements are compared without what follows that"
        case .wildcard: "a `*` may only be its last part, after a group"
        case .noNamespace: "it doesn't begin with `urn:`, and no namespace is configured to be put before it"
        case .halfWritten: "it doesn't begin with `urn:`, yet holds `group`, which is put before a short form"
        }
    }

    /// What to write instead.
    public var remedy: String {
        switch self {
        case .empty, .malformed(.tooLong), .malformed(.notAURN), .malformed(.noGroup), .malformed(.order),
            .malformed(.namespaceIdentifier):
            "Write a group as `vo.example.eu:SUBGROUP`, or the whole URN as `urn:mace:egi.eu:group:vo.example.eu`."
        case .malformed(.emptyPart): "Leave out the colon that is too much."
        case .malformed(.character), .malformed(.percentEncoding):
            "Use letters a to z, digits and .-_; write others percent-encoded, for example `%20` for a blank."
        case .malformed(.role): "Write the role last and in lower case: `vo.example.eu:role=vm_operator`."
        case .malformed(.authority), .authority: "Leave out the `#` and what follows it."
        case .wildcard: "Write `vo.example.eu:*` for all groups and roles of `vo.example.eu`, itself included."
        case .noNamespace: "Write the whole URN, or configure the namespace."
        case .halfWritten: "Write the whole URN, beginning with `urn:`, or only what follows `:group:`."
        }
    }
}
