/// Somebody, as the directory knows them.
public struct LDAPPerson: Sendable, Equatable {
    /// The distinguished name of the entry, as the server writes it (RFC 4514).
    public var dn: String
    /// The name as the directory spells it, whatever was typed.
    public var name: String
    /// What was asked for and is there: values that are text, in the server's order, under the attribute's name as it was asked for.
    public var attributes: [String: [String]]
    /// The names of the groups, sorted, each once.
    public var groups: [String]

    /// Somebody.
    public init(dn: String, name: String, attributes: [String: [String]] = [:], groups: [String] = []) {
        self.dn = dn
        self.name = name
        self.attributes = attributes
        self.groups = groups
    }
}
