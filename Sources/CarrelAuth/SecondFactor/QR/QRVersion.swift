/// One of the sizes of a QR code, with what ISO/IEC 18004:2015 fixes for it at error correction level M.
///
/// Level M restores about 15 % of the codewords. Versions up to 20 are enough for an `otpauth` address and still read well
/// from a screen.
struct QRVersion: Equatable {
    /// 1 to 20.
    let number: Int
    /// All codewords (bytes), those for correction included: table 1.
    let codewords: Int
    /// How many blocks they are parted into: table 9.
    let blocks: Int
    /// The codewords for correction in each block: table 9.
    let correctionPerBlock: Int
    /// The rows, and the columns, in which alignment patterns are centred: annex E.
    let alignment: [Int]

    /// The smallest first.
    static let all = [
        QRVersion(1, 26, 1, 10, []),
        QRVersion(2, 44, 1, 16, [6, 18]),
        QRVersion(3, 70, 1, 26, [6, 22]),
        QRVersion(4, 100, 2, 18, [6, 26]),
        QRVersion(5, 134, 2, 24, [6, 30]),
        QRVersion(6, 172, 4, 16, [6, 34]),
        QRVersion(7, 196, 4, 18, [6, 22, 38]),
        QRVersion(8, 242, 4, 22, [6, 24, 42]),
        QRVersion(9, 292, 5, 22, [6, 26, 46]),
        QRVersion(10, 346, 5, 26, [6, 28, 50]),
        QRVersion(11, 404, 5, 30, [6, 30, 54]),
        QRVersion(12, 466, 8, 22, [6, 32, 58]),
        QRVersion(13, 532, 9, 22, [6, 34, 62]),
        QRVersion(14, 581, 9, 24, [6, 26, 46, 66]),
        QRVersion(15, 655, 10, 24, [6, 26, 48, 70]),
        QRVersion(16, 733, 10, 28, [6, 26, 50, 74]),
        QRVersion(17, 815, 11, 28, [6, 30, 54, 78]),
        QRVersion(18, 901, 13, 26, [6, 30, 56, 82]),
        QRVersion(19, 991, 14, 26, [6, 30, 58, 86]),
        QRVersion(20, 1085, 16, 26, [6, 34, 62, 90]),
    ]

    private init(_ number: Int, _ codewords: Int, _ blocks: Int, _ correctionPerBlock: Int, _ alignment: [Int]) {
        self.number = number
        self.codewords = codewords
        self.blocks = blocks
        self.correctionPerBlock = correctionPerBlock
        self.alignment = alignment
    }

    /// Modules on a side.
    var side: Int { 17 + 4 * number }

    /// Codewords that hold the text.
    var dataCodewords: Int { codewords - blocks * correctionPerBlock }

    /// Bits that tell the number of bytes: table 3.
    var countBits: Int { number < 10 ? 8 : 16 }

    /// The 18 bits that tell the version: its number and a BCH(18,6) remainder (§7.10); nil below version 7, which has none.
    var information: Int? {
        number < 7 ? nil : number << 12 | QRCode.remainder(of: number << 12, by: 0x1F25, bits: 12)
    }
}
