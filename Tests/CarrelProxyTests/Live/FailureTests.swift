import Testing

@testable import CarrelProxy

@Suite(.timeLimit(.minutes(5))) struct FailureTests {
    private let get = "GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `without a route there is nothing, and the connection goes on`() async throws {
        try await withProxy { configuration, _ in
            configuration.defaultTarget = nil
        } _: { proxy in
            let client = try await proxy.connect()
            for _ in 0..<2 {
                try await client.write(get)
                let answer = try await client.readMessage()
                #expect(answer.head.hasPrefix("HTTP/1.1 404 "))
                #expect(answer.body.contains("<main>"))
            }
        }
    }

    @Test func `a server that isn't there is said to be down`() async throws {
        try await withProxy { proxy in
            try await proxy.server.stop()
            let client = try await proxy.connect()
            try await client.write(get)
            let answer = try await client.readMessage()
            #expect(answer.head.hasPrefix("HTTP/1.1 503 "))
            #expect(answer.body.contains("<html lang=\"en\">"))
            try await client.write("GET / HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n")
            #expect(try await client.readMessage().body.hasPrefix(#"{"status": 503"#))
            try await client.write("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + get)
            #expect(try await client.readHead().hasPrefix("HTTP/1.1 503 "))
            #expect(try await client.readMessage().head.hasPrefix("HTTP/1.1 503 "))
        }
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\nContent-Le", "garbage\r\n\r\n", "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    ])
    func `a server that breaks off or talks nonsense is a bad gateway`(_ answer: String) async throws {
        try await withProxy { proxy in
            let (client, behind) = try await proxy.exchange(get, answer: answer)
            try await behind.close()
            #expect(try await client.readMessage().head.hasPrefix("HTTP/1.1 502 "))
        }
    }

    @Test func `a server that doesn't answer in time is given up`() async throws {
        try await withProxy { configuration, _ in
            configuration.limits.firstByte = .milliseconds(80)
        } _: { proxy in
            let client = try await proxy.connect()
            try await client.write(get)
            let behind = try await proxy.server.accept()
            #expect(try await client.readMessage().head.hasPrefix("HTTP/1.1 504 "))
            _ = try await behind.readHead()
            #expect(try await behind.isAtEnd())
        }
    }

    @Test func `the hub's page is shown under the real status`() async throws {
        let hub = try await RawServer.start()
        try await withProxy { configuration, _ in
            configuration.defaultTarget = nil
            configuration.errorTarget = hub.url + "/hub/error/"
        } _: { proxy in
            let client = try await proxy.connect()
            try await client.write(get)
            let behind = try await hub.accept()
            let asked = try await behind.readHead()
            #expect(asked.hasPrefix("GET /hub/error/404?url=%2Fa%3Fb%3Dc HTTP/1.1\r\nHost: a\r\n"))
            try await behind.write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
            try await behind.write("4\r\npage\r\n0\r\n\r\n")
            let answer = try await client.readMessage()
            #expect(answer.head.hasPrefix("HTTP/1.1 404 "))
            #expect(answer.head.contains("\r\nContent-Type: text/html\r\n"))
            #expect(answer.body == "page")
        }
        try await hub.stop()
    }

    @Test(arguments: [true, false])
    func `if the hub has no page there is ours`(_ isSilent: Bool) async throws {
        let hub = try await RawServer.start()
        try await withProxy { configuration, _ in
            configuration.defaultTarget = nil
            configuration.errorTarget = hub.url + "/hub/error"
            configuration.limits.errorPage = .milliseconds(80)
        } _: { proxy in
            let client = try await proxy.connect()
            try await client.write(get)
            let behind = try await hub.accept()
            if !isSilent { try await behind.close() }
            #expect(try await client.readMessage().body.contains("<h1>404 Not Found</h1>"))
        }
        try await hub.stop()
    }

    @Test func `a client that doesn't finish its head is told and cut off`() async throws {
        try await withProxy { configuration, _ in
            configuration.limits.head = .seconds(5)
        } _: { proxy in
            // On its second request the limit begins with the first byte, however long the test takes to send one.
            let client = try await proxy.connect()
            try await client.write("GET /_chp_healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await client.readMessage()
            try await client.write("GET / HTTP/1.1\r\nHo")
            #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func `a client that says nothing is cut off`() async throws {
        try await withProxy { configuration, _ in
            configuration.limits.head = .milliseconds(80)
        } _: { proxy in
            let silent = try await proxy.connect()
            #expect(try await silent.isAtEnd())
        }
    }

    @Test func `a kept connection without requests is closed`() async throws {
        try await withProxy { configuration, _ in
            configuration.limits.keepAlive = .milliseconds(80)
        } _: { proxy in
            let (client, _) = try await proxy.exchange(get, answer: "HTTP/1.1 204 No\r\n\r\n")
            _ = try await client.readHead()
            #expect(try await client.isAtEnd())
        }
    }

    @Test func `an upload that drips is cut off`() async throws {
        try await withProxy { configuration, _ in
            configuration.limits.progressPeriod = .seconds(1)
        } _: { proxy in
            let client = try await proxy.connect()
            try await client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc")
            let behind = try await proxy.server.accept()
            _ = try await behind.readHead()
            #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 408 "))
            #expect(try await behind.readToEnd() == "abc")
        }
    }

    @Test func `a download that nobody takes is cut off`() async throws {
        try await withProxy { configuration, _ in
            configuration.limits.progressPeriod = .milliseconds(150)
        } _: { proxy in
            let (_, behind) = try await proxy.exchange(
                get,
                answer: "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
            )
            // Fails once the proxy has closed: nobody reads, so no other end of this loop is possible.
            await #expect(throws: (any Error).self) {
                while true { try await behind.write(String(repeating: "x", count: 1_000_000)) }
            }
        }
    }

    @Test func `too many connections to one server are refused, not queued`() async throws {
        try await withProxy { configuration, _ in
            configuration.limits.upstreams = 1
        } _: { proxy in
            let first = try await proxy.connect()
            try await first.write(get)
            _ = try await proxy.server.accept()
            let second = try await proxy.connect()
            try await second.write(get)
            #expect(try await second.readMessage().head.contains("\r\nRetry-After: "))
        }
    }
}
