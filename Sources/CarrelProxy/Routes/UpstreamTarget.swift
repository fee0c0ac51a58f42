/// Where a route leads: a server's address and a path put before every path asked for.
struct UpstreamTarget: Equatable, Sendable {
    /// A server's address.
    enum Endpoint: Hashable, Sendable {
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    let url: String
    let endpoint: Endpoint
    /// Empty, or begins with a slash and doesn't end with one.
    let prefix: String

    /// Reads `http://host[:port][/path]` or `http+unix://%2Fpath%2Fof%2Fsocket[/path]`.
    init?(url: String) {
        let isUnix = url.hasPrefix("http+unix://")
        guard isUnix || url.hasPrefix("http://") else { return nil }
        let rest = url.dropFirst(isUnix ? 12 : 7)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        var path = rest.dropFirst(authority.count)
        guard !authority.isEmpty, path.utf8.allSatisfy(UpstreamTarget.isPathByte) else { return nil }
        while path.hasSuffix("/") { path.removeLast() }
        let endpoint = isUnix ? UpstreamTarget.unixEndpoint(authority) : UpstreamTarget.tcpEndpoint(authority)
        guard let endpoint else { return nil }
        self.url = url
        self.endpoint = endpoint
        prefix = String(path)
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        byte > ByteRules.space && byte < 0x7F && byte != 0x3F && byte != 0x23
    }

    private static func unixEndpoint(_ authority: Substring) -> Endpoint? {
        let path = PercentCoding.decode(authority.utf8)
        // A socket's path fits into 107 bytes (sun_path).
        guard let path, path.hasPrefix("/"), path.utf8.count < 108, !path.utf8.contains(0) else { return nil }
        return .unix(path: path)
    }

    private static func tcpEndpoint(_ authority: Substring) -> Endpoint? {
        var host = authority
        var port = 80
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else { return nil }
            port = Int(number)
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, !host.contains("@") else { return nil }
        return .tcp(host: String(host), port: port)
    }
}

/// Percent-encoding of paths (RFC 3986 §2.1).
enum PercentCoding {
    /// Undoes the encoding; nil if what comes out is not UTF-8.
    ///
    /// A sequence that is no encoding stays as it is.
    static func decode(_ text: some Sequence<UInt8>) -> String? {
        let encoded = Array(text)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var index = 0
        while index < encoded.count {
            let (byte, width) = PathRule.decode(encoded.span, index, encoded.count)
            bytes.append(byte)
            index += width
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Encodes everything but letters, digits and `-._~`, so that it can stand in a query.
    static func encode(_ text: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text {
            let isPlain = ByteRules.isLetter(byte) || ByteRules.isDigit(byte)
            if isPlain || byte == 0x2D || byte == 0x2E || byte == 0x5F || byte == 0x7E {
                bytes.append(byte)
            } else {
                bytes += [ByteRules.percent, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
