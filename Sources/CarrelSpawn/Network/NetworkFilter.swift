/// The rules by which the host's kernel passes on or refuses what servers send: the text that `nft -f` reads.
///
/// One table for each hub, replaced as a whole, so that rules change at once and for all servers.
struct NetworkFilter {
    let mark: String
    let rules: NetworkRules

    /// The table's name.
    var table: String { "carrel_\(mark)" }

    /// Services that give away a machine's identity and secrets to whoever asks from it: link-local ones, and those of
    /// single providers that have other addresses (Amazon's over IPv6, Alibaba's, Azure's, Oracle's).
    static let metadata4 = ["169.254.0.0/16", "100.100.100.200", "168.63.129.16", "192.0.0.192"]
    static let metadata6 = ["fe80::/10", "fd00:ec2::/32"]

    /// Networks that aren't part of the public Internet (RFC 6890).
    static let private4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
    ]
    /// The same for IPv6, with the ranges that lead into IPv4 (NAT64, Teredo, 6to4).
    static let private6 = [
        "::1", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2002::/16", "fc00::/7", "ff00::/8",
    ]

    /// How many connections one server may have at a time: the host's table of them is everybody's.
    static let mostConnections = 4096

    /// The text that makes the table, or its rules anew.
    ///
    /// The sets stay, with how many connections each server has. The first rule after one for other cables refuses packets
    /// that don't come from where the answer would go: a server may name any sender in IPv6 (`IPV6_FREEBIND`).
    var text: String {
        let cables = "\"\(mark)-*\""
        let own4 = "\(rules.addresses).0.0/16"
        let own6 = "\(NetworkSlot.prefix6(rules.addresses))::/64"
        return """
            table inet \(table) {}
            flush table inet \(table)
            table inet \(table) {
              set connections4 { type ipv4_addr; flags dynamic; }
              set connections6 { type ipv6_addr; flags dynamic; }
              chain input {
                type filter hook input priority -10; policy accept;
                iifname != \(cables) accept
                \(Self.honestSender)
                ct state established,related accept
                meta l4proto ipv6-icmp icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
            \(nameserverLines(indent: "    "))
                counter reject with icmpx admin-prohibited
              }
              chain forward {
                type filter hook forward priority -10; policy accept;
                oifname \(cables) ct state established,related accept
                oifname \(cables) counter drop
                iifname != \(cables) accept
                \(Self.honestSender)
                ct state established,related accept
                ip saddr != \(own4) counter drop
                ip6 saddr != \(own6) counter drop
                ct state new add @connections4 { ip saddr ct count over \(Self.mostConnections) } counter reject with icmpx admin-prohibited
                ct state new add @connections6 { ip6 saddr ct count over \(Self.mostConnections) } counter reject with icmpx admin-prohibited
            \(nameserverLines(indent: "    "))
                ip daddr { \(([own4] + Self.metadata4).joined(separator: ", ")) } counter reject with icmpx admin-prohibited
                ip6 daddr { \(([own6] + Self.metadata6).joined(separator: ", ")) } counter reject with icmpx admin-prohibited
            \(allowedLines(indent: "    "))
            \(restLines(indent: "    "))
              }
              chain leave {
                type nat hook postrouting priority 100; policy accept;
                ip saddr \(own4) oifname != \(cables) masquerade
                ip6 saddr \(own6) oifname != \(cables) masquerade
              }
            }

            """
    }

    /// Refuses what doesn't come in where its sender is.
    private static let honestSender = "fib saddr . iif oif missing counter drop"

    /// The text that makes the table anew, whatever it was before: another version's table may have chains of another kind.
    var anew: String { removal + text }

    /// The text that removes it; no error when it isn't there.
    var removal: String { "table inet \(table) {}\ndelete table inet \(table)\n" }

    private func nameserverLines(indent: String) -> String {
        rules.nameservers.map { server in
            "\(indent)\(Self.family(server)) daddr \(server) meta l4proto { tcp, udp } th dport 53 accept"
        }.joined(separator: "\n")
    }

    private func allowedLines(indent: String) -> String {
        rules.allowed.map { "\(indent)\(Self.family($0)) daddr \($0) accept" }.joined(separator: "\n")
    }

    private func restLines(indent: String) -> String {
        switch rules.outgoing {
        case .all: "\(indent)accept"
        case .listed: "\(indent)counter reject with icmpx admin-prohibited"
        case .publicOnly:
            """
            \(indent)ip daddr { \(Self.private4.joined(separator: ", ")) } counter reject with icmpx admin-prohibited
            \(indent)ip6 daddr { \(Self.private6.joined(separator: ", ")) } counter reject with icmpx admin-prohibited
            \(indent)accept
            """
        }
    }

    private static func family(_ address: String) -> String {
        address.contains(":") ? "ip6" : "ip"
    }
}
