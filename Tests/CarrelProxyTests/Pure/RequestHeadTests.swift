import Testing

@testable import CarrelProxy

@Suite struct RequestHeadTests {
    @Test(arguments: HostileRequest.heads)
    func `a hostile head is refused`(_ request: HostileRequest) {
        #expect(parse(request.text).refusal == request.refusal)
    }

    @Test(arguments: HostileRequest.heads)
    func `a hostile head is refused however it arrives`(_ request: HostileRequest) {
        let bytes = Array(request.text.utf8)
        #expect(parse(bytes, cuts: Array(0..<min(bytes.count, 400))).refusal == request.refusal)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a?b=/../&c={|}^ HTTP/1.1\r\nHost: a:8000\r\n\r\n",
        "GET /a/..b/c../.../%2e/x HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
        "GET /a%zz%4 HTTP/1.1\r\nHost: a_b.c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-A:\r\nX-B:b\r\nX-C: \t c \t\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX-A: \u{E9}\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://b:80/x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://b?x HTTP/1.1\r\nHost: a\r\n\r\n",
    ])
    func `a proper head is read, however it arrives`(_ text: String) {
        let bytes = Array(text.utf8)
        let whole = parse(bytes)
        guard case .head = whole else {
            Issue.record("refused: \(whole)")
            return
        }
        #expect(parse(bytes, cuts: Array(0..<bytes.count)) == whole)
    }

    @Test func `an unfinished head is waited for`() {
        #expect(parse("GET / HTTP/1.1\r\nHost: a\r\n\r") == .incomplete)
        #expect(parse("") == .incomplete)
    }

    @Test(arguments: [
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n", BodyFraming.length(12)),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n", .chunked),
        ("POST / HTTP/1.1\r\nHost: a\r\n\r\n", BodyFraming.none),
    ])
    func `the body's framing is read`(_ text: String, _ framing: BodyFraming) throws {
        let head = try #require(read(text))
        #expect(head.framing == framing)
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.1", "Connection: x, Close\r\n", false),
        ("1.0", "", false), ("1.0", "Connection: keep-alive\r\n", true),
        ("1.0", "Connection: keep-alive, close\r\n", false),
    ])
    func `keeping the connection goes by version and field`(_ version: String, _ field: String, _ keeps: Bool) throws {
        let head = try #require(read("GET / HTTP/\(version)\r\nHost: a\r\n\(field)\r\n"))
        #expect(head.keepsAlive == keeps)
    }

    @Test(arguments: [
        ("Connection: Upgrade\r\nUpgrade: websocket\r\n", true),
        ("Connection: keep-alive, upgrade\r\nUpgrade: anything/2\r\n", true),
        ("Upgrade: websocket\r\n", false),
        ("Connection: Upgrade\r\n", false),
        ("Connection: Upgrade\r\nUpgrade: h2c\r\n", false),
        ("Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n", false),
        ("Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n", false),
        ("Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n", false),
        ("Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n", false),
    ])
    func `only upgrades that keep requests in sight are passed on`(_ fields: String, _ isPassed: Bool) throws {
        let head = try #require(read("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"))
        #expect((head.upgrade != nil) == isPassed)
    }

    @Test(arguments: [
        ("application/json", true), ("application/json, text/html", false), ("*/*", false), ("text/html", false),
        ("application/json;q=0.9, application/problem+json", true),
    ])
    func `a client that takes only JSON is recognised`(_ accept: String, _ wantsJSON: Bool) throws {
        let head = try #require(read("GET / HTTP/1.1\r\nHost: a\r\nAccept: \(accept)\r\n\r\n"))
        #expect(head.wantsJSON == wantsJSON)
    }

    private func read(_ text: String) -> RequestHead? {
        guard case .head(let head, _, _) = parse(text) else { return nil }
        return head
    }
}
