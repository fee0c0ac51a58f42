import CarrelSpawn

/// Text out of people's files and file names, made so that nothing in it hides or moves other text.
enum FileText {
    /// The text with every control, direction and invisible character written out: `a⟨U+202E⟩b`; and every byte of a name
    /// that belongs to no character: `caf⟨0xE9⟩`.
    static func visible(_ text: some StringProtocol, keepingTabs: Bool = false) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let byte = NameText.byte(scalar) {
                shown.append(contentsOf: "⟨0x\(String(byte, radix: 16, uppercase: true))⟩".unicodeScalars)
            } else if hides(scalar), !(keepingTabs && scalar == "\t") {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let padding = String(repeating: "0", count: max(0, 4 - digits.count))
                shown.append(contentsOf: "⟨U+\(padding)\(digits)⟩".unicodeScalars)
            } else {
                shown.append(scalar)
            }
        }
        return String(shown)
    }

    /// The same of a text of several lines, which end in one way then.
    static func visibleLines(_ text: String) -> String {
        text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").unicodeScalars
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { visible(String($0), keepingTabs: true) }.joined(separator: "\n")
    }

    private static func hides(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate: true
        default: false
        }
    }
}
