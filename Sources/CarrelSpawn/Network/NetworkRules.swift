/// What servers may reach in the network.
public struct NetworkRules: Sendable, Equatable {
    /// Where servers may go of their own accord.
    public enum Outgoing: Sendable, Equatable {
        /// Everywhere but to this machine, to each other, and to metadata services.
        case all
        /// To public addresses only; of private ranges to what is allowed by name.
        case publicOnly
        /// Nowhere but to what is allowed by name.
        case listed
    }

    /// Where servers may go.
    public var outgoing: Outgoing
    /// Networks and addresses that are allowed besides, as nft writes them: `10.1.2.0/24`, `2001:db8::1`.
    public var allowed: [String]
    /// The name servers that servers are told, as addresses; reached whatever else is forbidden.
    public var nameservers: [String]
    /// The first two numbers of the servers' own IPv4 addresses: `10.78`.
    public var addresses: String
    /// Whether servers have IPv6 too.
    public var hasIPv6: Bool

    /// Makes rules.
    public init(
        outgoing: Outgoing = .all,
        allowed: [String] = [],
        nameservers: [String] = [],
        addresses: String = "10.78",
        hasIPv6: Bool = false,
    ) {
        self.outgoing = outgoing
        self.allowed = allowed
        self.nameservers = nameservers
        self.addresses = addresses
        self.hasIPv6 = hasIPv6
    }
}
