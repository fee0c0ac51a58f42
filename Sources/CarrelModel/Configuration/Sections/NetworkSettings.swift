/// What servers reach in the network.
public struct NetworkSettings: SettingSection {
    /// Where servers may go of their own accord.
    public var outgoing = OutgoingAccess.all

    /// Networks that servers may reach besides.
    public var allowed: [IPNetwork] = []

    /// The name servers that servers are told; empty to take the machine's.
    public var nameservers: [IPNetwork] = []

    /// What the servers' own addresses begin with.
    public var addresses = AddressBlock()

    /// Makes the section that an empty file gives.
    public init() {}

    var faults: [SettingFault] {
        nameservers.map { "\($0)" }.filter { $0.contains("/") }.map { network in
            SettingFault(key: "nameservers", found: network, expected: "single addresses, without /")
        }
    }

    static let keys: [Key<NetworkSettings>] = [
        Key(
            "outgoing",
            \.outgoing,
            .choice,
            """
            Where servers may go. `all`: everywhere but to this machine, to each other, and to the metadata services of \
            cloud providers, which stay closed whatever is set. `public`: to no private networks either. `listed`: only \
            to what `allowed` lists, and to the name servers.
            """,
        ),
        Key(
            "allowed",
            \.allowed,
            .list(of: .parsed, count: 0...1000),
            "Addresses and networks that servers may reach besides, such as that of the institute's file server.",
        ),
        Key(
            "nameservers",
            \.nameservers,
            .list(of: .parsed, count: 0...3),
            """
            The name servers that servers ask. Empty: those of the machine's `/etc/resolv.conf`, but for ones on a \
            loopback address, which servers can't reach.
            """,
        ),
        Key(
            "addresses",
            \.addresses,
            .parsed,
            effect: .afterRestart,
            "What the servers' own addresses begin with. Choose a block that your network doesn't use.",
        ),
    ]
}
