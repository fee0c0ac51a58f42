/// Which lines two texts differ in, in time and memory that no text can drive up.
enum LineDiff {
    /// A line of a comparison.
    struct Line: Sendable, Equatable {
        /// Where it is.
        enum Side: Sendable, Equatable {
            /// In both, only in the old text, only in the new one.
            case both, old, new
        }

        let side: Side
        let text: String
    }

    /// A piece of the comparison: changed lines with a few around them.
    struct Hunk: Sendable, Equatable {
        /// As in a unified diff: `@@ -1,4 +1,5 @@`.
        let title: String
        let lines: [Line]
    }

    /// The most cells of the table that finds the longest common lines; beyond it all lines between count as changed.
    static let mostCells = 4_000_000

    /// All lines of both texts in order.
    static func lines(from old: [String], to new: [String]) -> [Line] {
        let head = zip(old, new).prefix { $0 == $1 }.count
        let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed()).prefix { $0 == $1 }.count
        let oldMiddle = Array(old[head..<(old.count - tail)])
        let newMiddle = Array(new[head..<(new.count - tail)])
        return old[..<head].map { Line(side: .both, text: $0) } + middle(oldMiddle, newMiddle)
            + old[(old.count - tail)...].map { Line(side: .both, text: $0) }
    }

    /// The changed lines with `context` lines around them.
    static func hunks(_ lines: [Line], context: Int = 3) -> [Hunk] {
        var hunks: [Hunk] = []
        for range in ranges(lines, context: context) {
            let before = lines[..<range.lowerBound]
            let inside = Array(lines[range])
            let old = (before.count { $0.side != .new } + 1, inside.count { $0.side != .new })
            let new = (before.count { $0.side != .old } + 1, inside.count { $0.side != .old })
            hunks.append(Hunk(title: "@@ -\(old.0),\(old.1) +\(new.0),\(new.1) @@", lines: inside))
        }
        return hunks
    }

    private static func ranges(_ lines: [Line], context: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for (index, line) in lines.enumerated() where line.side != .both {
            let range = max(0, index - context)..<min(lines.count, index + context + 1)
            if let last = ranges.last, last.upperBound >= range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        return ranges
    }

    private static func middle(_ old: [String], _ new: [String]) -> [Line] {
        guard !old.isEmpty, !new.isEmpty, old.count * new.count <= mostCells else {
            return old.map { Line(side: .old, text: $0) } + new.map { Line(side: .new, text: $0) }
        }
        // Lines as numbers: compared often, so compared fast.
        var numbers: [String: Int] = [:]
        func number(_ line: String) -> Int {
            if let known = numbers[line] { return known }
            numbers[line] = numbers.count
            return numbers.count - 1
        }
        return walk(old, new, lengths(old.map(number), new.map(number)))
    }

    /// For each pair of places, how many lines the rests have in common.
    private static func lengths(_ old: [Int], _ new: [Int]) -> [Int32] {
        let width = new.count + 1
        var table = [Int32](repeating: 0, count: (old.count + 1) * width)
        for row in stride(from: old.count - 1, through: 0, by: -1) {
            for column in stride(from: new.count - 1, through: 0, by: -1) {
                let here = row * width + column
                table[here] =
                    old[row] == new[column] ? table[here + width + 1] + 1 : max(table[here + width], table[here + 1])
            }
        }
        return table
    }

    private static func walk(_ old: [String], _ new: [String], _ table: [Int32]) -> [Line] {
        let width = new.count + 1
        var lines: [Line] = []
        var (row, column) = (0, 0)
        while row < old.count || column < new.count {
            if row < old.count, column < new.count, old[row] == new[column] {
                lines.append(Line(side: .both, text: old[row]))
                (row, column) = (row + 1, column + 1)
            } else if column == new.count
                || (row < old.count && table[(row + 1) * width + column] >= table[row * width + column + 1])
            {
                lines.append(Line(side: .old, text: old[row]))
                row += 1
            } else {
                lines.append(Line(side: .new, text: new[column]))
                column += 1
            }
        }
        return lines
    }
}
