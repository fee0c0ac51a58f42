/// Text out of people's files and file names, made so that nothing in it hides or moves other text.
enum FileText {
    /// The text with every control, direction and invisible character written out: `a⟨U+202E⟩b`.
    static func visible(_ text: some StringProtocol, keepingTabs: Bool = false) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if hides(scalar), !(keepingTabs && scalar == "\t") {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let padding = String(repeating: "0", count: max(0, 4 - digits.count))
                shown.append(contentsOf: "⟨U+\(padding)\(digits)⟩".unicodeScalars)
            } else {
                shown.append(scalar)
            }
        }
        return String(shown)
    }

    /// Whether a name came from bytes that aren't UTF-8, so that nothing can be asked for by it.
    static func isBroken(_ name: String) -> Bool { name.unicodeScalars.contains("\u{FFFD}") }

    private static func hides(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate: true
        default: false
        }
    }
}
