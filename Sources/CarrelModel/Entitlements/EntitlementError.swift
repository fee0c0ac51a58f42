/// What can be wrong with entitlements, of a person or in the configuration.
public enum EntitlementError: CarrelError, Equatable {
    /// A namespace that an operator wrote can't be one; holds it shortened to 100 characters.
    case unfitNamespace(String, EntitlementFault)
    /// A pattern that an operator wrote can't be one; holds it shortened to 100 characters.
    case unfitPattern(String, EntitlementPatternFault)
    /// An identity provider sent more entitlements of a person than are looked at.
    case tooMany(count: Int)
    /// An identity provider sent an entitlement that is longer than any is.
    case tooLong(bytes: Int)

    /// `entitlement.` and the case.
    public var code: String {
        switch self {
        case .unfitNamespace: "entitlement.unfitNamespace"
        case .unfitPattern: "entitlement.unfitPattern"
        case .tooMany: "entitlement.tooMany"
        case .tooLong: "entitlement.tooLong"
        }
    }

    /// What happened.
    public var message: String {
        switch self {
        case .unfitNamespace(let text, let fault):
            "“\(text)” can't be a namespace of entitlements: \(fault.reason)."
        case .unfitPattern(let text, let fault): "“\(text)” can't be a pattern for entitlements: \(fault.reason)."
        case .tooMany(let count):
            "The identity provider sent \(count) entitlements; at most \(EntitlementRules.mostValues) are looked at."
        case .tooLong(let bytes):
            "The identity provider sent an entitlement of \(bytes) bytes; one has \(Entitlement.maximumBytes) at most."
        }
    }

    /// What to do now.
    public var remedy: String {
        switch self {
        case .unfitNamespace: "Write what stands before `:group:` in an entitlement, for example `urn:mace:egi.eu`."
        case .unfitPattern(_, let fault): fault.remedy
        case .tooMany, .tooLong:
            "Ask the identity provider's operators to send only the entitlements that this hub needs."
        }
    }

    /// Cuts text that came from outside, so that a message or a log line stays short.
    static func excerpt(_ text: some StringProtocol) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(100).map { scalar in
                    scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
                }
            )
        )
    }
}
