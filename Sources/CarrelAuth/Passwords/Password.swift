import Foundation

/// A password as somebody typed it, brought into the one form that is hashed.
///
/// Two keyboards may write the same letter as different characters. The form is that of RFC 8265 §4.2 (OpaqueString):
/// spaces of every alphabet become U+0020, then Unicode's form NFC; upper and lower case stay different, nothing is
/// trimmed. Control characters and unassigned ones make it no password. It is never printed.
public struct Password: Sendable {
    /// The most bytes a password may have, typed and in its hashed form.
    ///
    /// More would only be work for the hub; 64 characters must be possible (NIST SP 800-63B §3.1.1.2).
    public static let maximumBytes = 1024

    let bytes: Data

    /// The hashed form as text, for the rule.
    let text: String

    /// Normalises what was typed.
    ///
    /// - Parameter typed: of any length; what is too long is refused before any work is done on it.
    /// - Throws: ``PasswordFault``: `empty`, `tooLong` or `unprintable`.
    public init(_ typed: String) throws(PasswordFault) {
        guard !typed.isEmpty else { throw .empty }
        guard typed.utf8.count <= Self.maximumBytes else { throw .tooLong }
        var spaced = String.UnicodeScalarView()
        for scalar in typed.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .spaceSeparator: spaced.append(" ")
            case .control, .unassigned, .surrogate, .lineSeparator, .paragraphSeparator: throw .unprintable
            default: spaced.append(scalar)
            }
        }
        text = String(spaced).precomposedStringWithCanonicalMapping
        bytes = Data(text.utf8)
        guard bytes.count <= Self.maximumBytes else { throw .tooLong }
    }
}

extension Password: Redacted {}
