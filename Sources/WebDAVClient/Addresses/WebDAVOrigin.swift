/// Scheme, host and port: what a credential belongs to (RFC 6454).
struct WebDAVOrigin: Sendable, Equatable {
    let isPlain: Bool
    /// In small letters; numbers of IP version 6 in brackets.
    let host: String
    let port: Int

    /// Takes what stands between `://` and the path.
    init?(scheme: String, authority: Substring) {
        switch scheme.lowercased() {
        case "https", "davs": isPlain = false
        case "http", "dav": isPlain = true
        default: return nil
        }
        guard let (host, port) = Self.parts(of: authority) else { return nil }
        self.host = host
        guard let port else {
            self.port = isPlain ? 80 : 443
            return
        }
        guard let number = UInt16(port), number > 0 else { return nil }
        self.port = Int(number)
    }

    /// As it stands in a request's address.
    var text: String {
        let scheme = isPlain ? "http" : "https"
        return port == (isPlain ? 80 : 443) ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(port)"
    }

    /// Names and numbers of this machine, each only as it is usually written.
    var isLoopback: Bool {
        if ["localhost", "[::1]"].contains(host) { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }

    private static func parts(of authority: Substring) -> (host: String, port: Substring?)? {
        let isNumber = authority.hasPrefix("[")
        let end =
            isNumber
            ? authority.firstIndex(of: "]").map { authority.index(after: $0) }
            : authority.firstIndex(of: ":") ?? authority.endIndex
        guard let end else { return nil }
        let host = authority[..<end].lowercased()
        let rest = authority[end...]
        let allowed = isNumber ? "0123456789abcdef:.[]" : "abcdefghijklmnopqrstuvwxyz0123456789.-_"
        guard host.utf8.count > (isNumber ? 3 : 0), host.utf8.count <= 253,
            host.unicodeScalars.allSatisfy({ allowed.unicodeScalars.contains($0) })
        else { return nil }
        if rest.isEmpty { return (host, nil) }
        return rest.hasPrefix(":") ? (host, rest.dropFirst()) : nil
    }
}
