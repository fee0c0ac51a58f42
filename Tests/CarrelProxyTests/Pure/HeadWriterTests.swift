import Testing

@testable import CarrelProxy

@Suite struct HeadWriterTests {
    @Test func `host, path and unknown fields go on as they came`() throws {
        let lines = try forwarded(
            "GET /user/%40a/x?y=z HTTP/1.1\r\nHost: hub.org:8000\r\nCookie: a\r\nx-A:b\r\nCookie: c\r\n\r\n"
        )
        #expect(
            lines.prefix(5) == [
                "GET /user/%40a/x?y=z HTTP/1.1", "Host: hub.org:8000", "Cookie: a", "x-A:b", "Cookie: c",
            ]
        )
    }

    @Test func `what a client claims to be is replaced`() throws {
        let lines = try forwarded(
            """
            GET / HTTP/1.1\r\nHost: hub.org\r\nX-Forwarded-For: 6.6.6.6\r\nx_forwarded_for: 6.6.6.6\r
            X-Real-IP: 6.6.6.6\r\nX-Scheme: https\r\nForwarded: for=6.6.6.6\r\nX-Forwarded-Proto: https\r
            X-Forwarded-Prefix: /x\r\nX-Forwarded-Host: evil\r\nX-Request-ID: mine\r\n\r

            """
        )
        #expect(
            lines == [
                "GET / HTTP/1.1", "Host: hub.org", "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: http",
                "X-Forwarded-Host: hub.org", "X-Forwarded-Port: 80", "X-Request-ID: 0000000000000abc", "", "",
            ]
        )
    }

    @Test func `a trusted proxy's claims are passed on`() throws {
        let lines = try forwarded(
            "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\n\r\n",
            claims: .kept
        )
        #expect(
            lines.filter { $0.hasPrefix("X-Forwarded") } == [
                "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https",
            ]
        )
        let silent = try forwarded("GET / HTTP/1.1\r\nHost: a\r\n\r\n", claims: .kept)
        #expect(silent.contains("X-Forwarded-For: 192.0.2.7"))
    }

    @Test(arguments: [("a", "443"), ("a:8443", "8443"), ("[::1]", "443"), ("[::1]:99", "99")])
    func `the port is the one the client named, else the scheme's`(_ host: String, _ port: String) throws {
        let lines = try forwarded("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n", isEncrypted: true)
        #expect(lines.contains("X-Forwarded-Port: \(port)"))
        #expect(lines.contains("X-Forwarded-Proto: https"))
    }

    @Test func `fields for one hop go no further`() throws {
        let lines = try forwarded(
            """
            GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Secret, Host, Cookie\r\nKeep-Alive: 5\r\nX-Secret: s\r
            TE: trailers\r\nTrailer: x\r\nProxy-Connection: x\r\nProxy-Authorization: y\r\nHTTP2-Settings: z\r
            Cookie: c\r\nUpgrade: websocket\r\nX-Kept: 1\r\n\r

            """
        )
        #expect(
            lines.dropLast(2).filter { !$0.hasPrefix("X-Forwarded") && !$0.hasPrefix("X-Request") } == [
                "GET / HTTP/1.1", "Host: a", "X-Kept: 1",
            ]
        )
    }

    @Test func `an upgrade is named anew`() throws {
        let lines = try forwarded(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n"
        )
        #expect(lines.contains("Connection: Upgrade"))
        #expect(lines.contains("Upgrade: websocket"))
        #expect(lines.contains("Sec-WebSocket-Key: k"))
    }

    @Test(arguments: [
        ("Content-Length: 007\r\n", "Content-Length: 7"),
        ("Content-Length: 0\r\n", "Content-Length: 0"),
        ("TRANSFER-ENCODING: CHUNKED\r\n", "Transfer-Encoding: chunked"),
    ])
    func `the framing is written in one way`(_ field: String, _ line: String) throws {
        #expect(try forwarded("POST / HTTP/1.1\r\nHost: a\r\n\(field)\r\n").contains(line))
    }

    @Test func `an absolute address names the host`() throws {
        #expect(
            try forwarded("GET http://b:81/x?y HTTP/1.1\r\nHost: a\r\n\r\n").prefix(2) == [
                "GET /x?y HTTP/1.1", "Host: b:81",
            ]
        )
        #expect(try forwarded("GET http://b?y HTTP/1.1\r\nHost: a\r\n\r\n").first == "GET /?y HTTP/1.1")
    }

    @Test func `a target's own path comes first, and 1.0 becomes 1.1`() throws {
        #expect(
            try forwarded("GET /x HTTP/1.0\r\n\r\n", prefix: "/base").prefix(2) == [
                "GET /base/x HTTP/1.1", "Host: localhost",
            ]
        )
    }

    @Test func `a response loses the fields of its hop and gets the request's name`() throws {
        let lines = try returned(
            """
            HTTP/1.1 200 Fine\r\nServer: s\r\nConnection: keep-alive, x-hop\r\nX-Hop: 1\r\nKeep-Alive: 4\r\nX-Request-ID: q\r
            Set-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 3\r\n\r

            """
        )
        #expect(
            lines == [
                "HTTP/1.1 200 Fine", "Server: s", "Set-Cookie: a", "Set-Cookie: b", "X-Request-ID: 0000000000000abc",
                "Content-Length: 3", "", "",
            ]
        )
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", RequestMethod.head, ["Content-Length: 9"]),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .head, []),
        ("HTTP/1.1 304 Same\r\nContent-Length: 9\r\n\r\n", .get, ["Content-Length: 9"]),
        ("HTTP/1.1 204 None\r\n\r\n", .get, []),
        ("HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n", .get, ["Transfer-Encoding: chunked"]),
    ])
    func `a response's framing goes by method and status`(
        _ response: String,
        _ method: RequestMethod,
        _ framing: [String]
    ) throws {
        let lines = try returned(response, method: method)
        #expect(lines.filter { $0.contains("Length") || $0.contains("Encoding") } == framing)
    }

    @Test(arguments: [
        "HTTP/2 200 OK\r\n\r\n      ", "HTTP/1.1 99 X\r\n\r\n   ", "HTTP/1.1 2000\r\n\r\n  ", "ICY 200 OK\r\n\r\n     ",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
    ])
    func `a response that can be read in two ways is refused`(_ response: String) {
        #expect(throws: Refusal.self) { try returned(response) }
    }
}
