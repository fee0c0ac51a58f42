import NIOCore
import Testing

@testable import CarrelProxy

@Suite(.timeLimit(.minutes(5))) struct TunnelTests {
    private let upgrade = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"
    private let switching = "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"
    private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test func `an upgrade opens a tunnel, early bytes included`() async throws {
        try await withProxy { proxy in
            let (client, behind) = try await proxy.exchange(upgrade + "early", answer: switching + "greeting")
            let head = try await client.readHead()
            #expect(head.hasPrefix("HTTP/1.1 101 Switching\r\n"))
            #expect(head.contains("\r\nConnection: Upgrade\r\nUpgrade: echo\r\n"))
            #expect(try await client.read(8) == "greeting")
            #expect(try await behind.read(5) == "early")
            try await client.write("\0GET / HTTP/1.1\r\n\r\n")
            #expect(try await behind.read(19) == "\0GET / HTTP/1.1\r\n\r\n")
            try await behind.write("\u{1}back")
            #expect(try await client.read(5) == "\u{1}back")
        }
    }

    @Test func `a later request may upgrade too`() async throws {
        try await withProxy { proxy in
            let (client, behind) = try await proxy.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", answer: ok)
            _ = try await client.readMessage()
            try await client.write(upgrade)
            #expect(try await behind.readHead().contains("\r\nUpgrade: echo\r\n"))
            try await behind.write(switching)
            _ = try await client.readHead()
            try await client.write("ping")
            #expect(try await behind.read(4) == "ping")
        }
    }

    @Test func `a declined upgrade leaves the client a plain connection, and the server none`() async throws {
        try await withProxy { proxy in
            let (client, behind) = try await proxy.exchange(
                upgrade + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n",
                answer: "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"
            )
            #expect(try await client.readMessage().body == "no")
            // Servers made with SwiftNIO, as the hub is, read no further request on such a connection.
            #expect(try await behind.isAtEnd())
            let next = try await proxy.server.accept()
            #expect(try await next.readHead().hasPrefix("GET /next "))
            try await next.write(ok)
            #expect(try await client.readMessage().body == "ok")
        }
    }

    @Test func `a switch that nobody asked for is an error`() async throws {
        try await withProxy { proxy in
            let (client, _) = try await proxy.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", answer: switching)
            #expect(try await client.readMessage().head.hasPrefix("HTTP/1.1 502 "))
        }
    }

    @Test func `the end of one direction is passed on, the other stays open`() async throws {
        try await withProxy { proxy in
            let (client, behind) = try await proxy.exchange(upgrade, answer: switching)
            _ = try await client.readHead()
            try await client.write("last")
            try await client.endOutput()
            #expect(try await behind.readToEnd() == "last")
            try await behind.write("answer")
            try await behind.close()
            #expect(try await client.readToEnd() == "answer")
        }
    }

    @Test func `a server's end is passed on`() async throws {
        try await withProxy { proxy in
            let (client, behind) = try await proxy.exchange(upgrade, answer: switching)
            _ = try await client.readHead()
            try await behind.write("bye")
            try await behind.close()
            #expect(try await client.readToEnd() == "bye")
        }
    }

    @Test func `a tunnel is counted, and outlives its route`() async throws {
        try await withProxy { proxy in
            let body = #"{"target":"\#(proxy.server.url)"}"#
            #expect(try await proxy.control("POST", "/api/routes/ws", body: body).status == 201)
            let (client, behind) = try await proxy.exchange(upgrade, answer: switching)
            _ = try await client.readHead()
            #expect(try await proxy.control("GET", "/api/routes/ws").body.contains(#""connections":1"#))
            #expect(try await proxy.control("POST", "/api/routes/ws", body: body).status == 201)
            #expect(try await proxy.control("GET", "/api/routes/ws").body.contains(#""connections":1"#))
            #expect(try await proxy.control("DELETE", "/api/routes/ws").status == 204)
            try await client.write("alive")
            #expect(try await behind.read(5) == "alive")
        }
    }

    @Test func `a closed tunnel is no longer counted`() async throws {
        try await withProxy { proxy in
            let body = #"{"target":"\#(proxy.server.url)"}"#
            _ = try await proxy.control("POST", "/api/routes/ws", body: body)
            let (client, behind) = try await proxy.exchange(upgrade, answer: switching)
            _ = try await client.readHead()
            try await client.endOutput()
            #expect(try await behind.isAtEnd())
            try await behind.close()
            #expect(try await client.isAtEnd())
            #expect(try await proxy.control("GET", "/api/routes/ws").body.contains(#""connections":0"#))
        }
    }
}
