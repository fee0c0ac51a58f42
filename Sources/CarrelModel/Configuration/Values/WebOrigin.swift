import Foundation

/// The address at which browsers find the hub, `https://hub.example.org`: a scheme, a host, and a port if need be.
public struct WebOrigin: Hashable, Sendable {
    /// `http` or `https`.
    public let scheme: String

    /// A host name, in lower case, or an address; IPv6 in brackets.
    public let host: String

    /// The port; nil for the scheme's own.
    public let port: Int?

    /// Whether browsers speak TLS to it, so that cookies must be `Secure`.
    public var isSecure: Bool { scheme == "https" }

    /// Reads an address; nil when the text isn't one.
    ///
    /// - Parameter text: without path (a final slash is allowed), query, fragment and user.
    public init?(text: String) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = parts.host?.lowercased(), !host.isEmpty, !host.contains("%"),
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
            ["", "/"].contains(parts.path)
        else { return nil }
        if let port = parts.port, !(1...65535).contains(port) { return nil }
        self.scheme = scheme
        self.host = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        port = parts.port == (scheme == "https" ? 443 : 80) ? nil : parts.port
    }
}

extension WebOrigin: CustomStringConvertible {
    /// The address without final slash: `https://hub.example.org`.
    public var description: String { "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "") }
}

extension WebOrigin: SettingText {
    static let expected = "a URL without path, such as https://hub.example.org"
    static let kind = "URL without path"
}
