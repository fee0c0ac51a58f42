import Foundation

/// Where an openBIS is, or one of its data stores: scheme, host and port, to which a token may be sent.
///
/// It is https, or http on this machine itself. What lies behind the host is the same at every openBIS (reference 4.1), so
/// there is no path.
public struct OpenBISAddress: Sendable, Hashable {
    /// Such as `https://openbis.example.org:8443`, without a slash at the end.
    public let text: String
    /// The host in lower case, without the port; PyBIS names its token file by it (reference 1.3).
    public let host: String
    /// Host and port as they were typed, by which people know it.
    let name: String

    /// Takes an address as somebody typed it: `https://` may be left out, as with PyBIS, and a slash may stand at the end.
    ///
    /// - Parameter typed: the text; white space around it goes.
    /// - Throws: ``OpenBISError/unfitAddress(_:)``.
    public init(_ typed: String) throws(OpenBISError) {
        var text = typed.trimmingCharacters(in: .whitespacesAndNewlines)
        if !text.contains("://") { text = "https://" + text }
        if text.hasSuffix("/") { text.removeLast() }
        guard let mark = text.range(of: "://"), text.utf8.count <= 300 else { throw .unfitAddress(.notAnAddress) }
        let (scheme, rest) = (text[..<mark.lowerBound].lowercased(), text[mark.upperBound...])
        guard let parts = URLComponents(string: text), let host = parts.host?.lowercased(), !host.isEmpty,
            (1...65535).contains(parts.port ?? 443)
        else { throw .unfitAddress(.notAnAddress) }
        guard parts.user == nil, parts.password == nil else { throw .unfitAddress(.secrets) }
        guard rest.utf8.allSatisfy(Self.isPartOfAuthority) else { throw .unfitAddress(.path) }
        guard scheme == "https" || scheme == "http" else { throw .unfitAddress(.notAnAddress) }
        guard scheme == "https" || Self.isLoopback(host) else { throw .unfitAddress(.plain) }
        self.text = "\(scheme)://\(rest)"
        self.host = host
        name = String(rest)
    }

    /// Whether it is on this machine itself.
    var isLocal: Bool { Self.isLoopback(host) }

    /// Letters, digits and what stands between them in `host:port` and `[::1]:port`.
    private static func isPartOfAuthority(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: ".-_:[]".utf8.contains(byte)
        }
    }

    /// Names and numbers of this machine, each only as it is usually written.
    private static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "[::1]", "::1"].contains(host) { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }
}
