/// On whom a scope is: the part behind the `!`.
///
/// Names are compared byte by byte, unlike Swift's strings, for which `é` as one character and as two are equal: the
/// store holds such names apart, and so must permissions.
public enum ScopeFilter: Sendable {
    /// `!user=NAME`: a user and all their servers.
    case user(String)
    /// `!group=NAME`: the members of a group, at the time of use.
    case group(String)
    /// `!server=USER/SERVER`: one server; the default server's name is empty.
    case server(user: String, name: String)
    /// `!service=NAME`: one service.
    case service(String)
    /// `!user`: the owner of the token or role.
    case ownUser
    /// `!server`: the server that the token was made for.
    case ownServer
    /// `!service`: the service that owns the token or that it was made for.
    case ownService

    /// As it is written, without the `!`.
    public var text: String {
        switch self {
        case .user(let name): "user=\(name)"
        case .group(let name): "group=\(name)"
        case .server(let user, let name): "server=\(user)/\(name)"
        case .service(let name): "service=\(name)"
        case .ownUser: "user"
        case .ownServer: "server"
        case .ownService: "service"
        }
    }

    /// Reads a filter, or nil when there is no such.
    ///
    /// - Parameter text: without the `!`.
    init?(_ text: Substring) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.count > 1 ? parts[1] : nil) {
        case ("user", nil): self = .ownUser
        case ("server", nil): self = .ownServer
        case ("service", nil): self = .ownService
        case ("user", let name?) where !name.isEmpty: self = .user(name)
        case ("group", let name?) where !name.isEmpty: self = .group(name)
        case ("service", let name?) where !name.isEmpty: self = .service(name)
        case ("server", let path?):
            guard let slash = path.firstIndex(of: "/"), slash > path.startIndex else { return nil }
            self = .server(user: String(path[..<slash]), name: String(path[path.index(after: slash)...]))
        default: return nil
        }
    }

    /// What both filters let through, or nil when that is nothing.
    ///
    /// Both resolved. A server lies in its user, a user in their groups.
    func meeting(_ other: ScopeFilter, _ membership: GroupMembership) -> ScopeFilter? {
        if self == other || other.encloses(self, membership) { return self }
        return encloses(other, membership) ? other : nil
    }

    /// Whether everything the other filter lets through, this one does too.
    func encloses(_ other: ScopeFilter, _ membership: GroupMembership) -> Bool {
        switch (self, other) {
        case (.user(let mine), .server(let user, _)): mine.isSameBytes(as: user)
        case (.group(let group), .user(let user)), (.group(let group), .server(let user, _)):
            membership.contains(user, group)
        default: self == other
        }
    }
}

extension ScopeFilter: Hashable {
    /// Whether two filters are the same bytes.
    public static func == (first: ScopeFilter, second: ScopeFilter) -> Bool {
        first.text.isSameBytes(as: second.text)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

/// Who is in which group, as far as a decision asks.
public struct GroupMembership: Sendable {
    /// Whether a user, the first argument, is in a group, the second.
    public let contains: @Sendable (_ user: String, _ group: String) -> Bool

    /// Wraps a look-up.
    ///
    /// - Parameter contains: answers at once, from what was read before.
    public init(_ contains: @escaping @Sendable (_ user: String, _ group: String) -> Bool) {
        self.contains = contains
    }

    /// Nobody is in any group: right where no group filter can occur.
    public static let none = GroupMembership { _, _ in false }
}

extension String {
    /// Whether two texts are the same bytes, which `==` doesn't ask.
    func isSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
