/// A text as a square of dark and light modules that a phone's camera reads: ISO/IEC 18004:2015.
///
/// Byte mode, versions 1 to 20, error correction level M. Made here so that a secret never leaves the hub for a picture. What
/// it says may be secret, so it never prints.
public struct QRCode: Sendable {
    /// The most bytes of ASCII that fit; of other text one fewer.
    public static let maximumBytes = 666
    /// Modules that must stay light on each side (§5.3.8).
    public static let quietZone = 4

    let version: QRVersion
    private let rows: [[Bool]]

    /// Draws a text, masked so that it reads best.
    ///
    /// - Parameter text: for example ``TOTPSecret/uri(issuer:account:)``.
    /// - Throws: ``AuthError/textTooLongForQRCode(bytes:)``.
    public init(_ text: String) throws(AuthError) {
        try self.init(text, masks: QRMask.all)
    }

    /// Draws a text with the best of some masks.
    init(_ text: String, masks: [QRMask]) throws(AuthError) {
        guard let data = QRData(text) else { throw .textTooLongForQRCode(bytes: text.utf8.count) }
        var matrix = QRMatrix(data.version)
        matrix.draw(data.codewords)
        let candidates = masks.map { matrix.masked($0).rows }.map { ($0, penalty: QRMask.penalty(of: $0)) }
        version = data.version
        rows = candidates.min { $0.penalty < $1.penalty }?.0 ?? matrix.rows
    }

    /// Modules on a side of the picture, with the quiet zone: the `viewBox` of ``svgPath`` is `0 0 side side`.
    public var side: Int { rows.count + 2 * Self.quietZone }

    /// Whether a module of the picture is dark.
    ///
    /// - Parameters:
    ///   - row: from 0 at the top, with the quiet zone.
    ///   - column: from 0 on the left, with the quiet zone.
    /// - Returns: false in the quiet zone and beyond.
    public func isDark(row: Int, column: Int) -> Bool {
        let (row, column) = (row - Self.quietZone, column - Self.quietZone)
        return rows.indices.contains(row) && rows.indices.contains(column) && rows[row][column]
    }

    /// The dark modules as the `d` of one SVG path, a module being one unit: a rectangle for each run in a row.
    ///
    /// The page draws it black on white in dark mode too, with `shape-rendering="crispEdges"` so that no gap shows between rows.
    public var svgPath: String {
        var path = ""
        for (row, modules) in rows.enumerated() {
            var column = 0
            for run in modules.chunkedAlike() {
                if run.isDark {
                    path += "M\(column + Self.quietZone) \(row + Self.quietZone)h\(run.count)v1h-\(run.count)z"
                }
                column += run.count
            }
        }
        return path
    }

    /// How much in it may mislead a reader.
    var penalty: Int { QRMask.penalty(of: rows) }

    /// The remainder of a polynomial over two values by another of degree `bits` (annexes C and D).
    static func remainder(of value: Int, by generator: Int, bits: Int) -> Int {
        var rest = value
        while rest >> bits != 0 {
            let excess = Int.bitWidth - rest.leadingZeroBitCount - 1 - bits
            rest ^= generator << excess
        }
        return rest
    }
}

extension QRCode: Redacted {}

extension [Bool] {
    /// The runs of equal values, in their order.
    fileprivate func chunkedAlike() -> [(isDark: Bool, count: Int)] {
        reduce(into: []) { runs, isDark in
            if let last = runs.last, last.isDark == isDark {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((isDark, 1))
            }
        }
    }
}
