extension UInt8 {
    /// Whether it is a digit.
    var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

    /// Whether it is a lower-case letter or a digit.
    var isLowerCaseOrDigit: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self || isDigit }

    /// Whether it is a visible character, no space.
    var isVisible: Bool { 0x21...0x7E ~= self }

    /// Whether it needs no encoding anywhere in a URL (RFC 3986 §2.3).
    var isUnreserved: Bool {
        isLowerCaseOrDigit || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self || "-._~".utf8.contains(self)
    }
}

extension String {
    /// The text with every byte that isn't kept written as `%` and two hex digits.
    func percentEncoded(keeping isKept: (UInt8) -> Bool) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in utf8 {
            if isKept(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
