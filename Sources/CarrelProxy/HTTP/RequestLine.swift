/// The first line of a request (RFC 9112 §3), as places in its bytes.
struct RequestLine: Equatable, Sendable {
    var method: RequestMethod
    var methodEnd: Int
    var target: Range<Int>
    var pathEnd: Int
    /// The host named by an absolute address.
    var authority: Range<Int>?
    var isAsterisk: Bool
    var isHTTP10: Bool
    /// Past the line's CRLF.
    var end: Int

    static func read(
        _ bytes: Span<UInt8>,
        from start: Int,
        limits: HeadScanner.Limits
    ) throws(Refusal) -> RequestLine {
        var methodEnd = start
        while ByteRules.isToken(bytes[methodEnd]) { methodEnd &+= 1 }
        guard methodEnd > start, methodEnd - start <= 32, bytes[methodEnd] == ByteRules.space else {
            throw .malformedRequestLine
        }
        let method = RequestMethod.read(bytes, start, methodEnd)
        let targetStart = methodEnd + 1
        var targetEnd = targetStart
        while bytes[targetEnd] > ByteRules.space, bytes[targetEnd] < 0x7F { targetEnd &+= 1 }
        guard bytes[targetEnd] < 0x80 else { throw .badTarget }
        guard targetEnd > targetStart, bytes[targetEnd] == ByteRules.space else { throw .malformedRequestLine }
        guard targetEnd - targetStart <= limits.firstLine else { throw .targetTooLong }
        let isHTTP10 = try readVersion(bytes, from: targetEnd + 1)
        guard method != .connect, method != .trace else { throw .methodNotAllowed }
        let parts = try TargetParts.read(bytes, targetStart, targetEnd, method: method)
        return RequestLine(
            method: method,
            methodEnd: methodEnd,
            target: parts.target,
            pathEnd: parts.pathEnd,
            authority: parts.authority,
            isAsterisk: parts.isAsterisk,
            isHTTP10: isHTTP10,
            end: targetEnd + 11
        )
    }

    /// Reads `HTTP/1.1` or `HTTP/1.0` and the line's end; true for 1.0.
    private static func readVersion(_ bytes: Span<UInt8>, from start: Int) throws(Refusal) -> Bool {
        guard bytes.count >= start + 10 else { throw .malformedRequestLine }
        let prefix: StaticString = "HTTP/"
        let matches = prefix.withUTF8Buffer { letters in
            for index in 0..<5 where bytes[start + index] != letters[index] { return false }
            return true
        }
        guard matches, ByteRules.isDigit(bytes[start + 5]), bytes[start + 6] == 0x2E,
            ByteRules.isDigit(bytes[start + 7]), bytes[start + 8] == ByteRules.carriageReturn
        else { throw .malformedRequestLine }
        guard bytes[start + 5] == 0x31, bytes[start + 7] <= 0x31 else { throw .unsupportedVersion }
        return bytes[start + 7] == 0x30
    }
}

/// The address of a request in one of its forms (RFC 9112 §3.2).
private struct TargetParts {
    var target: Range<Int>
    var pathEnd: Int
    var authority: Range<Int>?
    var isAsterisk = false

    static func read(
        _ bytes: Span<UInt8>,
        _ start: Int,
        _ end: Int,
        method: RequestMethod
    ) throws(Refusal) -> TargetParts {
        if bytes[start] == 0x2A, end - start == 1 {  // *
            guard method == .options else { throw .badTarget }
            return TargetParts(target: start..<end, pathEnd: end, isAsterisk: true)
        }
        if bytes[start] == ByteRules.slash {
            return TargetParts(target: start..<end, pathEnd: try PathRule.check(bytes, start, end))
        }
        let schemeLength: Int
        if ByteRules.begins(bytes, start, end, with: "http://") {
            schemeLength = 7
        } else if ByteRules.begins(bytes, start, end, with: "https://") {
            schemeLength = 8
        } else {
            throw .badTarget
        }
        let authorityStart = start + schemeLength
        var authorityEnd = authorityStart
        while authorityEnd < end, bytes[authorityEnd] != ByteRules.slash, bytes[authorityEnd] != 0x3F {
            authorityEnd &+= 1
        }
        guard HostRule.allows(bytes, authorityStart, authorityEnd) else { throw .badHost }
        return TargetParts(
            target: authorityEnd..<end,
            pathEnd: try PathRule.check(bytes, authorityEnd, end),
            authority: authorityStart..<authorityEnd
        )
    }
}

/// What a path may hold.
///
/// A `..` segment is refused however it is written, for it would leave the route that was chosen. Encoded slashes count
/// as slashes here, because the server behind may read them so; they never do so when a route is looked up.
enum PathRule {
    /// Checks path and query; returns where the path ends.
    static func check(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) throws(Refusal) -> Int {
        var index = start
        var dots = 0
        var segmentIsDots = true
        while index < end {
            let byte = bytes[index]
            if byte == 0x3F { break }
            if byte != 0x2E, byte != ByteRules.slash, byte != ByteRules.percent, byte != 0x23, byte != 0x5C {
                segmentIsDots = false
                index &+= 1
                continue
            }
            let (decoded, width) = PathRule.decode(bytes, index, end)
            switch decoded {
            case 0x2E: dots &+= 1
            case ByteRules.slash, 0x5C:
                if byte == 0x5C { throw .badTarget }
                if segmentIsDots, dots == 2 { throw .climbingPath }
                dots = 0
                segmentIsDots = true
            case 0: throw .badTarget
            case 0x23 where byte == 0x23: throw .badTarget
            default: segmentIsDots = false
            }
            index &+= width
        }
        if segmentIsDots, dots == 2 { throw .climbingPath }
        let pathEnd = index
        while index < end {
            if bytes[index] == 0x23 { throw .badTarget }
            index &+= 1
        }
        return pathEnd
    }

    /// One byte of a path with its percent-encoding undone, and how many bytes it took.
    @inline(__always)
    static func decode(_ bytes: Span<UInt8>, _ index: Int, _ end: Int) -> (byte: UInt8, width: Int) {
        guard bytes[index] == ByteRules.percent, index + 2 < end,
            let high = ByteRules.hexValue(bytes[index + 1]), let low = ByteRules.hexValue(bytes[index + 2])
        else { return (bytes[index], 1) }
        return (high << 4 | low, 3)
    }
}
