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

    @Test func `private fields reach the default target and no other server`() async throws {
        try await withProxy { configuration, _ in
            configuration.privateFields = ["X-Remote-User", "x-carrel-secret"]
        } _: { proxy in
            let body = #"{"target":"\#(proxy.server.url)"}"#
            #expect(try await proxy.control("POST", "/api/routes/user/ada", body: body).status == 201)
            let said = "Host: a\r\nx-remote-USER: ada\r\nX-Kept: 1\r\nX_Remote_User: b\r\nX-Carrel-Secret: s\r\n"
            let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            for (path, more, isPrivate) in [
                ("/hub/login", "", true), ("/user/ada/api", "", false), ("/user/ada/ws", upgrade, false),
                ("/user/adam", "", true), ("/user/%61da/x", "", false),
            ] {
                let client = try await proxy.connect()
                try await client.write("GET \(path) HTTP/1.1\r\n\(said)\(more)\r\n")
                let behind = try await proxy.server.accept()
                let head = try await behind.readHead().lowercased()
                #expect(head.contains("\r\nx-kept: 1\r\n"))
                for word in ["remote-user", "remote_user", "carrel-secret"] {
                    #expect(head.contains(word) == isPrivate, "\(path) \(word)")
                }
            }
        }
    }
}
