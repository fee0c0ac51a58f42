import Testing

@testable import CarrelProxy

@Suite(.timeLimit(.minutes(5))) struct ControlTests {
    private func connect(_ proxy: ProxyFixture) async throws -> RawConnection {
        try await RawConnection.connect(to: try proxy.socketAddress(proxy.bound.control[0]))
    }

    @Test func `many requests go over one connection, pipelined, chunked and asked about first`() async throws {
        try await withProxy { proxy in
            let hub = try await connect(proxy)
            let head = "Host: a\r\nAuthorization: token t\r\n"
            let body = #"{"target":"http://127.0.0.1:9"}"#
            let size = String(body.utf8.count, radix: 16)
            try await hub.write(
                "POST /api/routes/a HTTP/1.1\r\n\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
                    + "POST /api/routes/b HTTP/1.1\r\n\(head)Transfer-Encoding: chunked\r\n\r\n"
                    + "\(size)\r\n\(body)\r\n0\r\n\r\n"
                    + "HEAD /api/routes HTTP/1.1\r\n\(head)\r\n"
            )
            #expect(try await hub.readMessage().head.hasPrefix("HTTP/1.1 201 "))
            #expect(try await hub.readMessage().head.hasPrefix("HTTP/1.1 201 "))
            #expect(try await hub.readHead().hasPrefix("HTTP/1.1 200 "))
            try await hub.write(
                "POST /api/routes/c HTTP/1.1\r\n\(head)Expect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            )
            #expect(try await hub.readHead().hasPrefix("HTTP/1.1 100 "))
            try await hub.write(body)
            #expect(try await hub.readMessage().head.hasPrefix("HTTP/1.1 201 "))
            try await hub.write("GET /api/routes HTTP/1.0\r\n\(head)\r\n")
            let listed = try await hub.readToEnd()
            for path in ["/a", "/b", "/c"] { #expect(listed.contains("\"\(path)\":")) }
        }
    }

    @Test func `without its token the control API does nothing`() async throws {
        try await withProxy { proxy in
            let stranger = try await connect(proxy)
            try await stranger.write("DELETE /api/routes/ HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await stranger.readMessage().head.hasPrefix("HTTP/1.1 403 "))
            #expect(try await proxy.control("GET", "/api/routes").body.contains(proxy.server.url))
        }
    }

    @Test func `a body too large is not gathered`() async throws {
        try await withProxy { proxy in
            let hub = try await connect(proxy)
            try await hub.write("POST /api/routes/a HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n")
            let piece = String(repeating: "x", count: ControlHandler.maximumBody + 1)
            async let writing: Void = hub.write(piece)
            #expect(try await hub.readHead().hasPrefix("HTTP/1.1 413 "))
            try? await writing
            try await hub.close()
        }
    }

    @Test(arguments: HostileRequest.heads.prefix(20))
    func `a hostile request is refused here too`(_ request: HostileRequest) async throws {
        try await withProxy { proxy in
            let stranger = try await connect(proxy)
            try? await stranger.write(request.text)
            #expect(try await stranger.readHead().hasPrefix("HTTP/1.1 \(request.refusal.status) "))
        }
    }
}
