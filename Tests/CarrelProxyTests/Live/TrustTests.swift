import Foundation
import Testing

@testable import CarrelProxy

@Suite(.timeLimit(.minutes(5))) struct TrustTests {
    @Test(arguments: [("127.0.0.0/8", "1.2.3.4"), ("10.0.0.0/8", "127.0.0.1"), ("::1", "127.0.0.1")])
    func `only the operator's own proxies are believed`(_ range: String, _ address: String) async throws {
        try await withProxy { configuration, _ in
            configuration.listeners[0].forwardedClaims = .keptFrom([
                try PeerRange("192.0.2.0/24"), try PeerRange(range),
            ])
        } _: { proxy in
            let client = try await proxy.connect()
            try await client.write("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n")
            let behind = try await proxy.server.accept()
            let head = try await behind.readHead()
            #expect(head.ranges(of: "X-Forwarded-For").count == 1)
            #expect(head.contains("\r\nX-Forwarded-For: \(address)\r\n"))
        }
    }

    @Test func `a peer on a unix socket is in no range`() async throws {
        try await withProxy { configuration, folder in
            configuration.listeners = [
                .init(
                    .unix(path: folder.appending(path: "public.sock").path),
                    forwardedClaims: .keptFrom([try PeerRange("0.0.0.0/0"), try PeerRange("::/0")])
                )
            ]
        } _: { proxy in
            let client = try await proxy.connect()
            try await client.write("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n")
            let behind = try await proxy.server.accept()
            #expect(!(try await behind.readHead().contains("1.2.3.4")))
        }
    }
}
