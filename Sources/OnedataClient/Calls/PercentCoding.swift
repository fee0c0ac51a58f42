/// Names in addresses (RFC 3986 §2): the bytes of their UTF-8, each encoded that isn't plain everywhere.
enum PercentCoding {
    /// Encodes one name; `/` in it, too.
    static func encode(_ name: String) -> String {
        var text = ""
        for byte in name.utf8 {
            if isPlain(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }

    /// Encodes names, with slashes between them.
    static func encode(_ names: some Sequence<String>) -> String {
        names.map(encode).joined(separator: "/")
    }

    /// Letters, digits, `-._~`, and `@`, which a path may have (RFC 3986 §3.3) and Onedata's own clients leave as it is.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~@".utf8.contains(byte)
        }
    }
}
