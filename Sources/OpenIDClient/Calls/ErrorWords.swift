/// What a provider says about an error, made fit for a page and a log.
enum ErrorWords {
    /// The longest description that is passed on, in characters.
    static let longest = 200

    /// A code as RFC 6749 §5.2 has them; nil for anything else.
    static func code(_ text: String?) -> String? {
        guard let text, (1...64).contains(text.utf8.count), text.utf8.allSatisfy(isPartOfCode) else { return nil }
        return text
    }

    /// A description without secrets, cut; nil when nothing is left of it.
    ///
    /// What was sent is taken out, and so is everything that looks like a token: a run of 20 or more characters of which
    /// tokens are made.
    static func description(_ text: String?, hiding secrets: [String] = []) -> String? {
        guard var text else { return nil }
        for secret in secrets where !secret.isEmpty { text = text.replacing(secret, with: "…") }
        let plain = text.unicodeScalars.prefix(4 * longest).map { scalar in
            (0x20...0x7e).contains(scalar.value) || scalar == "…" ? Character(scalar) : " "
        }
        let words = String(plain).split(separator: " ").map { $0.count < 20 || isWord($0) ? String($0) : "…" }
        let cleaned = String(words.joined(separator: " ").prefix(longest))
        return cleaned.isEmpty ? nil : cleaned
    }

    /// Whether it is nothing but small letters and what stands between them, as in `unsupported_response_type`.
    private static func isWord(_ word: Substring) -> Bool {
        word.count < 40 && word.utf8.allSatisfy { (0x61...0x7a).contains($0) || "_-.,:'".utf8.contains($0) }
    }

    private static func isPartOfCode(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
