/// Which bytes may stand where in an HTTP/1.1 message (RFC 9110 §5.6.2, RFC 9112 §2.2).
enum ByteRules {
    static let carriageReturn: UInt8 = 0x0D
    static let lineFeed: UInt8 = 0x0A
    static let space: UInt8 = 0x20
    static let tab: UInt8 = 0x09
    static let colon: UInt8 = 0x3A
    static let comma: UInt8 = 0x2C
    static let slash: UInt8 = 0x2F
    static let percent: UInt8 = 0x25

    /// Whether the byte may be part of a method or of a field's name.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        guard byte < 128 else { return false }
        let low: UInt64 = 0x3FF_6CFA_0000_0000
        let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
        return byte < 64 ? (low >> byte) & 1 == 1 : (high >> (byte - 64)) & 1 == 1
    }

    /// Whether the byte is a control character; none may stand in a head outside a tab and the line's end.
    @inline(__always)
    static func isControl(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7F
    }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == space || byte == tab
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10
    }

    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26
    }

    /// The value of a hexadecimal digit, or nil.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte &- 0x30 }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }

    /// Whether the byte may stand in a `Host` value: a registered name, an address, a port.
    @inline(__always)
    static func isHost(_ byte: UInt8) -> Bool {
        if isLetter(byte) || isDigit(byte) { return true }
        switch byte {
        case 0x2D, 0x2E, 0x5F, 0x7E, 0x25, 0x3A, 0x5B, 0x5D: return true  // - . _ ~ % : [ ]
        default: return false
        }
    }

    /// Whether the bytes of a range spell a lower-case word, in any case; `_` passes for `-`.
    ///
    /// Servers that hand fields on as variables (CGI, WSGI) can't tell `X_Real_IP` from `X-Real-IP`, so neither do we.
    @inline(__always)
    static func spells(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ word: StaticString) -> Bool {
        guard end - start == word.utf8CodeUnitCount else { return false }
        return begins(bytes, start, end, with: word)
    }

    /// Whether a range begins with a lower-case word, in any case; `_` passes for `-`.
    @inline(__always)
    static func begins(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, with word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard end - start >= count else { return false }
        return word.withUTF8Buffer { letters in
            for index in 0..<count {
                let byte = bytes[start + index]
                let folded = byte == 0x5F ? 0x2D : (byte &- 0x41 < 26 ? byte | 0x20 : byte)
                if folded != letters[index] { return false }
            }
            return true
        }
    }
}
