import Mustache

/// Escapes text for HTML, in elements and in quoted attributes, scalar by scalar.
///
/// Mustache's own escaping goes by `Character`, so a quote followed by a combining mark is one character that is not a quote to
/// it, and reaches the browser unescaped; hence this one. Control characters, which HTML forbids, become U+FFFD.
struct HTMLEscaping: MustacheContentType {
    /// Name by which templates ask for it.
    static let name = "CarrelHTML"

    func escapeText(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
            case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
            case "`": escaped.append(contentsOf: "&#96;".unicodeScalars)
            case "\t", "\n", "\r": escaped.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": escaped.append("\u{FFFD}")
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}
