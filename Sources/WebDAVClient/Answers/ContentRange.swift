/// Which bytes of a file an answer holds (RFC 9110 §14.4).
struct ContentRange: Sendable, Equatable {
    let first: Int64
    let last: Int64
    /// The whole file's size; nil when the server doesn't tell.
    let total: Int64?

    /// Reads `bytes 0-499/1234` or `bytes 0-499/*`; nil for anything else.
    init?(_ field: String) {
        let words = field.trimmed.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let halves = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { Self.number($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
        self.first = first
        self.last = last
        if halves[1] == "*" {
            total = nil
        } else {
            guard let whole = Self.number(halves[1]), last < whole else { return nil }
            total = whole
        }
    }

    /// How many bytes these are.
    var count: Int64 { last - first + 1 }

    /// Digits only, which `Int64`'s own reading doesn't ask for.
    static func number(_ text: some StringProtocol) -> Int64? {
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }
}

/// Which bytes of a file are wanted.
public enum WebDAVRange: Sendable, Equatable {
    /// All of them.
    case all
    /// From a place to the end, in bytes from the beginning.
    case from(Int64)
    /// So many from a place, or fewer if the file ends before.
    case bytes(Range<Int64>)

    /// The place of the first.
    var first: Int64 {
        switch self {
        case .all: 0
        case .from(let first): max(0, first)
        case .bytes(let range): max(0, range.lowerBound)
        }
    }

    /// How many at most; nil when it goes to the end.
    var limit: Int64? {
        if case .bytes(let range) = self { max(0, range.upperBound - first) } else { nil }
    }

    /// The field `Range` for what is left after some were read; nil for the whole file.
    func field(after received: Int64) -> String? {
        let start = first + received
        if let limit { return "bytes=\(start)-\(first + limit - 1)" }
        return self == .all && received == 0 ? nil : "bytes=\(start)-"
    }
}
