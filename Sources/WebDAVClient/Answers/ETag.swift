/// The mark of a version of a file (RFC 9110 §8.8.3).
public struct ETag: Sendable, Hashable {
    /// With its quotation marks, and `W/` before them if it is weak.
    public let text: String

    /// Takes a field or property as servers write it, also without quotation marks; nil for what can't be a tag.
    public init?(_ text: String) {
        let text = text.trimmed
        let isWeak = text.hasPrefix("W/")
        var inner = Substring(isWeak ? text.dropFirst(2) : text[...])
        if inner.utf8.count > 1, inner.hasPrefix("\""), inner.hasSuffix("\"") { inner = inner.dropFirst().dropLast() }
        guard (1...512).contains(inner.utf8.count), inner.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != 0x22 })
        else { return nil }
        self.text = (isWeak ? "W/" : "") + "\"\(inner)\""
    }

    private init(strong text: Substring) { self.text = String(text) }

    /// Whether it says only that versions mean the same, not that they are the same byte by byte.
    public var isWeak: Bool { text.hasPrefix("W/") }

    /// The same without the mark of a weak one: Apache calls a tag weak for a second after the file was changed.
    public var strong: ETag { ETag(strong: opaque) }

    /// Whether both may be of the same version (weak comparison, RFC 9110 §8.8.3.2).
    public func matches(_ other: ETag) -> Bool { opaque == other.opaque }

    private var opaque: Substring { isWeak ? text.dropFirst(2) : text[...] }
}
