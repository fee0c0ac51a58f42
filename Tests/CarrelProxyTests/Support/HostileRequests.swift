import Testing

@testable import CarrelProxy

/// A request that two programs could read differently, or that is plainly malformed.
struct HostileRequest: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let refusal: Refusal

    init(_ name: String, _ text: String, _ refusal: Refusal) {
        self.name = name
        self.text = text
        self.refusal = refusal
    }

    var testDescription: String { name }

    /// Refused by their head.
    static let heads: [HostileRequest] = [
        .init(
            "Content-Length with Transfer-Encoding",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            .lengthAndEncoding
        ),
        .init(
            "Transfer-Encoding with Content-Length",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
            .lengthAndEncoding
        ),
        .init(
            "different lengths",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
            .badLength
        ),
        .init(
            "the same length twice",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
            .badLength
        ),
        .init("a list of lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nabcde", .badLength),
        .init("a signed length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde", .badLength),
        .init("a negative length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", .badLength),
        .init("a hexadecimal length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nabcde", .badLength),
        .init("an empty length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", .badLength),
        .init(
            "a length that overflows",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551617\r\n\r\n",
            .badLength
        ),
        .init(
            "a length with an underscore",
            "POST / HTTP/1.1\r\nHost: a\r\nContent_Length: 5\r\nContent-Length: 6\r\n\r\n",
            .badLength
        ),
        .init(
            "two encodings",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            .unknownEncoding
        ),
        .init(
            "chunked twice",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            .badEncoding
        ),
        .init(
            "an encoding in disguise",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            .unknownEncoding
        ),
        .init(
            "an encoding after a vertical tab",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u{0B}chunked\r\n\r\n0\r\n\r\n",
            .controlCharacter
        ),
        .init(
            "a chunked body in HTTP/1.0",
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            .badEncoding
        ),
        .init("a folded field", "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n", .foldedField),
        .init("a field folded with a tab", "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n\tc\r\n\r\n", .foldedField),
        .init("a first field that begins with a space", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", .foldedField),
        .init("bare line feeds", "GET / HTTP/1.1\nHost: a\n\n", .bareLineFeed),
        .init("one bare line feed", "GET / HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n", .bareLineFeed),
        .init("a bare line feed at the end", "GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed),
        .init("a bare carriage return", "GET / HTTP/1.1\r\nHost: a\rX-A: b\r\n\r\n", .bareCarriageReturn),
        .init("a space before the colon", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\n", .malformedField),
        .init("a tab before the colon", "GET / HTTP/1.1\r\nHost: a\r\nX-A\t: 5\r\n\r\n", .malformedField),
        .init("a field without a name", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", .malformedField),
        .init("a field without a colon", "GET / HTTP/1.1\r\nHost: a\r\nX-A\r\n\r\n", .malformedField),
        .init("a name with brackets", "GET / HTTP/1.1\r\nHost: a\r\nX[A]: b\r\n\r\n", .malformedField),
        .init("a NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n", .controlCharacter),
        .init("a NUL in the path", "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n", .controlCharacter),
        .init("a delete character", "GET / HTTP/1.1\r\nHost: a\r\nX-A: \u{7F}\r\n\r\n", .controlCharacter),
        .init("the start of a TLS connection", "\u{16}\u{03}\u{01}\0\u{05}", .controlCharacter),
        .init("no host", "GET / HTTP/1.1\r\n\r\n", .badHost),
        .init("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", .badHost),
        .init("the same host twice", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .badHost),
        .init("an empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", .badHost),
        .init("a host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .badHost),
        .init("a host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .badHost),
        .init("a host with a comma", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .badHost),
        .init("a host with a bad port", "GET / HTTP/1.1\r\nHost: a:8x\r\n\r\n", .badHost),
        .init("an absolute address with a user", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", .badHost),
        .init("an absolute address without a host", "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", .badHost),
        .init("another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .init("an authority as address", "GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .init("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", .methodNotAllowed),
        .init("TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", .methodNotAllowed),
        .init("an asterisk for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .init("two spaces before the address", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
        .init("two spaces after the address", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
        .init("a tab in the first line", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
        .init("a space before the method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
        .init("no version", "GET /\r\nHost: a\r\n\r\n", .malformedRequestLine),
        .init("a lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
        .init("text after the version", "GET / HTTP/1.1 x\r\nHost: a\r\n\r\n", .malformedRequestLine),
        .init("a malformed version", "GET / HTTP/11\r\nHost: a\r\n\r\n", .malformedRequestLine),
        .init("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
        .init("HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", .unsupportedVersion),
        .init("a method with a colon", "GE:T / HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
        .init("two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
        .init("a fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .init("a backslash", "GET /a\\..\\b HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .init("bytes beyond ASCII in the address", "GET /ä HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .init("an encoded NUL", "GET /a%00 HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        .init("dots that climb", "GET /user/a/../b HTTP/1.1\r\nHost: a\r\n\r\n", .climbingPath),
        .init("dots that climb at the end", "GET /user/a/.. HTTP/1.1\r\nHost: a\r\n\r\n", .climbingPath),
        .init("encoded dots", "GET /user/a/%2e%2E/b HTTP/1.1\r\nHost: a\r\n\r\n", .climbingPath),
        .init("half-encoded dots", "GET /user/a/.%2e/b?x HTTP/1.1\r\nHost: a\r\n\r\n", .climbingPath),
        .init("dots between encoded slashes", "GET /user/a%2f..%2fb HTTP/1.1\r\nHost: a\r\n\r\n", .climbingPath),
        .init("dots between encoded backslashes", "GET /a/%5c..%5cb HTTP/1.1\r\nHost: a\r\n\r\n", .climbingPath),
        .init("an unknown expectation", "GET / HTTP/1.1\r\nHost: a\r\nExpect: cake\r\n\r\n", .unknownExpectation),
        .init(
            "a huge head",
            "GET / HTTP/1.1\r\nHost: a\r\nX-A: " + String(repeating: "x", count: 70_000) + "\r\n\r\n",
            .headTooLarge
        ),
        .init(
            "too many fields",
            "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "a: b\r\n", count: 300) + "\r\n",
            .tooManyFields
        ),
        .init(
            "an address too long",
            "GET /" + String(repeating: "x", count: 17_000) + " HTTP/1.1\r\nHost: a\r\n\r\n",
            .targetTooLong
        ),
        .init("an endless first line", String(repeating: "x", count: 17_000), .targetTooLong),
    ]

    /// Refused by what follows a head that is fine.
    static let bodies: [(name: String, body: String)] = [
        ("no digits", "\r\nabc\r\n0\r\n\r\n"),
        ("letters that are no digits", "5g\r\nabcde\r\n0\r\n\r\n"),
        ("a prefixed size", "0x5\r\nabcde\r\n0\r\n\r\n"),
        ("a signed size", "+5\r\nabcde\r\n0\r\n\r\n"),
        ("a negative size", "-5\r\nabcde\r\n0\r\n\r\n"),
        ("a size that overflows", "fffffffffffffffff\r\n"),
        ("a space before the size", " 5\r\nabcde\r\n0\r\n\r\n"),
        ("a space after the size", "5 \r\nabcde\r\n0\r\n\r\n"),
        ("a bare line feed after the size", "5\nabcde\r\n0\r\n\r\n"),
        ("a bare line feed after an extension", "5;a\nabcde\r\n0\r\n\r\n"),
        ("a bare carriage return after the size", "5\rabcde\r\n0\r\n\r\n"),
        ("a bare line feed after the chunk", "5\r\nabcde\n0\r\n\r\n"),
        ("a chunk longer than its size", "5\r\nabcdefg\r\n0\r\n\r\n"),
        ("a control character in an extension", "5;a\0\r\nabcde\r\n0\r\n\r\n"),
        ("a bare line feed in the trailers", "0\r\nX: y\n\r\n"),
        ("endless extensions", "5;" + String(repeating: "x", count: 5000) + "\r\n"),
        ("endless trailers", "0\r\n" + String(repeating: "a: b\r\n", count: 2000) + "\r\n"),
    ]
}
