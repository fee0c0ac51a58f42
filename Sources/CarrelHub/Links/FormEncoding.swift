import Foundation

/// Pairs as HTML forms send them: `application/x-www-form-urlencoded` of the URL standard, section 5.2.
enum FormEncoding {
    static func text(_ pairs: [(name: String, value: String)]) -> String {
        pairs.map { "\(escaped($0.name, space: "+"))=\(escaped($0.value, space: "+"))" }.joined(separator: "&")
    }

    /// All but letters, digits and `*-._` as `%` and two digits.
    static func escaped(_ text: String, space: String = "%20") -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                String(UnicodeScalar(byte))
            case UInt8(ascii: " "): space
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
