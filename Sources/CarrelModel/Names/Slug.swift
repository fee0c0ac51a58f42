import Crypto
import Foundation

/// Names made of a to z, 0 to 9 and `-` that stand for any text, after jupyterhub 6.1 `slugs.py`.
///
/// A slug never has two hyphens in a row, begins with a letter and ends with a letter or digit.
enum Slug {
    /// The text itself when it is plain and short, else its readable part, `-`, and the first digits of its SHA-256.
    ///
    /// - Parameters:
    ///   - text: not empty.
    ///   - limit: the most characters.
    ///   - digits: how many hexadecimal digits of the digest are used.
    /// - Returns: at most `limit` characters.
    static func make(_ text: String, limit: Int, digits: Int) -> String {
        guard !isPlain(text) || text.utf8.count > limit else { return text }
        return readable(text, limit: limit - digits - 1) + "-" + digest([text], digits: digits)
    }

    /// The first hexadecimal digits of the SHA-256 of some texts; no other texts join to the same bytes.
    static func digest(_ texts: [String], digits: Int) -> String {
        // 0xFF can't occur in UTF-8, so it marks where one text ends.
        let joined = texts.map { Array($0.utf8) }.joined(separator: [0xFF])
        let hexadecimal = SHA256.hash(data: Array(joined)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return String(hexadecimal.joined().prefix(digits))
    }

    /// What can be kept of a text: accents go, other characters become `-`; `x` when nothing is left.
    ///
    /// - Parameters:
    ///   - text: any.
    ///   - limit: the most characters, at least 3.
    /// - Returns: at least one character; several texts may share one.
    static func readable(_ text: String, limit: Int) -> String {
        let withoutAccents = text.decomposedStringWithCompatibilityMapping.unicodeScalars
            .filter { $0.properties.generalCategory != .nonspacingMark }
        var result = ""
        for scalar in String(String.UnicodeScalarView(withoutAccents)).lowercased().unicodeScalars {
            if isLetterOrDigit(scalar) {
                result.unicodeScalars.append(scalar)
            } else if !result.isEmpty, !result.hasSuffix("-") {
                result.append("-")
            }
        }
        result = String(result.prefix(limit))
        if let first = result.unicodeScalars.first, !isLetter(first) { result = "x-" + result.prefix(limit - 2) }
        while result.hasSuffix("-") { result.removeLast() }
        return result.isEmpty ? "x" : result
    }

    /// Whether it begins with a letter from a to z and goes on with such letters and digits only.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, isLetter(first) else { return false }
        return text.unicodeScalars.allSatisfy(isLetterOrDigit)
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        isLetter(scalar) || ("0"..."9").contains(scalar)
    }
}
