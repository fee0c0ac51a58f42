/// One of the eight patterns of which one is laid over a QR code so that it reads well (ISO/IEC 18004:2015 §7.8).
struct QRMask {
    static let all = (0..<8).map(QRMask.init(number:))

    /// 0 to 7, as the format information names it.
    let number: Int

    /// Whether a module changes: table 10.
    func inverts(_ row: Int, _ column: Int) -> Bool {
        let product = row * column
        return switch number {
        case 0: (row + column) % 2 == 0
        case 1: row % 2 == 0
        case 2: column % 3 == 0
        case 3: (row + column) % 3 == 0
        case 4: (row / 2 + column / 3) % 2 == 0
        case 5: product % 2 + product % 3 == 0
        case 6: (product % 2 + product % 3) % 2 == 0
        default: ((row + column) % 2 + product % 3) % 2 == 0
        }
    }

    /// How much in a whole code may mislead a reader; the mask with the least is taken (§7.8.3).
    static func penalty(of rows: [[Bool]]) -> Int {
        let columns = rows.indices.map { column in rows.map { $0[column] } }
        let lines = (rows + columns).reduce(0) { $0 + penaltyOfRuns($1) + penaltyOfFinders($1) }
        return lines + penaltyOfSquares(rows) + penaltyOfShare(rows)
    }

    /// Five or more alike in a line: 3 and one for each above five.
    private static func penaltyOfRuns(_ line: [Bool]) -> Int {
        line.split { !$0 }.reduce(0) { $0 + ($1.count < 5 ? 0 : $1.count - 2) }
            + line.split { $0 }.reduce(0) { $0 + ($1.count < 5 ? 0 : $1.count - 2) }
    }

    /// Each 1 : 1 : 3 : 1 : 1 of dark and light with four light beside it, as in a finder: 40.
    ///
    /// Around the code all is light.
    private static func penaltyOfFinders(_ line: [Bool]) -> Int {
        let border = Array(repeating: false, count: 4)
        var window = 0
        return (border + line + border).reduce(0) { sum, isDark in
            window = (window << 1 | (isDark ? 1 : 0)) & 0x7FF
            return sum + (window == 0b000_0101_1101 || window == 0b101_1101_0000 ? 40 : 0)
        }
    }

    /// Each square of two by two alike: 3.
    private static func penaltyOfSquares(_ rows: [[Bool]]) -> Int {
        zip(rows, rows.dropFirst()).reduce(0) { sum, pair in
            sum + 3
                * (1..<rows.count).count { column in
                    let isDark = pair.0[column]
                    return pair.0[column - 1] == isDark && pair.1[column] == isDark && pair.1[column - 1] == isDark
                }
        }
    }

    /// Each whole 5 % by which the share of dark modules differs from a half: 10.
    private static func penaltyOfShare(_ rows: [[Bool]]) -> Int {
        let all = rows.count * rows.count
        let dark = rows.reduce(0) { $0 + $1.count { $0 } }
        return abs(20 * dark - 10 * all) / all * 10
    }
}
