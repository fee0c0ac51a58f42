import Foundation

/// What a user's name must be; everything looks at scalars, because a combining mark after a `/` hides it from `Character`.
enum NameRules {
    /// Checks a name and brings it into its normal form.
    static func normalized(_ raw: String) throws(NameError) -> String {
        guard raw.utf8.count <= 4 * UserName.longest else { throw .tooLong(limit: UserName.longest) }
        for scalar in raw.unicodeScalars where isHidden(scalar) {
            throw .hiddenCharacter(scalar: scalar.value)
        }
        guard let first = raw.unicodeScalars.first, let last = raw.unicodeScalars.last else { throw .empty }
        guard !isSpace(first), !isSpace(last) else { throw .edgeSpace }
        try checkPath(raw)

        let text = canonical(raw)
        let plain = canonical(text.precomposedStringWithCompatibilityMapping)
        guard text.unicodeScalars.elementsEqual(plain.unicodeScalars) else { throw .disguised(plain: plain) }
        try checkAlphabets(text)
        guard text.utf8.count <= UserName.longest else { throw .tooLong(limit: UserName.longest) }
        return text
    }

    /// Lower-case and composed, without regard to any locale.
    private static func canonical(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        // Composing may give an upper-case letter again and lower-casing may decompose one, so do each on both sides.
        return text.precomposedStringWithCanonicalMapping.lowercased().precomposedStringWithCanonicalMapping
    }

    /// Refuses what a URL or a path would read as something else, now or after one more decoding by a proxy.
    private static func checkPath(_ raw: String) throws(NameError) {
        let decoded = raw.utf8.contains(UInt8(ascii: "%")) ? PercentCoding.decodedLoosely(raw) : Array(raw.utf8)
        for bytes in [Array(raw.utf8), decoded] {
            guard !bytes.contains(UInt8(ascii: "/")) else { throw .slash }
            guard !bytes.allSatisfy({ $0 == UInt8(ascii: ".") }) else { throw .onlyDots }
        }
        if let control = decoded.first(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw .hiddenCharacter(scalar: UInt32(control))
        }
    }

    /// Refuses a name that mixes alphabets whose letters look alike, such as Latin and Cyrillic.
    private static func checkAlphabets(_ text: String) throws(NameError) {
        var found: Alphabet?
        for scalar in text.unicodeScalars {
            guard let alphabet = Alphabet(of: scalar) else { continue }
            if let found, found != alphabet { throw .mixedAlphabets(found.rawValue, alphabet.rawValue) }
            found = alphabet
        }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

    /// Whether it can't be seen, steers the direction of text, or isn't a character at all.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        let properties = scalar.properties
        if properties.isDefaultIgnorableCodePoint || properties.isBidiControl || properties.isJoinControl {
            return true
        }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return true
        // A replacement character says that the text was broken on its way here.
        default: return scalar.value == 0xFFFD
        }
    }
}
