import Glibc
import NIOCore

/// A range of IP addresses, for peers that are believed.
public struct PeerRange: Equatable, Sendable, CustomStringConvertible {
    private let bytes: [UInt8]
    private let bits: Int

    /// The range as it was written.
    public let description: String

    /// Reads `192.0.2.0/24`, `2001:db8::/32` or a single address.
    ///
    /// - Throws: ``ProxyError/badAddress(_:)``.
    public init(_ text: String) throws(ProxyError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let bytes = Self.bytes(of: parts[0])
        let bits = parts.count > 1 ? Int(parts[1]) : bytes.count * 8
        guard !bytes.isEmpty, let bits, (0...bytes.count * 8).contains(bits) else { throw .badAddress(text) }
        self.bytes = bytes
        self.bits = bits
        description = text
    }

    /// Whether a peer's address lies in the range; IPv4 inside IPv6 counts as IPv4.
    func contains(_ peer: SocketAddress) -> Bool {
        var other = Self.bytes(of: peer.ipAddress ?? "")
        let isMapped = other.count == 16 && other.prefix(10).allSatisfy { $0 == 0 } && other[10] == 0xFF
        if isMapped, bytes.count == 4 { other = Array(other.suffix(4)) }
        guard other.count == bytes.count else { return false }
        return (0..<bits).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return bytes[bit / 8] & mask == other[bit / 8] & mask
        }
    }

    /// An address in network order, 4 or 16 bytes; empty when the text is none.
    private static func bytes(of text: String) -> [UInt8] {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        var six = in6_addr()
        return inet_pton(AF_INET6, text, &six) == 1 ? withUnsafeBytes(of: six) { Array($0) } : []
    }
}
