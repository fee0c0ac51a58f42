/// Keeps a server from speaking for the whole origin, which it shares with the hub and with other people's servers.
///
/// Some response fields reach beyond the path they come from: a script served with `Service-Worker-Allowed: /` may take over
/// every page of the origin, a cookie may be set for somebody else's path. A stock Jupyter server sends none of
/// these beyond its own prefix, so nothing that people use is lost.
struct OriginShield: Equatable, Sendable {
    /// The route's prefix, unescaped, without a slash at its end.
    let prefix: String

    /// Whether a field is kept from the client.
    func refuses(_ field: Field, in bytes: Span<UInt8>) -> Bool {
        guard field.name == .other else { return false }
        let (start, end) = (field.nameStart, field.nameEnd)
        switch bytes[start] | 0x20 {
        case 0x61: return ByteRules.spells(bytes, start, end, "alt-svc")
        case 0x63: return ByteRules.spells(bytes, start, end, "clear-site-data")
        case 0x6E: return ByteRules.spells(bytes, start, end, "nel")
        case 0x72:
            return ByteRules.spells(bytes, start, end, "report-to")
                || ByteRules.spells(bytes, start, end, "reporting-endpoints")
        case 0x73:
            if ByteRules.spells(bytes, start, end, "set-cookie") { return refusesCookie(text(of: field, in: bytes)) }
            return ByteRules.spells(bytes, start, end, "service-worker-allowed")
                || ByteRules.spells(bytes, start, end, "strict-transport-security")
        default: return false
        }
    }

    /// Whether a `Set-Cookie` reaches beyond the prefix: by another path, or by a domain.
    ///
    /// Without a `Path` a cookie stays where it was set (RFC 6265 §5.1.4).
    func refusesCookie(_ cookie: String) -> Bool {
        cookie.split(separator: ";").dropFirst().contains { attribute in
            let parts = attribute.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            switch Self.trimmed(parts[0]).lowercased() {
            case "domain": return true
            case "path": return parts.count < 2 || !covers(Self.trimmed(parts[1]))
            default: return false
            }
        }
    }

    private func covers(_ path: String) -> Bool {
        guard let plain = Self.unescaped(path), !plain.contains("/..") else { return false }
        return plain == prefix || plain.hasPrefix(prefix + "/")
    }

    private func text(of field: Field, in bytes: Span<UInt8>) -> String {
        var value: [UInt8] = []
        for index in field.valueStart..<field.valueEnd { value.append(bytes[index]) }
        return String(decoding: value, as: UTF8.self)
    }

    private static func trimmed(_ text: Substring) -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let rest = text.drop(while: isSpace)
        guard let last = rest.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(rest[...last])
    }

    /// The path with its escapes resolved; nil when one is broken or the result isn't UTF-8.
    private static func unescaped(_ path: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(path.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == 0x25 else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
