import NIOCore

/// What the proxy says of a client to the servers behind it.
struct ClientIdentity: Equatable, Sendable {
    /// Whether to believe what the peer itself says in forwarded fields.
    enum Claims: Equatable, Sendable {
        case replaced
        case kept
    }

    var address: String
    var isEncrypted: Bool
    var claims: Claims

    var scheme: StaticString { isEncrypted ? "https" : "http" }
    var defaultPort: StaticString { isEncrypted ? "443" : "80" }
}

/// Writes the heads that go on, to the server behind and back to the client.
enum HeadWriter {
    /// Writes the request that goes to a server: fields for one hop left out, forwarded fields put in.
    ///
    /// `prefix`: the path of the route's own target, put before the path asked for.
    /// `hiding`: fields that aren't for this server.
    static func writeRequest(
        _ head: RequestHead,
        _ fields: [Field],
        from bytes: Span<UInt8>,
        prefix: String,
        client: ClientIdentity,
        requestID: RequestID,
        hiding privateFields: PrivateFields = .none,
        into out: inout ByteBuffer
    ) {
        copy(bytes, head.methodStart, head.methodEnd + 1, into: &out)
        if !prefix.isEmpty { out.writeString(prefix) }
        if head.target.isEmpty || bytes[head.target.lowerBound] == 0x3F { out.writeStaticString("/") }
        copy(bytes, head.target.lowerBound, head.target.upperBound, into: &out)
        out.writeStaticString(" HTTP/1.1\r\nHost: ")
        if let host = head.host {
            copy(bytes, host.lowerBound, host.upperBound, into: &out)
        } else {
            out.writeStaticString("localhost")
        }
        out.writeStaticString("\r\n")
        let keepsClaims = client.claims == .kept && fields.contains { $0.name == .forwarded }
        copyFields(fields, from: bytes, dropping: head.namesHopFields, into: &out) { field in
            switch field.name {
            case .other, .accept, .expect: !privateFields.contain(field, in: bytes)
            case .forwarded: keepsClaims && !privateFields.contain(field, in: bytes)
            default: false
            }
        }
        if !keepsClaims { writeForwarded(head, from: bytes, client: client, into: &out) }
        writeRequestID(requestID, into: &out)
        if let upgrade = head.upgrade {
            out.writeStaticString("Connection: Upgrade\r\nUpgrade: ")
            copy(bytes, upgrade.lowerBound, upgrade.upperBound, into: &out)
            out.writeStaticString("\r\n")
        }
        writeFraming(head.framing, into: &out)
        out.writeStaticString("\r\n")
    }

    /// How the client's connection goes on after a response.
    enum Persistence: Equatable, Sendable {
        case keepAlive
        /// Said aloud, for a client that speaks HTTP/1.0.
        case announcedKeepAlive
        case close
        case upgrade
    }

    /// Writes the response that goes to the client.
    ///
    /// `framing`: how the client will know the body's end; not always how the server said it.
    /// `shield`: what the server may not say to the client.
    static func writeResponse(
        _ head: ResponseHead,
        _ fields: [Field],
        from bytes: Span<UInt8>,
        framing: BodyFraming,
        persistence: Persistence,
        requestID: RequestID,
        shield: OriginShield? = nil,
        into out: inout ByteBuffer
    ) {
        out.writeStaticString("HTTP/1.1 ")
        copy(bytes, head.statusText.lowerBound, head.statusText.upperBound, into: &out)
        out.writeStaticString("\r\n")
        let passed = shield.map { Self.passed(fields, $0, in: bytes) } ?? fields
        copyFields(passed, from: bytes, dropping: head.namesHopFields, into: &out) { field in
            switch field.name {
            case .other, .accept, .host, .expect, .forwarded: true
            default: false
            }
        }
        if !head.isInterim { writeRequestID(requestID, into: &out) }
        if let length = head.statedLength {
            writeFraming(.length(length), into: &out)
        } else {
            writeFraming(framing, into: &out)
        }
        switch persistence {
        case .keepAlive: break
        case .announcedKeepAlive: out.writeStaticString("Connection: keep-alive\r\n")
        case .close: out.writeStaticString("Connection: close\r\n")
        case .upgrade:
            out.writeStaticString("Connection: Upgrade\r\n")
            if let upgrade = head.upgrade {
                out.writeStaticString("Upgrade: ")
                copy(bytes, upgrade.lowerBound, upgrade.upperBound, into: &out)
                out.writeStaticString("\r\n")
            }
        }
        out.writeStaticString("\r\n")
    }

