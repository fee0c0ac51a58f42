import Glibc

/// Where a server is: `ldap://HOST[:PORT]` or `ldaps://HOST[:PORT]`, and nothing after it.
struct ServerAddress: Sendable, Hashable {
    let scheme: String
    /// A name or an IPv4 address; an IPv6 address in brackets.
    let host: String
    let port: UInt16

    /// Nil when it isn't such an address.
    init?(_ text: String) {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        scheme = parts[0].lowercased()
        guard scheme == "ldap" || scheme == "ldaps" else { return nil }
        var rest = parts[1].hasSuffix("/") ? parts[1].dropLast() : parts[1]
        var port = UInt16(scheme == "ldaps" ? 636 : 389)
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("]") {
            let digits = rest[rest.index(after: colon)...]
            guard digits.allSatisfy({ ("0"..."9").contains($0) }), let number = UInt16(digits), number > 0 else {
                return nil
            }
            port = number
            rest = rest[..<colon]
        }
        guard Self.isHost(rest) else { return nil }
        host = rest.lowercased()
        self.port = port
    }

    /// As libldap and people read it.
    var text: String { "\(scheme)://\(host):\(port)" }

    /// Whether TLS comes before everything else.
    var isEncrypted: Bool { scheme == "ldaps" }

    /// Whether nothing that is sent to it leaves this machine.
    var isLoopback: Bool {
        // RFC 6761 §6.3.
        if host == "localhost" { return true }
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
        var six = in6_addr()
        guard inet_pton(AF_INET6, host.trimmingBrackets, &six) == 1 else { return false }
        return withUnsafeBytes(of: six) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
    }

    private static func isHost(_ text: Substring) -> Bool {
        if text.hasPrefix("[") {
            var six = in6_addr()
            return text.hasSuffix("]") && inet_pton(AF_INET6, String(text).trimmingBrackets, &six) == 1
        }
        return !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

extension String {
    fileprivate var trimmingBrackets: String {
        hasPrefix("[") && hasSuffix("]") && count > 2 ? String(dropFirst().dropLast()) : self
    }
}
