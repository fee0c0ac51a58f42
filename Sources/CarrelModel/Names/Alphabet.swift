/// The alphabets that share letters of one shape, so that a name in one can pass for a name in another.
enum Alphabet: String, CaseIterable {
    case latin = "Latin"
    case greek = "Greek"
    case cyrillic = "Cyrillic"
    case armenian = "Armenian"
    case cherokee = "Cherokee"
    case coptic = "Coptic"

    /// The alphabet of a letter; nil for digits, signs, marks and letters of any other script.
    ///
    /// - Parameter scalar: from a name that is already in its compatible form (NFKC), so without circled letters and the like.
    init?(of scalar: Unicode.Scalar) {
        guard let alphabet = Self.allCases.first(where: { $0.contains(scalar.value) }) else { return nil }
        self = alphabet
    }

    /// Whether one of its letters has this number.
    ///
    /// Source: Unicode `Scripts.txt`, letters only.
    private func contains(_ scalar: UInt32) -> Bool {
        switch self {
        case .latin:
            switch scalar {
            case 0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2B8, 0x1D00...0x1D25, 0x1D6B...0x1D77,
                0x1D79...0x1D9A, 0x1E00...0x1EFF, 0x2C60...0x2C7F, 0xA722...0xA787, 0xA78B...0xA7FF, 0xAB30...0xAB5A,
                0xAB60...0xAB64:
                true
            default: false
            }
        case .greek:
            switch scalar {
            case 0x370...0x373, 0x376...0x377, 0x37B...0x37D, 0x37F, 0x386, 0x388...0x3E1, 0x3F0...0x3FF,
                0x1D26...0x1D2A, 0x1F00...0x1FFF:
                true
            default: false
            }
        case .cyrillic:
            switch scalar {
            case 0x400...0x481, 0x48A...0x52F, 0x1C80...0x1C8A, 0x1D2B, 0xA640...0xA66E, 0xA680...0xA69B: true
            default: false
            }
        case .armenian: (0x531...0x556).contains(scalar) || (0x560...0x588).contains(scalar)
        case .cherokee: (0x13A0...0x13FD).contains(scalar) || (0xAB70...0xABBF).contains(scalar)
        case .coptic: (0x3E2...0x3EF).contains(scalar) || (0x2C80...0x2CEE).contains(scalar)
        }
    }

    /// A text with its letters replaced by the Latin ones they look like in common typefaces.
    ///
    /// - Parameter text: in lower case.
    /// - Returns: a text for comparisons, not for people.
    static func latinLookAlikes(of text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(lookAlikes[scalar] ?? scalar) }
        return String(result)
    }

    private static let lookAlikes: [Unicode.Scalar: Unicode.Scalar] = [
        // Cyrillic
        "а": "a", "ԁ": "d", "е": "e", "һ": "h", "і": "i", "ј": "j", "ӏ": "l", "о": "o", "р": "p", "ԛ": "q", "ѕ": "s",
        "ѵ": "v", "ԝ": "w", "х": "x", "у": "y", "с": "c", "г": "r", "к": "k", "ү": "y", "ө": "ɵ", "ё": "ë", "ї": "ï",
        // Greek
        "α": "a", "γ": "y", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "σ": "o", "τ": "t", "υ": "u", "χ": "x",
        "ω": "w", "ϲ": "c", "ϳ": "j", "η": "n",
        // Armenian
        "օ": "o", "ս": "u", "ո": "n", "հ": "h", "զ": "q", "ց": "g", "յ": "j", "ք": "p", "լ": "l",
        // Coptic
        "ⲟ": "o", "ⲣ": "p", "ⲥ": "c", "ⲭ": "x", "ⲁ": "a", "ⲓ": "i", "ⲕ": "k",
        // Latin letters that look like others
        "ı": "i", "ɑ": "a", "ɡ": "g", "ɩ": "i", "ʋ": "v",
    ]
}
