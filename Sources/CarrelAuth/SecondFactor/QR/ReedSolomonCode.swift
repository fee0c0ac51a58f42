/// The correction of a block of a QR code: Reed-Solomon over 256 values (ISO/IEC 18004:2015 §7.5, annex A).
struct ReedSolomonCode {
    /// The generator's coefficients without the leading 1, that of the highest power first.
    private let generator: [UInt8]

    /// Makes the code with that many codewords for correction in a block.
    ///
    /// The generator is the product of x − 2ⁱ for i below `count`.
    init(correction count: Int) {
        var polynomial: [UInt8] = [1]
        var root: UInt8 = 1
        for _ in 0..<count {
            let byRoot = [0] + polynomial.map { Self.product($0, root) }
            polynomial = zip(polynomial + [0], byRoot).map { $0 ^ $1 }
            root = Self.product(root, 2)
        }
        generator = Array(polynomial.dropFirst())
    }

    /// The remainder of a block's data, shifted to make room for it, by the generator.
    func correction(of data: [UInt8]) -> [UInt8] {
        var remainder = [UInt8](repeating: 0, count: generator.count)
        for codeword in data {
            let factor = codeword ^ remainder[0]
            remainder = zip(remainder.dropFirst() + [0], generator).map { $0 ^ Self.product($1, factor) }
        }
        return remainder
    }

    /// The product modulo x⁸ + x⁴ + x³ + x² + 1.
    static func product(_ first: UInt8, _ second: UInt8) -> UInt8 {
        (0..<8).reversed().reduce(0) { sum, bit in
            let doubled = sum << 1 ^ (sum & 0x80 == 0 ? 0 : 0x1D)
            return doubled ^ (second >> UInt8(bit) & 1 == 0 ? 0 : first)
        }
    }
}
