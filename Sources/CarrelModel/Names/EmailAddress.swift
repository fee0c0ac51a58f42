/// Where somebody can be reached by e-mail, as they wrote it; whether it is theirs isn't known.
public struct EmailAddress: Hashable, Sendable {
    /// The most UTF-8 bytes that an address may have (RFC 5321 §4.5.3.1.3, without its angle brackets).
    public static let longest = 254

    /// The address.
    public let text: String

    private static let forbidden = Set("()<>[],;:\\\"".unicodeScalars)

    /// Reads an address; nil when it can't be one.
    ///
    /// Letters of all alphabets are legal (RFC 6531), quoted parts aren't.
    ///
    /// - Parameter text: what somebody typed, without spaces at its edges.
    public init?(_ text: String) {
        let parts = text.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.longest, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }),
            text.unicodeScalars.allSatisfy(Self.isLegal)
        else { return nil }
        self.text = text
    }

    private static func isLegal(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return (0x21...0x7E).contains(scalar.value) && !forbidden.contains(scalar) }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .otherLetter, .nonspacingMark, .spacingMark, .decimalNumber:
            return !scalar.properties.isDefaultIgnorableCodePoint
        default: return false
        }
    }
}

extension EmailAddress: CustomStringConvertible {
    /// The address.
    public var description: String { text }
}
