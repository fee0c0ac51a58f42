import Foundation

/// Where the proxy takes connections: `127.0.0.1:8000`, `[::1]:8000`, `localhost:8000` or `unix:/run/carrel.sock`.
public enum ListenAddress: Hashable, Sendable {
    /// An address or host name without brackets, and a port; port 0 lets the system choose.
    case tcp(host: String, port: Int)
    /// The path of a unix socket.
    case unix(path: String)

    /// The most bytes that the path of a unix socket can have.
    ///
    /// Source: `sun_path` in unix(7), less the final NUL.
    public static let longestSocketPath = 107

    /// Reads an address; nil when the text isn't one.
    ///
    /// - Parameter text: as in the configuration. The host must be given; `0.0.0.0` or `[::]` is every address.
    public init?(text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty, path.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
                return nil
            }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = Self.port(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard IPNetwork.bytes(of: host)?.count == 16 else { return nil }
        } else {
            guard Self.isHost(host) else { return nil }
        }
        self = .tcp(host: host, port: port)
    }

    /// Whether both can't be listened on at once.
    public func overlaps(_ other: Self) -> Bool {
        switch (self, other) {
        case (.unix(let path), .unix(let otherPath)): return path == otherPath
        case (.tcp(let host, let port), .tcp(let otherHost, let otherPort)):
            guard port == otherPort, port != 0 else { return false }
            return host == otherHost || Self.covers(host, otherHost) || Self.covers(otherHost, host)
        default: return false
        }
    }

    /// Whether listening on `wildcard` takes the place of `host`; `::` takes IPv4 addresses too.
    private static func covers(_ wildcard: String, _ host: String) -> Bool {
        wildcard == "::" || wildcard == "0.0.0.0" && !host.contains(":")
    }

    private static func port(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let port = Int(text), port <= 65535
        else { return nil }
        return port
    }

    /// An IPv4 address or a host name; what looks like an address but isn't one is no name either.
    private static func isHost(_ text: String) -> Bool {
        let isNumeric = text.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...0x39).contains($0) }
        if isNumeric { return IPNetwork.bytes(of: text)?.count == 4 }
        return text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.count) && label.first != "-" && label.last != "-"
                    && label.allSatisfy { $0 == "-" || $0.isASCII && ($0.isLetter || $0.isNumber) }
            }
    }
}

extension ListenAddress: CustomStringConvertible {
    /// The address as in the configuration.
    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

extension ListenAddress: SettingText {
    static let expected = "HOST:PORT, such as 127.0.0.1:8000 or [::1]:8000, or unix:PATH"
    static let kind = "HOST:PORT or unix:PATH"

    mutating func resolvePath(in folder: String) {
        guard case .unix(let path) = self else { return }
        self = .unix(path: PathBase.absolute(path, in: folder))
    }
}
