import Testing

@testable import CarrelProxy

@Suite(.timeLimit(.minutes(5))) struct HostileRequestTests {
    @Test func `every hostile head is answered, ends its connection and reaches nobody`() async throws {
        try await withProxy { proxy in
            for request in HostileRequest.heads {
                let client = try await proxy.connect()
                // The proxy may have answered and stopped listening before all was written.
                try? await client.write(request.text)
                let answer = try await client.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 \(request.refusal.status) "), "\(request.name): \(answer)")
                #expect(answer.contains("\r\nConnection: close\r\n"), "\(request.name)")
                #expect(answer.ranges(of: "X-Request-ID").count == 1, "\(request.name): a second answer")
                try await client.close()
            }
            try await expectUntouched(proxy)
        }
    }

    @Test func `a hostile body ends both connections`() async throws {
        try await withProxy { proxy in
            for hostile in HostileRequest.bodies {
                let client = try await proxy.connect()
                try? await client.write(
                    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + hostile.body
                )
                let behind = try await proxy.server.accept()
                let seen = try await behind.readToEnd()
                #expect(!seen.contains("0\r\n\r\n"), "\(hostile.name): the server saw an end")
                let answer = try await client.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(hostile.name): \(answer)")
                try await client.close()
                try await behind.close()
            }
        }
    }

    @Test func `what hides behind a refused request is not served`() async throws {
        try await withProxy { proxy in
            let client = try await proxy.connect()
            try await client.write(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
            )
            #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 400 "))
            try await expectUntouched(proxy)
        }
    }

    @Test func `a length is a length, even with a request inside the body`() async throws {
        try await withProxy { proxy in
            let inside = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
            let client = try await proxy.connect()
            try await client.write(
                "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: \(inside.utf8.count)\r\n\r\n\(inside)"
            )
            let behind = try await proxy.server.accept()
            let seen = try await behind.readMessage()
            #expect(seen.head.hasPrefix("POST /x "))
            #expect(seen.body == inside)
            try await behind.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            #expect(try await client.readHead().hasPrefix("HTTP/1.1 200"))
        }
    }

    /// The first the server ever sees is a request made now.
    private func expectUntouched(_ proxy: ProxyFixture) async throws {
        let client = try await proxy.connect()
        try await client.write("GET /first HTTP/1.1\r\nHost: a\r\n\r\n")
        let behind = try await proxy.server.accept()
        #expect(try await behind.readHead().hasPrefix("GET /first HTTP/1.1\r\n"))
    }
}
