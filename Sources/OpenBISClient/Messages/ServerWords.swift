/// Words of a server, made fit for pages and logs: openBIS puts tokens into its errors (reference 4.4).
enum ServerWords {
    /// The longest words that are kept, in characters.
    static let longest = 300

    /// Words without control characters, tokens and secrets, and of bounded length.
    static func clean(_ words: String, without secrets: [String]) -> String {
        // A token may be cut at the end of what is kept, so it is looked for before.
        var text = String(words.prefix(20 * longest))
        for secret in secrets where !secret.isEmpty { text.replace(secret, with: "…") }
        text.replace(#/[^\s"'=&]*-[0-9]{15}x[0-9A-Fa-f]{32}/#, with: "…")
        text = String(String.UnicodeScalarView(text.unicodeScalars.map { isShown($0) ? $0 : " " }))
        text = text.split(separator: " ").joined(separator: " ")
        guard !text.isEmpty else { return "no reason was given." }
        return text.count <= longest ? text : text.prefix(longest - 1) + "…"
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: false
        default: true
        }
    }
}