    private static func passed(_ fields: [Field], _ shield: OriginShield, in bytes: Span<UInt8>) -> [Field] {
        var kept: [Field] = []
        kept.reserveCapacity(fields.count)
        for field in fields where !shield.refuses(field, in: bytes) { kept.append(field) }
        return kept
    }

    private static func writeForwarded(
        _ head: RequestHead,
        from bytes: Span<UInt8>,
        client: ClientIdentity,
        into out: inout ByteBuffer
    ) {
        out.writeStaticString("X-Forwarded-For: ")
        out.writeString(client.address)
        out.writeStaticString("\r\nX-Forwarded-Proto: ")
        out.writeStaticString(client.scheme)
        if let host = head.host {
            out.writeStaticString("\r\nX-Forwarded-Host: ")
            copy(bytes, host.lowerBound, host.upperBound, into: &out)
        }
        out.writeStaticString("\r\nX-Forwarded-Port: ")
        if let host = head.host, let port = portStart(bytes, host) {
            copy(bytes, port, host.upperBound, into: &out)
        } else {
            out.writeStaticString(client.defaultPort)
        }
        out.writeStaticString("\r\n")
    }

    /// Where the port begins in a host, if it names one.
    private static func portStart(_ bytes: Span<UInt8>, _ host: Range<Int>) -> Int? {
        var index = host.upperBound
        while index > host.lowerBound, ByteRules.isDigit(bytes[index - 1]) { index &-= 1 }
        guard index < host.upperBound, index > host.lowerBound, bytes[index - 1] == ByteRules.colon else { return nil }
        return index
    }

    private static func writeRequestID(_ requestID: RequestID, into out: inout ByteBuffer) {
        out.writeStaticString("X-Request-ID: ")
        requestID.write(into: &out)
        out.writeStaticString("\r\n")
    }

    private static func writeFraming(_ framing: BodyFraming, into out: inout ByteBuffer) {
        switch framing {
        case .none, .untilClose: break
        case .length(let count):
            out.writeStaticString("Content-Length: ")
            writeDecimal(count, into: &out)
            out.writeStaticString("\r\n")
        case .chunked: out.writeStaticString("Transfer-Encoding: chunked\r\n")
        }
    }

    /// Copies the fields that stay, neighbours in one stretch.
    @inline(__always)
    private static func copyFields(
        _ fields: [Field],
        from bytes: Span<UInt8>,
        dropping namesHopFields: Bool,
        into out: inout ByteBuffer,
        where stays: (Field) -> Bool
    ) {
        var runStart = 0
        var runEnd = 0
        for field in fields {
            guard stays(field) else { continue }
            if namesHopFields, field.name != .expect, isNamed(field, by: fields, in: bytes) { continue }
            if field.nameStart != runEnd {
                copy(bytes, runStart, runEnd, into: &out)
                runStart = field.nameStart
            }
            runEnd = field.lineEnd
        }
        copy(bytes, runStart, runEnd, into: &out)
    }

    /// Whether a `Connection` field names this one.
    private static func isNamed(_ field: Field, by fields: [Field], in bytes: Span<UInt8>) -> Bool {
        for candidate in fields where candidate.name == .connection {
            var isFound = false
            ListReader.forEach(bytes, candidate.valueStart, candidate.valueEnd) { from, to in
                isFound = areEqual(bytes, from..<to, field.nameStart..<field.nameEnd)
                return !isFound
            }
            if isFound { return true }
        }
        return false
    }

    private static func areEqual(_ bytes: Span<UInt8>, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count {
            let one = bytes[left.lowerBound + index]
            let other = bytes[right.lowerBound + index]
            let isSame = one == other || (one | 0x20 == other | 0x20 && ByteRules.isLetter(one))
            if !isSame { return false }
        }
        return true
    }

    @inline(__always)
    private static func copy(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, into out: inout ByteBuffer) {
        guard end > start else { return }
        out.writeBytes(bytes.extracting(start..<end).bytes)
    }

    static func writeDecimal(_ value: Int, into out: inout ByteBuffer) {
        var divisor = 1
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            out.writeInteger(UInt8(0x30 + value / divisor % 10))
            divisor /= 10
        }
    }
}
