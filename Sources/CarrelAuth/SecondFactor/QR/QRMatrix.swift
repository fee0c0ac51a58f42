/// The modules of a QR code while it is drawn: which are dark, and which the text may not use.
///
/// The parts are drawn in the order of ISO/IEC 18004:2015 §6.3 and 7.7 to 7.10; rows and columns count from 0 at the top left.
struct QRMatrix {
    let version: QRVersion
    private(set) var rows: [[Bool]]
    private var isFixed: [[Bool]]

    /// Draws all that doesn't depend on the text, and keeps the places of what depends on the mask.
    init(_ version: QRVersion) {
        self.version = version
        rows = Array(repeating: Array(repeating: false, count: version.side), count: version.side)
        isFixed = rows
        for index in 0..<version.side {
            fix(6, index, isDark: index % 2 == 0)
            fix(index, 6, isDark: index % 2 == 0)
        }
        let last = version.side - 4
        for (row, column) in [(3, 3), (3, last), (last, 3)] { drawFinder(row, column) }
        for row in version.alignment {
            for column in version.alignment where !isInCorner(row, column) { drawSquares(row, column, reach: 2) }
        }
        drawFormat(mask: 0)
        drawVersion()
    }

    /// How many modules the text may use.
    var freeModules: Int { isFixed.reduce(0) { $0 + $1.count { !$0 } } }

    /// Draws codewords from the bottom right, in columns of two that go up and down by turns (§7.7.3).
    mutating func draw(_ codewords: [UInt8]) {
        var bit = 0
        var goesUp = true
        for pair in stride(from: version.side - 1, through: 1, by: -2) {
            // The vertical timing pattern has column 6 for itself.
            let right = pair <= 6 ? pair - 1 : pair
            for step in 0..<version.side {
                let row = goesUp ? version.side - 1 - step : step
                for column in [right, right - 1] where !isFixed[row][column] && bit < 8 * codewords.count {
                    rows[row][column] = codewords[bit / 8] >> UInt8(7 - bit % 8) & 1 == 1
                    bit += 1
                }
            }
            goesUp.toggle()
        }
    }

    /// The same with a mask laid over the text, and the mask named in it.
    func masked(_ mask: QRMask) -> QRMatrix {
        var matrix = self
        for row in rows.indices {
            for column in rows.indices where !isFixed[row][column] && mask.inverts(row, column) {
                matrix.rows[row][column].toggle()
            }
        }
        matrix.drawFormat(mask: mask.number)
        return matrix
    }

    // MARK: - Parts

    private mutating func fix(_ row: Int, _ column: Int, isDark: Bool) {
        guard rows.indices.contains(row), rows.indices.contains(column) else { return }
        rows[row][column] = isDark
        isFixed[row][column] = true
    }

    /// Squares about a centre, dark and light by turns from the outermost inwards.
    private mutating func drawSquares(_ row: Int, _ column: Int, reach: Int) {
        for down in -reach...reach {
            for across in -reach...reach {
                fix(row + down, column + across, isDark: max(abs(down), abs(across)) != reach - 1)
            }
        }
    }

    /// A finder pattern with its light border.
    private mutating func drawFinder(_ row: Int, _ column: Int) {
        for down in -4...4 {
            for across in -4...4 {
                let distance = max(abs(down), abs(across))
                fix(row + down, column + across, isDark: distance != 2 && distance != 4)
            }
        }
    }

    private func isInCorner(_ row: Int, _ column: Int) -> Bool {
        let last = version.side - 7
        return [(6, 6), (6, last), (last, 6)].contains { $0 == (row, column) }
    }

    /// Level and mask with a BCH(15,5) remainder, twice, and the module that is always dark (§7.9.1).
    private mutating func drawFormat(mask: Int) {
        // Level M is 00.
        let information = (mask << 10 | QRCode.remainder(of: mask << 10, by: 0x537, bits: 10)) ^ 0x5412
        for bit in 0..<15 {
            let isDark = information >> bit & 1 == 1
            switch bit {
            case 0..<6: fix(bit, 8, isDark: isDark)
            case 6, 7: fix(bit + 1, 8, isDark: isDark)
            case 8: fix(8, 7, isDark: isDark)
            default: fix(8, 14 - bit, isDark: isDark)
            }
            if bit < 8 {
                fix(8, version.side - 1 - bit, isDark: isDark)
            } else {
                fix(version.side - 15 + bit, 8, isDark: isDark)
            }
        }
        fix(version.side - 8, 8, isDark: true)
    }

    private mutating func drawVersion() {
        guard let information = version.information else { return }
        for bit in 0..<18 {
            let isDark = information >> bit & 1 == 1
            let (near, far) = (bit / 3, version.side - 11 + bit % 3)
            fix(near, far, isDark: isDark)
            fix(far, near, isDark: isDark)
        }
    }
}
