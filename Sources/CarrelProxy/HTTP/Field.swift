/// A header field by its place in the head; nothing is copied.
struct Field: Equatable, Sendable {
    var name: FieldName
    var nameStart: Int
    var nameEnd: Int
    var valueStart: Int
    var valueEnd: Int
    /// Past the line's CRLF.
    var lineEnd: Int
}

/// The fields that the proxy itself acts on.
enum FieldName: UInt8, Equatable, Sendable {
    case other
    case host
    case connection
    case contentLength
    case transferEncoding
    case upgrade
    case expect
    case accept
    case requestID
    /// `X-Forwarded-*`, `Forwarded`, `X-Real-IP`, `X-Scheme`: what tells a server whom it speaks with.
    case forwarded
    /// Meant for the next hop only (RFC 9110 §7.6.1), or for a proxy that we are not.
    case hopByHop

    /// Recognises a name in any case.
    @inline(__always)
    static func classify(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> FieldName {
        // Most names differ from all of ours in their first letter.
        switch bytes[start] | 0x20 {
        case 0x61: return ByteRules.spells(bytes, start, end, "accept") ? .accept : .other
        case 0x63: return classifyC(bytes, start, end)
        case 0x65: return ByteRules.spells(bytes, start, end, "expect") ? .expect : .other
        case 0x66: return ByteRules.spells(bytes, start, end, "forwarded") ? .forwarded : .other
        case 0x68:
            if ByteRules.spells(bytes, start, end, "host") { return .host }
            return ByteRules.spells(bytes, start, end, "http2-settings") ? .hopByHop : .other
        case 0x6B: return ByteRules.spells(bytes, start, end, "keep-alive") ? .hopByHop : .other
        case 0x70:
            let isOurs =
                ByteRules.spells(bytes, start, end, "proxy-connection")
                || ByteRules.spells(bytes, start, end, "proxy-authorization")
                || ByteRules.spells(bytes, start, end, "proxy-authenticate")
            return isOurs ? .hopByHop : .other
        case 0x74: return classifyT(bytes, start, end)
        case 0x75: return ByteRules.spells(bytes, start, end, "upgrade") ? .upgrade : .other
        case 0x78: return classifyX(bytes, start, end)
        default: return .other
        }
    }

    private static func classifyC(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> FieldName {
        if ByteRules.spells(bytes, start, end, "connection") { return .connection }
        return ByteRules.spells(bytes, start, end, "content-length") ? .contentLength : .other
    }

    private static func classifyT(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> FieldName {
        if ByteRules.spells(bytes, start, end, "transfer-encoding") { return .transferEncoding }
        let isOurs = ByteRules.spells(bytes, start, end, "te") || ByteRules.spells(bytes, start, end, "trailer")
        return isOurs ? .hopByHop : .other
    }

    private static func classifyX(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> FieldName {
        if ByteRules.begins(bytes, start, end, with: "x-forwarded-") { return .forwarded }
        if ByteRules.spells(bytes, start, end, "x-real-ip") { return .forwarded }
        if ByteRules.spells(bytes, start, end, "x-scheme") { return .forwarded }
        return ByteRules.spells(bytes, start, end, "x-request-id") ? .requestID : .other
    }
}

/// Reads the field lines of a head that ``HeadScanner`` let through.
enum FieldReader {
    static let maximumCount = 256

    /// Lists the fields between the first line and the empty line.
    ///
    /// `start`: where the line after the first begins.
    /// `fields`: filled anew; kept by the caller so that its memory is used again.
    static func read(_ bytes: Span<UInt8>, from start: Int, into fields: inout [Field]) throws(Refusal) {
        fields.removeAll(keepingCapacity: true)
        var position = start
        while bytes[position] != ByteRules.carriageReturn {
            guard fields.count < maximumCount else { throw .tooManyFields }
            let field = try readOne(bytes, at: position)
            fields.append(field)
            position = field.lineEnd
        }
    }

    private static func readOne(_ bytes: Span<UInt8>, at position: Int) throws(Refusal) -> Field {
        var nameEnd = position
        while ByteRules.isToken(bytes[nameEnd]) { nameEnd &+= 1 }
        guard nameEnd > position, bytes[nameEnd] == ByteRules.colon else { throw .malformedField }
        var valueStart = nameEnd + 1
        while ByteRules.isBlank(bytes[valueStart]) { valueStart &+= 1 }
        var lineFeed = valueStart
        while bytes[lineFeed] != ByteRules.carriageReturn { lineFeed &+= 1 }
        var valueEnd = lineFeed
        while valueEnd > valueStart, ByteRules.isBlank(bytes[valueEnd - 1]) { valueEnd &-= 1 }
        return Field(
            name: FieldName.classify(bytes, position, nameEnd),
            nameStart: position,
            nameEnd: nameEnd,
            valueStart: valueStart,
            valueEnd: valueEnd,
            lineEnd: lineFeed + 2
        )
    }
}
