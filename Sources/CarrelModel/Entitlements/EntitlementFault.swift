/// Why a text isn't an entitlement that names a group.
///
/// A bounded set without the text, so that what an identity provider sends can be counted and logged by it.
public enum EntitlementFault: Error, Sendable, Hashable, CaseIterable {
    /// It has more than ``Entitlement/maximumBytes`` bytes.
    case tooLong
    /// It isn't a URN.
    case notAURN
    /// What follows `urn:` can't be the identifier of a namespace.
    case namespaceIdentifier
    /// It has no part `group`, so it is about something else, such as a resource.
    case noGroup
    /// `group` doesn't stand between a delegated namespace and a group's name.
    case order
    /// Two colons follow each other, or one stands at the end.
    case emptyPart
    /// It holds a character that has to be percent-encoded, such as a blank, a slash or any letter but a to z.
    case character
    /// A `%` isn't followed by two hex digits, or what is encoded isn't UTF-8 text without control characters.
    case percentEncoding
    /// A role is empty, isn't the last part, or isn't written `role=` in lower case.
    case role
    /// What follows `#` is empty or holds another `#`.
    case authority

    /// Half a sentence, to follow a colon.
    public var reason: String {
        switch self {
        case .tooLong: "it is longer than \(Entitlement.maximumBytes) bytes"
        case .notAURN: "it doesn't begin with `urn:`"
        case .namespaceIdentifier: "no namespace has the identifier that follows `urn:`"
        case .noGroup: "it has no part `group`"
        case .order: "`group` must follow a namespace and stand before a group's name"
        case .emptyPart: "it has nothing before, after or between two colons"
        case .character: "it holds a character that a URN can't"
        case .percentEncoding: "a `%` in it doesn't encode text"
        case .role: "a role must be the last part, written `role=NAME`"
        case .authority: "what follows `#` isn't the name of an authority"
        }
    }
}
