/// Finds the last lines of a log.
enum LogTail {
    /// What the first line of every start begins with.
    static let mark = "── carrel: start of "

    /// The last lines of the latest start.
    ///
    /// - Parameters:
    ///   - bytes: the end of the log; whatever isn't UTF-8 in it is replaced.
    ///   - isWhole: whether `bytes` begin where the log begins; otherwise their first line may be cut and is left out.
    ///   - count: how many lines at most.
    /// - Returns: the lines as text, without their ends.
    static func lines(in bytes: some Collection<UInt8>, isWhole: Bool, count: Int) -> [String] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        if !isWhole && !lines.isEmpty { lines.removeFirst() }
        let mark = Array(mark.utf8)
        if let start = lines.lastIndex(where: { $0.starts(with: mark) }) { lines.removeFirst(start + 1) }
        return lines.suffix(max(0, count)).map { readable($0) }
    }

    /// One line as text, without what moves a cursor or changes colours.
    private static func readable(_ bytes: some Collection<UInt8>) -> String {
        var text = String(decoding: bytes, as: UTF8.self)
        text.unicodeScalars.removeAll { $0.properties.generalCategory == .control && $0 != "\t" }
        return text
    }
}
