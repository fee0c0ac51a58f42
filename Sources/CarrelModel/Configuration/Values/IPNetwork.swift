import Foundation

/// An IP address or a range of them, `192.0.2.7` or `10.0.0.0/8`.
public struct IPNetwork: Hashable, Sendable {
    /// The first address: 4 or 16 bytes.
    private let address: [UInt8]

    /// How many of the leading bits count.
    private let length: Int

    /// The network as it was written.
    private let text: String

    /// Reads an address or a range; nil when the text isn't one.
    ///
    /// - Parameter text: bits after the prefix must be zero, so that a typing error doesn't open a wider range.
    public init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = Self.bytes(of: String(parts[0])) else { return nil }
        var length = address.count * 8
        if parts.count == 2 {
            let digits = parts[1]
            guard (1...3).contains(digits.count), digits.allSatisfy({ ("0"..."9").contains($0) }),
                let given = Int(digits), given <= length
            else { return nil }
            length = given
        }
        self.address = address
        self.length = length
        self.text = text
        guard Self.masked(address, to: length) == address else { return nil }
    }

    /// Whether an address lies inside; false for what isn't an address.
    ///
    /// - Parameter address: without port and brackets; an IPv4 address in IPv6 form (`::ffff:…`) counts as IPv4.
    /// - Returns: whether the leading bits are the same.
    public func contains(_ address: String) -> Bool {
        guard var bytes = Self.bytes(of: address) else { return false }
        let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]
        if bytes.count == 16, self.address.count == 4, bytes.starts(with: mapped) { bytes = Array(bytes[12...]) }
        return bytes.count == self.address.count && Self.masked(bytes, to: length) == self.address
    }

    /// The bytes of an IPv4 (4) or IPv6 (16) address; nil when the text is neither.
    static func bytes(of text: String) -> [UInt8]? {
        guard !text.utf8.contains(0) else { return nil }
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var sixteen = in6_addr()
        if inet_pton(AF_INET6, text, &sixteen) == 1 { return withUnsafeBytes(of: &sixteen) { Array($0) } }
        return nil
    }

    private static func masked(_ bytes: [UInt8], to length: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let bits = min(8, max(0, length - index * 8))
            return byte & UInt8(truncatingIfNeeded: 0xFF00 >> bits)
        }
    }
}

extension IPNetwork: CustomStringConvertible {
    /// The network as it was written.
    public var description: String { text }
}

extension IPNetwork: SettingText {
    static let expected = "an IP address, or a range such as 10.0.0.0/8 with no bits set after the prefix"
    static let kind = "IP address or range"
}
