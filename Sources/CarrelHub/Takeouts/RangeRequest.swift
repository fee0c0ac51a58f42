/// Which part of a file a client asks for; RFC 9110 §14.
enum RangeRequest: Equatable {
    case whole
    /// From the first to the last byte, both of them.
    case part(ClosedRange<Int>)
    /// None of the file's bytes are in the part.
    case unsatisfiable

    /// Reads the fields of a request.
    ///
    /// A field that isn't understood, asks for several parts, or is for another version of the file is as if it weren't there.
    ///
    /// - Parameters:
    ///   - range: the field `Range`.
    ///   - condition: the field `If-Range`.
    ///   - etag: the file's own, strong.
    ///   - size: the file's bytes.
    init(range: String?, ifRange condition: String?, etag: String, size: Int) {
        guard let range, condition == nil || condition == etag, range.lowercased().hasPrefix("bytes=") else {
            self = .whole
            return
        }
        let ends = range.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]),
            first != nil || last != nil
        else {
            self = .whole
            return
        }
        self =
            switch (first, last) {
            case (let first?, let last?) where last < first: .whole
            case (let first?, _) where first >= size: .unsatisfiable
            case (let first?, let last): .part(first...min(last ?? size - 1, size - 1))
            case (nil, 0): .unsatisfiable
            case (nil, _) where size == 0: .unsatisfiable
            case (nil, let count): .part(max(0, size - (count ?? 0))...size - 1)
            }
    }

    /// A number, nil for nothing; and nil in all when it is neither.
    private static func number(_ text: Substring) -> Int?? {
        let text = text.drop { $0 == " " }
        if text.isEmpty { return .some(nil) }
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        // Beyond what a number holds is beyond every file.
        return .some(Int(text) ?? Int.max)
    }
}
