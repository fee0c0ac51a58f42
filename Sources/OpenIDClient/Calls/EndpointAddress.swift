import Foundation

/// An address that a client's secrets may be sent to: https, or http to this machine itself.
struct EndpointAddress: Sendable, Equatable {
    let text: String
    /// Whether it is plain http, which only a loopback address may be.
    let isPlain: Bool

    /// Takes an absolute address without fragment, name and password (RFC 6749 §3.1 and §3.2); nil for any other.
    init?(_ text: String) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), !text.contains("\\"),
            let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty, !text.contains("#"),
            !text.contains("@"), (1...65535).contains(parts.port ?? 443)
        else { return nil }
        switch parts.scheme?.lowercased() {
        case "https": isPlain = false
        case "http" where Self.isLoopback(host): isPlain = true
        default: return nil
        }
        self.text = text
    }

    /// Whether the address has a query.
    var hasQuery: Bool { text.contains("?") }

    /// The address with more parameters in its query.
    func adding(_ pairs: [(name: String, value: String)]) -> String {
        text + (hasQuery ? "&" : "?") + FormText.encode(pairs)
    }

    /// Names and numbers of this machine, each only as it is usually written.
    private static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "[::1]", "::1"].contains(host.lowercased()) { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }
}
