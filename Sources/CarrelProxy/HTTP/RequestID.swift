import NIOCore

/// Names one request in the logs of everything it passed through: sixteen hexadecimal digits.
struct RequestID: Equatable, Sendable, CustomStringConvertible {
    var value: UInt64

    var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    func write(into out: inout ByteBuffer) {
        var spread: (UInt64, UInt64) = (0, 0)
        spread.0 = RequestID.hexDigits(UInt32(value >> 32))
        spread.1 = RequestID.hexDigits(UInt32(truncatingIfNeeded: value))
        out.writeMultipleIntegers(spread.0, spread.1)
    }

    private static func hexDigits(_ half: UInt32) -> UInt64 {
        var digits: UInt64 = 0
        for shift in stride(from: 28, through: 0, by: -4) {
            let nibble = UInt64((half >> UInt32(shift)) & 0xF)
            digits = digits << 8 | (nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
        }
        return digits
    }
}

/// Hands out request names that don't repeat: a counter, mixed so that neighbours look unlike each other.
struct RequestIDMaker: Sendable {
    private var counter: UInt64

    init(seed: UInt64) {
        counter = seed
    }

    mutating func next() -> RequestID {
        counter &+= 0x9E37_79B9_7F4A_7C15
        var mixed = counter
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return RequestID(value: mixed ^ (mixed >> 31))
    }
}
