import Foundation

/// An IP address that a request came from, in one form: IPv4 inside IPv6 (`::ffff:192.0.2.1`) is IPv4.
public struct RequestAddress: Sendable, Hashable {
    /// 4 or 16 bytes, in network order.
    let bytes: [UInt8]

    /// Reads an address, with or without the brackets and zone that an IPv6 address may carry; no port.
    ///
    /// - Parameter text: for example `192.0.2.1`, `2001:db8::1`, `[::1]`, `fe80::1%eth0`.
    public init?(_ text: String) {
        guard text.utf8.count <= 64, !text.utf8.contains(0) else { return nil }
        var inner = text[...]
        if inner.hasPrefix("[") {
            guard inner.hasSuffix("]") else { return nil }
            inner = inner.dropFirst().dropLast()
        }
        var four = in_addr()
        var six = in6_addr()
        if inner.startIndex == text.startIndex, inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
            return
        }
        if let zone = inner.firstIndex(of: "%") {
            guard inner.index(after: zone) < inner.endIndex else { return nil }
            inner = inner[..<zone]
        }
        guard inet_pton(AF_INET6, String(inner), &six) == 1 else { return nil }
        let all = withUnsafeBytes(of: &six) { Array($0) }
        bytes = Self.isMapped(all) ? Array(all.suffix(4)) : all
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether it is an IPv4 address.
    public var isIPv4: Bool { bytes.count == 4 }

    /// Whether it is this machine's own: 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        isIPv4 ? bytes[0] == 127 : bytes == Array(repeating: 0, count: 15) + [1]
    }

    /// What attempts are counted for: the IPv4 address, or the IPv6 /64, all of which one person usually has.
    public var networkKey: String {
        guard !isIPv4 else { return description }
        return RequestAddress(bytes: bytes.prefix(8) + Array(repeating: 0, count: 8)).description + "/64"
    }

    /// The address of the browser behind our own and the operator's proxies.
    ///
    /// Walks `X-Forwarded-For` from its end, the part that trusted proxies wrote, to the first address that isn't a
    /// trusted proxy's. What a client claims before that is never believed.
    ///
    /// - Parameters:
    ///   - peer: who holds the connection.
    ///   - forwardedFor: the field's value, several fields joined by commas.
    ///   - trusted: the proxies.
    /// - Returns: the address to count and log.
    public static func client(peer: RequestAddress, forwardedFor: String?, trusted: [AddressRange]) -> RequestAddress {
        var client = peer
        for item in (forwardedFor ?? "").split(separator: ",").reversed().prefix(32) {
            guard trusted.contains(where: { $0.contains(client) }),
                let next = RequestAddress(item.trimmingCharacters(in: .whitespaces))
            else { break }
            client = next
        }
        return client
    }

    static func isMapped(_ bytes: [UInt8]) -> Bool {
        bytes.count == 16 && bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    }
}

extension RequestAddress: CustomStringConvertible {
    /// The usual spelling (RFC 5952).
    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = bytes.withUnsafeBytes {
            inet_ntop(isIPv4 ? AF_INET : AF_INET6, $0.baseAddress, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
