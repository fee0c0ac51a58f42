/// What a QR code says, as codewords in the order in which they are drawn (ISO/IEC 18004:2015 §7.4 to 7.6).
struct QRData {
    /// The smallest version that holds the text.
    let version: QRVersion
    /// All codewords, data and correction, interleaved.
    let codewords: [UInt8]

    /// Writes a text in byte mode; nil when no version holds it.
    ///
    /// A text with more than ASCII is announced as UTF-8 (§7.4.3: ECI 26), as readers would otherwise guess.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        let announcement = bytes.allSatisfy { $0 < 0x80 } ? 0 : 12
        guard
            let version = QRVersion.all.first(where: { version in
                announcement + 4 + version.countBits + 8 * bytes.count <= 8 * version.dataCodewords
            })
        else { return nil }
        var bits = Bits()
        if announcement > 0 { bits.append(0b0111 << 8 | 26, count: announcement) }
        bits.append(0b0100, count: 4)
        bits.append(bytes.count, count: version.countBits)
        for byte in bytes { bits.append(Int(byte), count: 8) }
        self.version = version
        codewords = Self.interleaved(bits.codewords(filling: version.dataCodewords), version)
    }

    /// Parts the data into blocks, the shorter ones first, gives each its correction, and takes one codeword of each by turns.
    private static func interleaved(_ data: [UInt8], _ version: QRVersion) -> [UInt8] {
        let shortLength = data.count / version.blocks
        let shortBlocks = version.blocks - data.count % version.blocks
        var rest = data[...]
        let blocks = (0..<version.blocks).map { index in
            let block = Array(rest.prefix(index < shortBlocks ? shortLength : shortLength + 1))
            rest = rest.dropFirst(block.count)
            return block
        }
        let code = ReedSolomonCode(correction: version.correctionPerBlock)
        return inTurns(blocks) + inTurns(blocks.map(code.correction(of:)))
    }

    private static func inTurns(_ blocks: [[UInt8]]) -> [UInt8] {
        (0..<(blocks.map(\.count).max() ?? 0)).flatMap { index in
            blocks.compactMap { index < $0.count ? $0[index] : nil }
        }
    }

    /// Bits, the most significant first.
    private struct Bits {
        private var bits: [Bool] = []

        mutating func append(_ value: Int, count: Int) {
            for index in (0..<count).reversed() { bits.append(value >> index & 1 == 1) }
        }

        /// The bits as codewords: ended by up to four zeros, then filled with what §7.4.10 asks for.
        func codewords(filling count: Int) -> [UInt8] {
            let ended = bits + Array(repeating: false, count: min(4, 8 * count - bits.count))
            var codewords = stride(from: 0, to: ended.count, by: 8).map { start in
                (start..<start + 8).reduce(UInt8(0)) { $0 << 1 | ($1 < ended.count && ended[$1] ? 1 : 0) }
            }
            let filling: [UInt8] = [0b1110_1100, 0b0001_0001]
            for index in 0..<(count - codewords.count) { codewords.append(filling[index % 2]) }
            return codewords
        }
    }
}
