/// What a response's head says, as places in its bytes.
struct ResponseHead: Equatable, Sendable {
    var status: Int
    /// From the status digits to the end of the reason, without CRLF.
    var statusText: Range<Int>
    var framing: BodyFraming
    /// Whether the connection can carry another request afterwards.
    var keepsAlive: Bool
    var upgrade: Range<Int>?
    var namesHopFields: Bool
    /// A length stated by an answer without body (HEAD, 304), passed on as it is.
    var statedLength: Int?

    var isInterim: Bool { status < 200 }

    /// Reads a head that ``HeadScanner`` let through.
    ///
    /// `method`: of the request answered: it decides whether there is a body (RFC 9112 §6.3).
    /// `fields`: filled with the fields, for whoever writes the head that goes on.
    static func read(
        _ bytes: Span<UInt8>,
        from start: Int,
        method: RequestMethod,
        into fields: inout [Field]
    ) throws(Refusal) -> ResponseHead {
        let line = try StatusLine.read(bytes, from: start)
        try FieldReader.read(bytes, from: line.end, into: &fields)
        var framing = FramingFields()
        var upgrade: Range<Int>?
        for field in fields {
            try framing.note(field, in: bytes)
            if field.name == .upgrade { upgrade = field.valueStart..<field.valueEnd }
        }
        guard !framing.isChunked || !line.isHTTP10 else { throw .badEncoding }
        let isBodiless = method == .head || line.status < 200 || line.status == 204 || line.status == 304
        let body: BodyFraming
        if isBodiless {
            body = .none
        } else if framing.isChunked {
            body = .chunked
        } else {
            body = framing.length.map { .length($0) } ?? .untilClose
        }
        let keepsAlive = line.isHTTP10 ? framing.keepsAlive && !framing.closes : !framing.closes
        return ResponseHead(
            status: line.status,
            statusText: line.text,
            framing: body,
            keepsAlive: keepsAlive && body != .untilClose,
            upgrade: line.status == 101 ? upgrade : nil,
            namesHopFields: framing.namesOthers,
            statedLength: isBodiless && line.status >= 200 && line.status != 204 ? framing.length : nil
        )
    }
}

private struct StatusLine {
    var status: Int
    var text: Range<Int>
    var isHTTP10: Bool
    var end: Int

    static func read(_ bytes: Span<UInt8>, from start: Int) throws(Refusal) -> StatusLine {
        guard bytes.count >= start + 14 else { throw .malformedStatusLine }
        let prefix: StaticString = "HTTP/1."
        let matches = prefix.withUTF8Buffer { letters in
            for index in 0..<7 where bytes[start + index] != letters[index] { return false }
            return true
        }
        let minor = bytes[start + 7]
        guard matches, minor == 0x30 || minor == 0x31, bytes[start + 8] == ByteRules.space else {
            throw .malformedStatusLine
        }
        var status = 0
        for index in (start + 9)..<(start + 12) {
            guard ByteRules.isDigit(bytes[index]) else { throw .malformedStatusLine }
            status = status * 10 + Int(bytes[index] &- 0x30)
        }
        let afterCode = bytes[start + 12]
        guard status >= 100, afterCode == ByteRules.space || afterCode == ByteRules.carriageReturn else {
            throw .malformedStatusLine
        }
        var textEnd = start + 12
        while bytes[textEnd] != ByteRules.carriageReturn { textEnd &+= 1 }
        return StatusLine(
            status: status,
            text: (start + 9)..<textEnd,
            isHTTP10: minor == 0x30,
            end: textEnd + 2
        )
    }
}
