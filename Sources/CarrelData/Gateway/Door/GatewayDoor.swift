/// Decides who may come in: knows tokens and passwords, which the gateway doesn't.
public protocol GatewayDoor: Sendable {
    /// Who shows this.
    ///
    /// It is asked for each request, so it remembers what it can, and slows down those who guess.
    ///
    /// - Parameters:
    ///   - authorization: what was shown.
    ///   - address: where the request comes from; empty when that isn't known.
    /// - Returns: what becomes of them.
    func caller(_ authorization: GatewayAuthorization, from address: String) async -> GatewayAdmission
}

/// What a program shows to be let in.
public enum GatewayAuthorization: Sendable, Hashable {
    /// A name and a password or token (RFC 7617).
    case basic(user: String, password: String)
    /// A token (RFC 6750).
    case bearer(token: String)
}

extension GatewayAuthorization: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the secret.
    public var description: String { "GatewayAuthorization(hidden)" }
    /// Never the secret.
    public var debugDescription: String { description }
    /// Never the secret.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// What becomes of somebody who asks to come in.
public enum GatewayAdmission: Sendable {
    /// May come in.
    case admitted(GatewayCaller)
    /// What was shown isn't right.
    case refused
    /// Has guessed too often: may ask again after so many seconds.
    case wait(seconds: Int)
    /// It can't be said now.
    case unavailable
}

/// A person's program that was let in.
public struct GatewayCaller: Sendable {
    /// Names the person; locks, properties and limits are theirs.
    public let id: String
    /// The person's name, for pages.
    public let name: String
    /// What they see.
    public let tree: DataTree
    /// Whether they may change anything.
    public let isWritable: Bool
    /// The mount that asks, for those of the person's servers; nil for other programs.
    public let mount: String?

    /// Describes one.
    public init(id: String, name: String, tree: DataTree, isWritable: Bool = true, mount: String? = nil) {
        self.id = id
        self.name = name
        self.tree = tree
        self.isWritable = isWritable
        self.mount = mount
    }
}
