/// The methods that are treated in a way of their own.
enum RequestMethod: Equatable, Sendable {
    case get
    case head
    case options
    case put
    case delete
    case post
    case connect
    case trace
    case other

    /// Whether the request may be sent a second time (RFC 9110 §9.2.2).
    var isIdempotent: Bool {
        switch self {
        case .get, .head, .options, .put, .delete: true
        default: false
        }
    }

    static func read(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> RequestMethod {
        func isExactly(_ word: StaticString) -> Bool {
            guard word.utf8CodeUnitCount == end - start else { return false }
            return word.withUTF8Buffer { letters in
                for index in 0..<(end - start) where bytes[start + index] != letters[index] { return false }
                return true
            }
        }
        switch end - start {
        case 3: return isExactly("GET") ? .get : isExactly("PUT") ? .put : .other
        case 4: return isExactly("HEAD") ? .head : isExactly("POST") ? .post : .other
        case 5: return isExactly("TRACE") ? .trace : .other
        case 6: return isExactly("DELETE") ? .delete : .other
        case 7: return isExactly("OPTIONS") ? .options : isExactly("CONNECT") ? .connect : .other
        default: return .other
        }
    }
}

/// What a request's head says, as places in its bytes.
struct RequestHead: Equatable, Sendable {
    var method: RequestMethod
    var methodStart: Int
    var methodEnd: Int
    /// Path and query, or `*`; empty for an absolute address without a path.
    var target: Range<Int>
    /// Where the path ends and the query begins.
    var pathEnd: Int
    /// The host asked for: from an absolute address, else from `Host`; nil only in HTTP/1.0.
    var host: Range<Int>?
    var isHTTP10: Bool
    var framing: BodyFraming
    /// Whether the client wants to keep the connection.
    var keepsAlive: Bool
    /// Names the protocol of an upgrade that may be passed on.
    var upgrade: Range<Int>?
    /// Whether `Connection` names further fields, which go no further.
    var namesHopFields: Bool
    /// Whether the client understands JSON and no HTML.
    var wantsJSON: Bool
    var expectsContinue: Bool

    var isBodiless: Bool { framing == .none || framing == .length(0) }
    var isAsterisk: Bool { pathEnd - target.lowerBound == 1 && isAsteriskForm }
    var isAsteriskForm: Bool

    /// Reads a head that ``HeadScanner`` let through.
    ///
    /// `fields`: filled with the fields, for whoever writes the head that goes on.
    static func read(
        _ bytes: Span<UInt8>,
        from start: Int,
        limits: HeadScanner.Limits,
        into fields: inout [Field]
    ) throws(Refusal) -> RequestHead {
        let line = try RequestLine.read(bytes, from: start, limits: limits)
        try FieldReader.read(bytes, from: line.end, into: &fields)
        var framing = FramingFields()
        var notes = FieldNotes()
        for field in fields {
            try framing.note(field, in: bytes)
            try notes.note(field, in: bytes)
        }
        guard !framing.isChunked || !line.isHTTP10 else { throw .badEncoding }
        guard notes.host != nil || line.isHTTP10 else { throw .badHost }
        let body: BodyFraming = framing.isChunked ? .chunked : framing.length.map { .length($0) } ?? .none
        let mayUpgrade = framing.namesUpgrade && !line.isHTTP10 && (body == .none || body == .length(0))
        return RequestHead(
            method: line.method,
            methodStart: start,
            methodEnd: line.methodEnd,
            target: line.target,
            pathEnd: line.pathEnd,
            host: line.authority ?? notes.host,
            isHTTP10: line.isHTTP10,
            framing: body,
            keepsAlive: line.isHTTP10 ? framing.keepsAlive && !framing.closes : !framing.closes,
            upgrade: mayUpgrade ? notes.upgrade : nil,
            namesHopFields: framing.namesOthers,
            wantsJSON: notes.namesJSON && !notes.namesHTML,
            expectsContinue: notes.expectsContinue,
            isAsteriskForm: line.isAsterisk
        )
    }
}

/// What the fields of a request say besides its framing.
private struct FieldNotes {
    var host: Range<Int>?
    var upgrade: Range<Int>?
    var expectsContinue = false
    var namesJSON = false
    var namesHTML = false

    @inline(__always)
    mutating func note(_ field: Field, in bytes: Span<UInt8>) throws(Refusal) {
        switch field.name {
        case .host:
            guard host == nil else { throw .badHost }
            try checkHost(bytes, field.valueStart, field.valueEnd)
            host = field.valueStart..<field.valueEnd
        case .upgrade:
            upgrade =
                FieldNotes.mayUpgrade(bytes, field.valueStart, field.valueEnd) && upgrade == nil
                ? field.valueStart..<field.valueEnd : nil
        case .expect:
            guard ByteRules.spells(bytes, field.valueStart, field.valueEnd, "100-continue") else {
                throw .unknownExpectation
            }
            expectsContinue = true
        case .accept: noteAccept(bytes, field.valueStart, field.valueEnd)
        default: break
        }
    }

    private mutating func noteAccept(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
        ListReader.forEach(bytes, start, end) { from, to in
            if ByteRules.begins(bytes, from, to, with: "application/json") { namesJSON = true }
            let namesText = ByteRules.begins(bytes, from, to, with: "text/")
            if namesText || ByteRules.begins(bytes, from, to, with: "*/*") { namesHTML = true }
            return true
        }
    }

    /// HTTP/2 and TLS are not passed on: behind such an upgrade further requests would go by unread.
    private static func mayUpgrade(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        var isFine = end > start
        ListReader.forEach(bytes, start, end) { from, to in
            if ByteRules.begins(bytes, from, to, with: "h2") { isFine = false }
            if ByteRules.begins(bytes, from, to, with: "http/") { isFine = false }
            if ByteRules.begins(bytes, from, to, with: "tls/") { isFine = false }
            return isFine
        }
        return isFine
    }

    private func checkHost(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(Refusal) {
        guard HostRule.allows(bytes, start, end) else { throw .badHost }
    }
}

/// Which values name a host: a name or address, then perhaps a port.
enum HostRule {
    static func allows(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        guard end > start, end - start <= 512 else { return false }
        var index = start
        if bytes[start] == 0x5B {  // [
            while index < end, bytes[index] != 0x5D { index &+= 1 }
            guard index < end, index > start + 1 else { return false }
            index &+= 1
        } else {
            while index < end, bytes[index] != ByteRules.colon { index &+= 1 }
            guard index > start else { return false }
        }
        for place in start..<index {
            guard ByteRules.isHost(bytes[place]) else { return false }
            if bytes[place] == 0x5B, place != start { return false }
            if bytes[place] == 0x5D, bytes[start] != 0x5B { return false }
        }
        guard index < end else { return true }
        guard bytes[index] == ByteRules.colon, end - index <= 6 else { return false }
        for place in (index + 1)..<end where !ByteRules.isDigit(bytes[place]) { return false }
        return true
    }
}
