/// What a person gave to sign in to a data source with.
public enum DataCredential: Sendable, Equatable, Codable {
    /// A name and a password, usually one made for apps.
    case password(user: String, password: String)
    /// A token.
    case token(String)
}

extension DataCredential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the secret.
    public var description: String { "DataCredential(hidden)" }
    /// Never the secret.
    public var debugDescription: String { description }
    /// Never the secret.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
