/// Text of somebody else, written so that it stays text.
enum ForeignText {
    /// A Python string literal on one line, with its quotes.
    ///
    /// Letters, digits, punctuation and symbols of all scripts stay readable. Quotes, backslashes, controls, all line ends and
    /// blanks but the ordinary one, and what can't be seen or turns the direction of writing, become escapes.
    static func python(_ text: String) -> String {
        "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }

    /// A list of string literals.
    static func python(_ texts: [String]) -> String {
        "[" + texts.map(python).joined(separator: ", ") + "]"
    }

    /// A code span of Markdown on one line: neither HTML nor formulas nor links are read in it.
    static func markdown(_ text: String) -> String {
        let plain = text.unicodeScalars.map { $0 == "`" ? "'" : isPlain($0) ? $0 : " " }
        let words = plain.split(separator: " ").map { String(String.UnicodeScalarView($0)) }.joined(separator: " ")
        return words.isEmpty ? "(nothing)" : "`\(words)`"
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case _ where isPlain(scalar): String(Character(scalar))
        case _ where scalar.value < 0x1_0000: "\\u" + digits(scalar, 4)
        default: "\\U" + digits(scalar, 8)
        }
    }

    private static func digits(_ scalar: Unicode.Scalar, _ count: Int) -> String {
        let digits = String(scalar.value, radix: 16)
        return String(repeating: "0", count: count - digits.count) + digits
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }
}
