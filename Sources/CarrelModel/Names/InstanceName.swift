/// The name of an instance, which is also the name of a user's server in it; the default instance is `default`.
///
/// The rules are those of ``ServerName``, but for the empty name.
public struct InstanceName: Hashable, Sendable {
    /// The instance whose servers are the users' default servers.
    public static let `default` = InstanceName(unchecked: "default")

    /// The name as people write it.
    public let text: String

    private init(unchecked text: String) { self.text = text }

    /// Makes a name.
    ///
    /// - Throws: ``NameError/empty`` or ``NameError/serverName(_:)``.
    public init(_ text: String) throws(NameError) {
        guard !text.isEmpty else { throw .empty }
        self.text = try ServerName(text).text
    }

    /// The instance that a user's server of this name belongs to, if there is one of that name.
    public init(of server: ServerName) {
        text = server.isDefault ? Self.default.text : server.text
    }

    /// Whether it is the default instance's.
    public var isDefault: Bool { self == .default }

    /// What a user's server in this instance is called.
    public var server: ServerName {
        isDefault ? .default : (try? ServerName(text)) ?? .default
    }
}

extension InstanceName: CustomStringConvertible {
    /// The name as people write it.
    public var description: String { text }
}

extension InstanceName: Comparable {
    /// Orders names by their code points, the default instance first.
    public static func < (left: Self, right: Self) -> Bool {
        if left.isDefault || right.isDefault { return left.isDefault && !right.isDefault }
        return left.text < right.text
    }
}

extension InstanceName: WrittenName {
    /// Reads a name.
    public init(written text: String) throws(NameError) {
        try self.init(text)
    }
}
