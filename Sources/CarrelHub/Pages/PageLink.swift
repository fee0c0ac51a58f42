import Mustache

/// An address that is safe to stand in `href`, `action` or a data attribute.
///
/// A path of our own host or an `http(s)` URL; anything else (`javascript:`, `//host`, `/\host`, control characters) becomes
/// `#refused`, which leads nowhere.
struct PageLink: Sendable, Hashable, ExpressibleByStringLiteral, MustacheCustomRenderable {
    let text: String

    init(_ address: String) {
        text = Self.isSafe(address) ? address : "#refused"
    }

    init(stringLiteral address: String) {
        self.init(address)
    }

    /// Leads to a part of the same page, which our own templates name.
    init(fragment id: String) {
        text = id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") } ? "#\(id)" : "#refused"
    }

    var renderText: String { text }
    var isNull: Bool { false }

    private static func isSafe(_ address: String) -> Bool {
        let bytes = Array(address.utf8)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else { return false }
        if bytes.first == UInt8(ascii: "/") {
            return bytes.count == 1 || bytes[1] != UInt8(ascii: "/")
        }
        let lowercased = address.lowercased()
        return lowercased.hasPrefix("https://") || lowercased.hasPrefix("http://")
    }
}
