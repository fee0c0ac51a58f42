/// The parts of a URN between its colons, held to what all entitlements share.
enum EntitlementParts {
    /// Splits a text without authority, and brings each part into the form that is compared.
    ///
    /// That form is RFC 8141 §3.1's: hex digits after `%` in upper case, nothing decoded.
    static func split(_ text: some StringProtocol) throws(EntitlementFault) -> [String] {
        guard text.utf8.count <= Entitlement.maximumBytes else { throw .tooLong }
        var parts: [String] = []
        for part in text.split(separator: ":", omittingEmptySubsequences: false) {
            guard !part.isEmpty else { throw .emptyPart }
            parts.append(try normalized(part))
        }
        return parts
    }

    /// Checks the characters of one part: RFC 8141 §2 without the slash, which parts nothing in AARC-G069.
    static func normalized(_ part: some StringProtocol) throws(EntitlementFault) -> String {
        guard part.utf8.contains(UInt8(ascii: "%")) else {
            guard part.utf8.allSatisfy(isAllowed) else { throw .character }
            return String(part)
        }
        var written: [UInt8] = []
        var meant: [UInt8] = []
        var rest = Array(part.utf8)[...]
        while let byte = rest.popFirst() {
            written.append(byte)
            guard byte == UInt8(ascii: "%") else {
                guard isAllowed(byte) else { throw .character }
                meant.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self).uppercased()
            guard digits.wholeMatch(of: /[0-9A-Fa-f]{2}/) != nil, let value = UInt8(digits, radix: 16) else {
                throw .percentEncoding
            }
            written += digits.utf8
            meant.append(value)
            rest = rest.dropFirst(2)
        }
        guard let text = String(validating: meant, as: UTF8.self),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw .percentEncoding }
        return String(decoding: written, as: UTF8.self)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte.isUnreserved || "!$&'()*+,;=@".utf8.contains(byte)
    }
}

extension UInt8 {
    /// Whether it needs no encoding anywhere in a URL (RFC 3986 §2.3).
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(self)
        }
    }
}
