/// Writes a value so that it stands for itself inside a filter or a DN.
enum LDAPText {
    /// A value inside a filter: RFC 4515 §3 asks for `*`, `(`, `)`, `\` and NUL; other control characters go the same way.
    static func filterValue(_ value: String) -> String {
        escaped(value) { byte in byte < 0x20 || byte == 0x7F || "*()\\".utf8.contains(byte) }
    }

    /// A value inside a DN: RFC 4514 §2.4, with all that it lets be escaped by their numbers.
    static func nameValue(_ value: String) -> String {
        let bytes = Array(value.utf8)
        let inner = bytes.dropFirst(bytes.prefix { $0 == space }.count)
        let ends = bytes.count - inner.count
        let trailing = inner.reversed().prefix { $0 == space }.count
        let middle = String(decoding: inner.dropLast(trailing), as: UTF8.self)
        let blank = "\\20"
        return String(repeating: blank, count: ends)
            + escaped(middle) { byte in byte < 0x20 || byte == 0x7F || "\"+,;<>\\=#".utf8.contains(byte) }
            + String(repeating: blank, count: trailing)
    }

    /// Puts values in the place of `{key}`, in one pass: what a value holds is never taken for a key.
    static func fill(_ template: String, _ values: [String: String]) -> String {
        var result = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            rest = rest[open...]
            if let close = rest.firstIndex(of: "}"), let value = values[String(rest[rest.index(after: open)..<close])] {
                result += value
                rest = rest[rest.index(after: close)...]
            } else {
                result += "{"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private static let space = UInt8(ascii: " ")

    private static func escaped(_ value: String, where isSpecial: (UInt8) -> Bool) -> String {
        var bytes: [UInt8] = []
        for byte in value.utf8 {
            if isSpecial(byte) {
                bytes += [UInt8(ascii: "\\"), digit(byte >> 4), digit(byte & 15)]
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
