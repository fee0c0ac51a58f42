import Testing

@testable import CarrelProxy

@Suite(.timeLimit(.minutes(5))) struct OwnTargetTests {
    @Test(
        arguments: [
            ("/", "/services/x/"), ("/a/b?c=%2F", "/services/x/a/b?c=%2F"),
            ("/user/ada/api", "/services/x/user/ada/api"), ("//", "/services/x//"),
        ]
    )
    func `every path of a listener with a target of its own goes there`(_ path: String, _ expected: String) async throws
    {
        let (front, own) = (try await RawServer.start(), try await RawServer.start())
        try await withProxy(on: front) { configuration, _ in
            configuration.listeners.append(
                .init(.tcp(host: "127.0.0.1", port: 0), target: own.url + "/services/x")
            )
        } _: { proxy in
            let body = #"{"target":"\#(front.url)"}"#
            #expect(try await proxy.control("POST", "/api/routes/user/ada", body: body).status == 201)
            let client = try await proxy.connect(to: 1)
            try await client.write("POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
            let behind = try await own.accept()
            let message = try await behind.readMessage()
            #expect(message.head.hasPrefix("POST \(expected) HTTP/1.1\r\n"))
            #expect(message.body == "hi")
            try await own.stop()
        }
    }

    @Test func `no path leads out of the target's`() async throws {
        try await withProxy { configuration, _ in
            configuration.listeners[0].target = "http://127.0.0.1:1/services/x"
        } _: { proxy in
            for path in ["/../hub/", "/%2e%2e/hub/", "/a/../../hub"] {
                let client = try await proxy.connect()
                try await client.write("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.readHead().hasPrefix("HTTP/1.1 400 "))
            }
        }
    }

    @Test func `a target that can't be one is refused before anything listens`() async throws {
        await #expect(throws: ProxyError.badTarget("ftp://x")) {
            try await withProxy { configuration, _ in
                configuration.listeners[0].target = "ftp://x"
            } _: { _ in
            }
        }
    }
}
