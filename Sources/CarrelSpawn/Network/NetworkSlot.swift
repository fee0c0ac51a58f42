/// One server's place in the network: a cable from the host into its namespace, with an address at each end.
///
/// There is no bridge: nothing but the host hears what a server sends, and the host passes nothing from one server to
/// another.
struct NetworkSlot: Equatable {
    /// Tells the hub's cables from those of another hub.
    let mark: String
    /// 2 and up; numbers the addresses.
    let number: Int
    /// The first two numbers of the IPv4 addresses.
    let addresses: String

    /// How many servers can have an address.
    static let numbers = 2...65533

    /// The cable's end on the host; at most 15 characters.
    var cable: String { "\(mark)-\(number)" }
    /// The server's address.
    var address: String { "\(addresses).\(number / 256).\(number % 256)" }
    /// The host's address at every cable.
    var gateway: String { "\(addresses).0.1" }
    /// The server's IPv6 address: `fd78` marks it as private (RFC 4193), the rest is the IPv4 address.
    var address6: String { "\(Self.prefix6(addresses))::\(String(number, radix: 16))" }
    /// The host's IPv6 address at every cable.
    var gateway6: String { "\(Self.prefix6(addresses))::1" }

    /// The first half of the IPv6 addresses that belong to IPv4 ones: `fd78:10:78:0` for `10.78`.
    static func prefix6(_ addresses: String) -> String {
        let parts = addresses.split(separator: ".")
        return "fd78:\(parts.first ?? "0"):\(parts.last ?? "0"):0"
    }

    /// What `ip -batch` does on the host: lay the cable, and lead the server's address into it.
    ///
    /// Adding the route fails when somebody else has the address: that is how numbers are told apart, also between hubs.
    func hostCommands(namespace: String, hasIPv6: Bool) -> [String] {
        var commands = [
            "link add \(cable) type veth peer name eth0 netns \(namespace)",
            "address add \(gateway)/32 dev \(cable)",
            "link set \(cable) up",
            "route add \(address)/32 dev \(cable)",
        ]
        if hasIPv6 {
            commands += ["address add \(gateway6)/128 dev \(cable) nodad", "route add \(address6)/128 dev \(cable)"]
        }
        return commands
    }

    /// What it does in the server's namespace.
    func insideCommands(hasIPv6: Bool) -> [String] {
        var commands = [
            "link set lo up",
            "address add \(address)/32 dev eth0",
            "link set eth0 up",
            "route add \(gateway)/32 dev eth0",
            "route add default via \(gateway) dev eth0",
        ]
        if hasIPv6 {
            commands += [
                "address add \(address6)/128 dev eth0 nodad",
                "route add \(gateway6)/128 dev eth0",
                "route add default via \(gateway6) dev eth0",
            ]
        }
        return commands
    }
}
