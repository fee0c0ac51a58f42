/// A code as people type it or paste it from a letter: with blanks and dashes between its groups.
enum TypedCode {
    /// Its bytes without blanks, line breaks, dashes of any kind and minus signs.
    static func letters(of typed: String) -> [UInt8] {
        let kept = typed.unicodeScalars.filter { scalar in
            !scalar.properties.isWhitespace && scalar.properties.generalCategory != .dashPunctuation
                && scalar != "\u{2212}"
        }
        return Array(String(String.UnicodeScalarView(kept)).utf8)
    }
}
