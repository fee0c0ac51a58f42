import HTTPTypes

/// What a request asks to hold of the file before it is done (RFC 9110 §13).
struct GatewayConditions {
    /// What follows.
    enum Verdict: Equatable {
        /// It is done.
        case holds
        /// It isn't done: the client has it already.
        case notModified
        /// It isn't done.
        case fails
    }

    private let ifMatch: String?
    private let ifNoneMatch: String?
    private let modifiedSince: Int64?
    private let unmodifiedSince: Int64?

    init(_ headers: HTTPFields) {
        ifMatch = headers[.ifMatch]
        ifNoneMatch = headers[.ifNoneMatch]
        modifiedSince = headers[.ifModifiedSince].flatMap(GatewayDate.read)
        unmodifiedSince = headers[.ifUnmodifiedSince].flatMap(GatewayDate.read)
    }

    /// Whether nothing is asked for.
    var isEmpty: Bool {
        ifMatch == nil && ifNoneMatch == nil && modifiedSince == nil && unmodifiedSince == nil
    }

    /// Whether the file has to be of the version that was looked at.
    var bindsVersion: Bool { ifMatch != nil || unmodifiedSince != nil }

    /// Whether nothing may be there.
    var asksForNew: Bool { ifNoneMatch == "*" }

    /// Judges, in the order of RFC 9110 §13.2.2; nil for an entry that isn't there.
    func verdict(for entry: DataEntry?, isReading: Bool) -> Verdict {
        let tag = entry.flatMap(EntityTag.of)
        if let ifMatch {
            guard entry != nil, ifMatch == "*" || tag.map({ EntityTag.list(ifMatch)?.contains($0) ?? false }) ?? false
            else { return .fails }
        } else if let unmodifiedSince, let modified = entry?.modified, modified.seconds > unmodifiedSince {
            return .fails
        }
        if let ifNoneMatch {
            let isThere =
                ifNoneMatch == "*"
                ? entry != nil
                : tag.map { tag in EntityTag.list(ifNoneMatch)?.contains { $0 == tag || $0 == "W/" + tag } ?? false }
                    ?? false
            if isThere { return isReading ? .notModified : .fails }
        } else if isReading, let modifiedSince, let modified = entry?.modified, modified.seconds <= modifiedSince {
            return .notModified
        }
        return .holds
    }
}

/// Which bytes a request asks for (RFC 9110 §14.2).
enum RangeField {
    /// The one range of a field; nil for several, for other units and for what can't be read, which all get the whole file.
    static func read(_ text: String) -> DataRange? {
        guard text.lowercased().hasPrefix("bytes=") else { return nil }
        let parts = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let first = number(parts[0])
        let last = number(parts[1])
        switch (parts[0].isEmpty, parts[1].isEmpty) {
        case (true, false): return last.flatMap { $0 > 0 ? .last($0) : nil }
        case (false, true): return first.map(DataRange.from)
        case (false, false):
            guard let first, let last, first <= last, last < .max else { return nil }
            return .bytes(first..<last + 1)
        case (true, true): return nil
        }
    }

    private static func number(_ text: Substring) -> Int64? {
        text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Int64(text) : nil
    }
}
