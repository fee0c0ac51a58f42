import NIOCore
import Testing

@testable import CarrelProxy

@Suite(.timeLimit(.minutes(5))) struct BackPressureTests {
    private static let size = 64 * 1024 * 1024
    /// What the sockets of both hops may hold for themselves, with room to spare.
    private static let bound = 48 * 1024 * 1024
    private static let piece = ByteBuffer(repeating: 0x78, count: 256 * 1024)

    private let upgrade = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"
    private let switching = "HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"

    @Test func `a download waits for its reader and then arrives whole`() async throws {
        try await withProxy { proxy in
            let (client, behind) = try await proxy.exchange(
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                answer: "HTTP/1.1 200 OK\r\nContent-Length: \(Self.size)\r\n\r\n"
            )
            _ = try await client.readHead()
            try await expectHeldBack(proxy, from: behind, to: client)
        }
    }

    @Test func `an upload waits for its reader and then arrives whole`() async throws {
        try await withProxy { proxy in
            let client = try await proxy.connect()
            try await client.write("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: \(Self.size)\r\n\r\n")
            let behind = try await proxy.server.accept()
            _ = try await behind.readHead()
            try await expectHeldBack(proxy, from: client, to: behind)
        }
    }

    @Test(arguments: [true, false])
    func `a tunnel waits for its reader`(_ isUpward: Bool) async throws {
        try await withProxy { proxy in
            let (client, behind) = try await proxy.exchange(upgrade, answer: switching)
            _ = try await client.readHead()
            try await expectHeldBack(proxy, from: isUpward ? client : behind, to: isUpward ? behind : client)
        }
    }

    @Test func `a client that asks on and on without reading is not served on and on`() async throws {
        try await withProxy { proxy in
            let gone = try await RawServer.start()
            try await gone.stop()
            _ = try await proxy.control("POST", "/api/routes/gone", body: #"{"target":"\#(gone.url)"}"#)
            let client = try await proxy.connect()
            let count = 30_000
            async let writing: Void = client.write(
                String(repeating: "GET /gone HTTP/1.1\r\nHost: a\r\n\r\n", count: count)
            )
            let served = try await proxy.stalled { try await requests(proxy) }
            #expect(served < count)
            try await client.close()
            try? await writing
        }
    }

    @Test func `a server that doesn't take the rest of a tunnel is let go`() async throws {
        try await withProxy { configuration, _ in
            configuration.limits.halfClosedTunnel = .milliseconds(80)
        } _: { proxy in
            let (client, behind) = try await proxy.exchange(upgrade, answer: switching)
            _ = try await client.readHead()
            let sent = Progress()
            async let writing: Void = send(Self.size, on: client, sent)
            _ = try await proxy.stalled { sent.count }
            try await client.close()
            try? await writing
            // Nobody reads here: only the proxy's letting go ends this loop.
            await #expect(throws: (any Error).self) {
                while true { try await behind.write(Self.piece) }
            }
        }
    }

    private func expectHeldBack(_ proxy: ProxyFixture, from: RawConnection, to: RawConnection) async throws {
        let sent = Progress()
        async let sending: Void = send(Self.size, on: from, sent)
        let held = try await proxy.stalled { sent.count }
        #expect(held < Self.bound)
        var received = 0
        while received < Self.size {
            let count = try await to.readSome()
            try #require(count > 0)
            received += count
        }
        try await sending
        #expect(received == Self.size)
    }

    private func send(_ size: Int, on connection: RawConnection, _ sent: Progress) async throws {
        for _ in 0..<(size / Self.piece.readableBytes) {
            try await connection.write(Self.piece)
            sent.add(Self.piece.readableBytes)
        }
    }

    private func requests(_ proxy: ProxyFixture) async throws -> Int {
        let shown = try await proxy.control("GET", "/api/routes/gone").body
        let number = shown.split(separator: #""requests":"#).last?.prefix { $0.isNumber }
        return try #require(number.flatMap { Int($0) })
    }
}
