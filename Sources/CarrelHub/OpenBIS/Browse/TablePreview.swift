/// The first rows of a table in text: values with commas, semicolons or tabs between them, in quotes where need be (RFC 4180).
struct TablePreview: Sendable, Equatable {
    /// One row.
    struct Line: Sendable, Equatable {
        let cells: [String]
    }

    /// The most rows below the first that are shown.
    static let mostRows = 100
    /// The most columns that are shown.
    static let mostColumns = 40
    /// The most characters of a value that are shown.
    static let longestCell = 200

    let header: [String]
    let rows: [Line]
    /// Whether there are more rows, as far as is known.
    let hasMoreRows: Bool
    let columns: Int

    /// Reads the beginning of a file; nil where there is no row.
    ///
    /// - Parameters:
    ///   - text: of the file.
    ///   - isWhole: whether it is all of it; else the last line is left out, which may be cut.
    ///   - separator: what stands between values; nil to find out.
    init?(_ text: String, isWhole: Bool, separator: Unicode.Scalar? = nil) {
        let separator = separator ?? Self.separator(of: text)
        var reader = Reader(text.unicodeScalars, separator: separator)
        var lines: [[String]] = []
        var isAtEnd = false
        while lines.count <= Self.mostRows + 1 {
            guard let line = reader.next() else {
                isAtEnd = true
                break
            }
            lines.append(line)
        }
        if isAtEnd, !isWhole, lines.count > 1 { lines.removeLast() }
        guard let first = lines.first else { return nil }
        let columns = lines.map(\.count).max() ?? 0
        let shown = min(columns, Self.mostColumns)
        func cells(_ line: [String]) -> [String] {
            let values = line.prefix(shown).map(Self.cell)
            return values + Array(repeating: "", count: shown - values.count)
        }
        header = cells(first)
        rows = lines.dropFirst().prefix(Self.mostRows).map { Line(cells: cells($0)) }
        hasMoreRows = lines.count > Self.mostRows + 1 || !isWhole
        self.columns = columns
    }

    private static func cell(_ value: String) -> String {
        let isLong = value.unicodeScalars.count > longestCell
        let start = isLong ? String(String.UnicodeScalarView(value.unicodeScalars.prefix(longestCell))) + "…" : value
        return FileText.visible(start, keepingTabs: true)
    }

    /// The one that the first line has most of; a comma where there is none.
    private static func separator(of text: String) -> Unicode.Scalar {
        let line = text.unicodeScalars.prefix(10_000).prefix { $0 != "\n" && $0 != "\r" }
        let counts = ([",", ";", "\t"] as [Unicode.Scalar]).map { one in (one, line.count { $0 == one }) }
        return counts.max { $0.1 < $1.1 }.flatMap { $0.1 > 0 ? $0.0 : nil } ?? ","
    }

    /// Takes line after line.
    private struct Reader {
        private var rest: Substring.UnicodeScalarView
        private let separator: Unicode.Scalar

        init(_ text: String.UnicodeScalarView, separator: Unicode.Scalar) {
            rest = text[...]
            self.separator = separator
            if rest.first == "\u{FEFF}" { rest.removeFirst() }
        }

        /// The values of the next line that isn't empty.
        mutating func next() -> [String]? {
            while let first = rest.first, first == "\n" || first == "\r" { rest.removeFirst() }
            guard !rest.isEmpty else { return nil }
            var values: [String] = []
            while true {
                values.append(value())
                guard let end = rest.popFirst() else { return values }
                if end != separator { return values }
            }
        }

        /// Up to what ends it, which stays.
        private mutating func value() -> String {
            var value = String.UnicodeScalarView()
            var isQuoted = false
            if rest.first == "\"" {
                isQuoted = true
                rest.removeFirst()
            }
            while let next = rest.first {
                if isQuoted, next == "\"" {
                    rest.removeFirst()
                    isQuoted = rest.first == "\""
                    guard isQuoted else { continue }
                } else if !isQuoted, next == separator || next == "\n" || next == "\r" {
                    break
                }
                value.append(next)
                rest.removeFirst()
            }
            return String(value)
        }
    }
}
