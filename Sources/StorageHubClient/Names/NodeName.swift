/// Inner names, which the service makes from what it is told by `Text.escapeIllegalJcrChars` of Apache Jackrabbit.
enum NodeName {
    /// The inner name of anything that is named so.
    static func escape(_ name: String) -> String {
        let signs = Array(name.unicodeScalars)
        // Java counts in UTF-16.
        let isShort = name.utf16.count < 3
        var escaped = String.UnicodeScalarView()
        for (place, sign) in signs.enumerated() {
            let isAtEnd = place == 0 || place == signs.count - 1
            if illegal.contains(sign) || (sign == "." && isShort) || (sign == " " && isAtEnd) {
                escaped.append(contentsOf: EscapedSign.write(sign))
            } else {
                escaped.append(sign)
            }
        }
        return String(escaped)
    }

    /// What was escaped to that; nil if nothing was.
    static func unescape(_ name: String) -> String? {
        let plain = EscapedSign.read(in: name) { _ in true }
        return ExactText(plain) != ExactText(name) && ExactText(escape(plain)) == ExactText(name) ? plain : nil
    }

    private static let illegal = Set("%/:[]*|\t\r\n".unicodeScalars)
}

/// A sign of ASCII as `%` and two digits.
enum EscapedSign {
    static func write(_ sign: Unicode.Scalar) -> String.UnicodeScalarView {
        let digits = PercentText.digits
        let value = Int(sign.value)
        return String(decoding: [UInt8(ascii: "%"), digits[value / 16], digits[value % 16]], as: UTF8.self)
            .unicodeScalars
    }

    /// A text with those of its escaped signs read for which a rule says so.
    static func read(in text: String, where isWanted: (Unicode.Scalar) -> Bool) -> String {
        let signs = Array(text.unicodeScalars)
        var plain = String.UnicodeScalarView()
        var place = 0
        while place < signs.count {
            if let sign = sign(at: place, in: signs), isWanted(sign) {
                plain.append(sign)
                place += 3
            } else {
                plain.append(signs[place])
                place += 1
            }
        }
        return String(plain)
    }

    /// The sign that is escaped at a place, with large digits; nil for none.
    static func sign(at place: Int, in signs: [Unicode.Scalar]) -> Unicode.Scalar? {
        guard place + 2 < signs.count, signs[place] == "%", let high = digit(signs[place + 1]),
            let low = digit(signs[place + 2]), high < 8
        else { return nil }
        return Unicode.Scalar(UInt8(high * 16 + low))
    }

    private static func digit(_ sign: Unicode.Scalar) -> Int? {
        sign.isASCII ? PercentText.digits.firstIndex(of: UInt8(sign.value)) : nil
    }
}
