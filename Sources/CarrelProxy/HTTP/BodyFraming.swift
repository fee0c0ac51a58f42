/// How the end of a body is known.
enum BodyFraming: Equatable, Sendable {
    case none
    case length(Int)
    case chunked
    /// Responses only: the body ends with the connection.
    case untilClose
}

/// What the framing and connection fields of one message say, gathered field by field.
struct FramingFields: Equatable, Sendable {
    private(set) var length: Int?
    private(set) var isChunked = false
    private(set) var closes = false
    private(set) var keepsAlive = false
    private(set) var namesUpgrade = false
    /// Whether `Connection` names fields beyond the usual ones, which then must go.
    private(set) var namesOthers = false

    /// Takes in a field; those that have nothing to do with framing are passed over.
    @inline(__always)
    mutating func note(_ field: Field, in bytes: Span<UInt8>) throws(Refusal) {
        switch field.name {
        case .contentLength:
            guard length == nil else { throw .badLength }
            guard !isChunked else { throw .lengthAndEncoding }
            length = try FramingFields.readLength(bytes, field.valueStart, field.valueEnd)
        case .transferEncoding:
            guard length == nil else { throw .lengthAndEncoding }
            guard !isChunked else { throw .badEncoding }
            guard field.valueEnd > field.valueStart else { throw .badEncoding }
            guard FramingFields.isWord(bytes, field.valueStart, field.valueEnd, "chunked") else {
                throw .unknownEncoding
            }
            isChunked = true
        case .connection: noteConnection(bytes, field.valueStart, field.valueEnd)
        default: break
        }
    }

    /// Digits only, at most 18 of them: no sign, no list, no space.
    static func readLength(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(Refusal) -> Int {
        guard end > start, end - start <= 18 else { throw .badLength }
        var value = 0
        for index in start..<end {
            guard ByteRules.isDigit(bytes[index]) else { throw .badLength }
            value = value &* 10 &+ Int(bytes[index] &- 0x30)
        }
        return value
    }

    private mutating func noteConnection(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
        ListReader.forEach(bytes, start, end) { from, to in
            if FramingFields.isWord(bytes, from, to, "close") {
                closes = true
            } else if FramingFields.isWord(bytes, from, to, "keep-alive") {
                keepsAlive = true
            } else if FramingFields.isWord(bytes, from, to, "upgrade") {
                namesUpgrade = true
            } else {
                namesOthers = true
            }
            return true
        }
    }

    /// Like ``ByteRules/spells(_:_:_:_:)`` without taking `_` for `-`.
    private static func isWord(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ word: StaticString) -> Bool {
        guard ByteRules.spells(bytes, start, end, word) else { return false }
        for index in start..<end where bytes[index] == 0x5F { return false }
        return true
    }
}

/// Walks the members of a comma-separated value.
enum ListReader {
    /// Calls the closure with the bounds of each member, blanks trimmed, until it says false.
    @inline(__always)
    static func forEach(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ visit: (Int, Int) -> Bool) {
        var from = start
        while from <= end {
            var to = from
            while to < end, bytes[to] != ByteRules.comma { to &+= 1 }
            var first = from
            var last = to
            while first < last, ByteRules.isBlank(bytes[first]) { first &+= 1 }
            while last > first, ByteRules.isBlank(bytes[last - 1]) { last &-= 1 }
            if last > first, !visit(first, last) { return }
            from = to + 1
        }
    }
}
