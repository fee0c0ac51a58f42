/// A range of IP addresses, such as that of trusted proxies.
public struct AddressRange: Sendable, Hashable {
    private let base: RequestAddress
    private let prefixLength: Int

    /// Reads a range in CIDR notation, or a single address.
    ///
    /// - Parameter text: for example `10.0.0.0/8`, `2001:db8::/32`, `::1`. Bits set behind the prefix make it nil,
    ///   because whoever wrote them meant something else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, !text.contains("%"), let base = RequestAddress(String(parts[0])) else { return nil }
        var length = base.bytes.count * 8
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(\.isDigit),
                var given = Int(parts[1])
            else { return nil }
            // `::ffff:10.0.0.0/104` is written for IPv6 and means 10.0.0.0/8.
            if base.isIPv4, parts[0].contains(":") { given -= 96 }
            guard (0...length).contains(given) else { return nil }
            length = given
        }
        self.base = base
        prefixLength = length
        guard Self.masked(base.bytes, length) == base.bytes else { return nil }
    }

    /// Whether an address lies in the range.
    ///
    /// - Parameter address: IPv4 inside IPv6 counts as IPv4.
    /// - Returns: true when it does.
    public func contains(_ address: RequestAddress) -> Bool {
        address.bytes.count == base.bytes.count && Self.masked(address.bytes, prefixLength) == base.bytes
    }

    private static func masked(_ bytes: [UInt8], _ length: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let kept = min(max(length - index * 8, 0), 8)
            return kept == 0 ? 0 : byte & (0xFF << UInt8(8 - kept))
        }
    }
}

extension AddressRange: CustomStringConvertible {
    /// In CIDR notation.
    public var description: String { "\(base)/\(prefixLength)" }
}
