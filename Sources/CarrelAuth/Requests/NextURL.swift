/// Where to go after sign-in: a path of this hub and nothing else, the only way a `next` parameter is believed.
///
/// Reduces absolute addresses of our own hosts to their path, as JupyterHub does (reference 2.6), and refuses whatever
/// a browser could take for another host (CVE-2019-10255, CVE-2026-33709). Refused silently: the caller uses its
/// default. Works on bytes as the WHATWG URL standard reads them, not on a parsed URL: parsers differ from browsers.
///
/// Stricter than JupyterHub: a path whose first segment begins with an encoded slash, backslash or control character is
/// refused (JupyterHub sends to `/%5Chost`), as is an encoded control character anywhere in the path, because a proxy
/// in between may decode it.
public struct NextURL: Sendable, Equatable {
    /// Begins with one slash, is pure ASCII, and may have a query and a fragment.
    public let path: String

    /// The longest that is believed; an OAuth request with its parameters stays well below.
    static let maximumLength = 8192

    /// Reads a `next` parameter.
    ///
    /// - Parameters:
    ///   - untrusted: its value, decoded once, as queries are.
    ///   - ownHosts: the authorities the hub is reached at, `hub.example.org` or `127.0.0.1:8000`; the request's `Host`
    ///     if the operator configured none.
    public init?(untrusted: String?, ownHosts: [String]) {
        guard let untrusted, !untrusted.isEmpty, untrusted.utf8.count <= Self.maximumLength,
            !untrusted.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return nil }
        // In a path, browsers read a backslash as a slash.
        let escaped = Self.percentEncoded(untrusted)
        guard let candidate = Self.reduced(escaped, ownHosts: ownHosts), Self.isSafe(candidate) else { return nil }
        path = candidate
    }

    /// Whether it leads below a folder, such as `/hub/openbis/`, also once a browser has resolved its dots.
    public func leads(below folder: String) -> Bool {
        let path = Self.resolved(path.prefix { $0 != "?" && $0 != "#" }).joined(separator: "/")
        return self.path.hasPrefix(folder) && ("/" + path).hasPrefix(folder)
    }

    /// Encodes what may not stand in a `Location` field: all but visible ASCII, and the signs that no URL has.
    private static func percentEncoded(_ text: String) -> String {
        let refused = Array("\\\"<>^`{|}".utf8)
        return text.percentEncoded { $0.isVisible && !refused.contains($0) }
    }

    /// Takes scheme and own host away; nil when there is another host.
    private static func reduced(_ url: String, ownHosts: [String]) -> String? {
        var rest = url[...]
        var defaultPorts = [":80", ":443"]
        for (scheme, port) in [("http:", ":80"), ("https:", ":443")] where url.lowercased().hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            defaultPorts = [port]
            guard rest.hasPrefix("//") else { return nil }
        }
        guard rest.hasPrefix("/") else { return nil }
        guard rest.hasPrefix("//") else { return String(rest) }
        // Browsers take `///host` for `//host`.
        let afterSlashes = rest.drop { $0 == "/" }
        let authority = afterSlashes.prefix { !"/?#".contains($0) }
        guard isOwn(authority, ownHosts, defaultPorts) else { return nil }
        let tail = afterSlashes[authority.endIndex...]
        let path = tail.drop { $0 == "/" }
        return "/" + path
    }

    private static func isOwn(_ authority: Substring, _ ownHosts: [String], _ defaultPorts: [String]) -> Bool {
        func bare(_ text: String) -> String {
            defaultPorts.first { text.hasSuffix($0) }.map { String(text.dropLast($0.count)) } ?? text
        }
        let wanted = bare(authority.lowercased())
        guard !wanted.isEmpty, wanted.utf8.allSatisfy(isHostByte) else { return false }
        return ownHosts.contains { bare($0.lowercased()) == wanted }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        byte.isLowerCaseOrDigit || "-._:[]".utf8.contains(byte)
    }

    /// Looks at the path with the eyes of browsers and proxies.
    private static func isSafe(_ candidate: String) -> Bool {
        let path = candidate.prefix { $0 != "?" && $0 != "#" }
        guard path.hasPrefix("/"), !path.hasPrefix("//") else { return false }
        let bytes = decoded(path)
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return false }
        guard bytes.count < 2 || !"/\\".utf8.contains(bytes[1]) else { return false }
        return !collapsesToHost(path)
    }

    private static func decoded(_ text: Substring) -> [UInt8] {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = hexValue(rest.prefix(2)) {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return result
    }

    private static func hexValue(_ digits: ArraySlice<UInt8>) -> UInt8? {
        guard digits.count == 2, digits.allSatisfy({ Hex.isHex(String(UnicodeScalar($0)).lowercased()) }) else {
            return nil
        }
        return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// Whether the path begins with two slashes once its dots are resolved, as in `/.//host` and `/a/%2E%2E//host`.
    private static func collapsesToHost(_ path: Substring) -> Bool {
        let kept = resolved(path)
        return kept.count > 1 && kept[0].isEmpty
    }

    /// The segments that are left once a browser has resolved the dots.
    private static func resolved(_ path: Substring) -> [Substring] {
        var kept: [Substring] = []
        for segment in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            switch segment.lowercased().replacing("%2e", with: ".") {
            case ".": continue
            case "..": _ = kept.popLast()
            default: kept.append(segment)
            }
        }
        return kept
    }
}
