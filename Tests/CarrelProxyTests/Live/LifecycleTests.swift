import Foundation
import Logging
import NIOCore
import NIOSSL
import Testing

@testable import CarrelProxy

@Suite(.timeLimit(.minutes(5))) struct LifecycleTests {
    private let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `the control API steers the proxy, and its socket is private`() async throws {
        try await withProxy { proxy in
            let other = try await RawServer.start()
            let path = proxy.folder.appending(path: "api.sock").path
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let body = #"{"target":"\#(other.url)","user":"x"}"#
            #expect(try await proxy.control("POST", "/api/routes/user/x%40y", body: body).status == 201)
            let client = try await proxy.connect()
            try await client.write("GET /user/x@y/lab HTTP/1.1\r\nHost: a\r\n\r\n")
            let behind = try await other.accept()
            #expect(try await behind.readHead().hasPrefix("GET /user/x@y/lab "))
            #expect(try await proxy.control("DELETE", "/api/routes/user/x@y").status == 204)
            #expect(try await proxy.control("GET", "/api/routes").body.contains(proxy.server.url))
            try await other.stop()
        }
    }

    @Test func `what an earlier proxy left is replaced, any other file is not`() async throws {
        try await withProxy { configuration, folder in
            let left = folder.appending(path: "left.sock").path
            close(try SocketFile.bind(path: left, isPrivate: true))
            configuration.listeners = [.init(.unix(path: left))]
        } _: { proxy in
            let client = try await proxy.connect()
            try await client.write("GET /_chp_healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.readMessage().body == #"{"status":"OK"}"#)
            let path = proxy.folder.appending(path: "left.sock").path
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o666)
            let file = proxy.folder.appending(path: "notes").path
            try Data("kept".utf8).write(to: URL(filePath: file))
            #expect(throws: IOError.self) { try SocketFile.bind(path: file, isPrivate: true) }
            #expect(try Data(contentsOf: URL(filePath: file)) == Data("kept".utf8))
        }
    }

    @Test func `the proxy says that it is well`() async throws {
        try await withProxy { proxy in
            let client = try await proxy.connect()
            try await client.write("GET /_chp_healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.readMessage().body == #"{"status":"OK"}"#)
        }
    }

    @Test func `a shutdown lets requests finish, and then ends tunnels`() async throws {
        try await withProxy { proxy in
            let (tunnel, _) = try await proxy.exchange(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
                answer: "HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n"
            )
            _ = try await tunnel.readHead()
            let idle = try await proxy.connect()
            try await idle.write("GET /_chp_healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await idle.readMessage()
            let client = try await proxy.connect()
            try await client.write(get)
            let behind = try await proxy.server.accept()
            _ = try await behind.readHead()
            await proxy.stop()
            #expect(try await idle.isAtEnd())
            try await behind.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            let answer = try await client.readToEnd()
            #expect(answer.contains("\r\nConnection: close\r\n"))
            #expect(answer.hasSuffix("ok"))
            try await client.close()
            #expect(try await tunnel.isAtEnd())
        }
    }

    @Test func `at a shutdown idle connections close on every loop, whatever runs on another`() async throws {
        try await withProxy { configuration, _ in
            configuration.threads = 3
        } _: { proxy in
            var running: [(client: RawConnection, server: RawConnection)] = []
            var idle: [RawConnection] = []
            for _ in 0..<6 {
                let client = try await proxy.connect()
                try await client.write(get)
                let behind = try await proxy.server.accept()
                _ = try await behind.readHead()
                running.append((client, behind))
                let waiting = try await proxy.connect()
                try await waiting.write("GET /_chp_healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try await waiting.readMessage()
                idle.append(waiting)
            }
            await proxy.stop()
            for connection in idle { #expect(try await connection.isAtEnd()) }
            for (client, behind) in running {
                try await behind.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                #expect(try await client.readToEnd().hasSuffix("ok"))
                try await client.close()
            }
        }
    }

    @Test func `a shutdown doesn't wait for ever`() async throws {
        try await withProxy { configuration, _ in
            configuration.limits.drain = .milliseconds(100)
        } _: { proxy in
            let client = try await proxy.connect()
            try await client.write(get)
            let behind = try await proxy.server.accept()
            await proxy.stop()
            #expect(try await client.isAtEnd())
            _ = try await behind.readHead()
        }
    }

    @Test func `an address in use is said so`() async throws {
        let server = try await RawServer.start()
        let port = try #require(Int(server.url.split(separator: ":").last ?? ""))
        let configuration = ProxyConfiguration(listeners: [.init(.tcp(host: "127.0.0.1", port: port))])
        let proxy = try Proxy(configuration: configuration, logger: Logger(label: "test"))
        await #expect(throws: ProxyError.self) { try await proxy.run() }
        try await server.stop()
    }

    @Test func `a new certificate is shown after a reload, and plain requests are sent to TLS`() async throws {
        try await withProxy { configuration, folder in
            try makeCertificate("one", in: folder)
            configuration.certificate = .init(
                chainFile: folder.appending(path: "cert.pem").path,
                keyFile: folder.appending(path: "key.pem").path
            )
            configuration.listeners = [
                .init(.tcp(host: "127.0.0.1", port: 0), purpose: .tls),
                .init(.tcp(host: "127.0.0.1", port: 0), purpose: .redirect(httpsPort: 8443)),
            ]
        } _: { proxy in
            let old = try await tlsConnect(proxy)
            try await expectServed(old, proxy, by: "one")
            try makeCertificate("two", in: proxy.folder)
            try proxy.proxy.reloadCertificates()
            let new = try await tlsConnect(proxy)
            try await expectServed(new, proxy, by: "two")
            try Data("nonsense".utf8).write(to: proxy.folder.appending(path: "cert.pem"))
            #expect(throws: ProxyError.self) { try proxy.proxy.reloadCertificates() }
            let still = try await tlsConnect(proxy)
            try await expectServed(still, proxy, by: "two")

            let plain = try await proxy.connect(to: 1)
            try await plain.write("GET /a?b HTTP/1.1\r\nHost: hub.org:80\r\n\r\n")
            let answer = try await plain.readMessage()
            #expect(answer.head.hasPrefix("HTTP/1.1 308 "))
            #expect(answer.head.contains("\r\nLocation: https://hub.org:8443/a?b\r\n"))
        }
    }

    @Test func `a tunnel goes through TLS`() async throws {
        try await withProxy { configuration, folder in
            try makeCertificate("one", in: folder)
            configuration.certificate = .init(
                chainFile: folder.appending(path: "cert.pem").path,
                keyFile: folder.appending(path: "key.pem").path
            )
            configuration.listeners = [.init(.tcp(host: "127.0.0.1", port: 0), purpose: .tls)]
        } _: { proxy in
            let client = try await tlsConnect(proxy)
            try await client.write("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nearly")
            let behind = try await proxy.server.accept()
            _ = try await behind.readHead()
            try await behind.write("HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhello")
            _ = try await client.readHead()
            #expect(try await client.read(5) == "hello")
            #expect(try await behind.read(5) == "early")
            let large = String(repeating: "x", count: 3_000_000)
            async let sending: Void = client.write(large)
            #expect(try await behind.read(large.utf8.count) == large)
            try await sending
            try await behind.close()
            #expect(try await client.isAtEnd())
        }
    }

    private func tlsConnect(_ proxy: ProxyFixture) async throws -> RawConnection {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        let context = try NIOSSLContext(configuration: configuration)
        return try await RawConnection.connect(to: proxy.socketAddress(proxy.bound.listeners[0])) {
            try NIOSSLClientHandler(context: context, serverHostname: "hub.org")
        }
    }

    private func expectServed(_ client: RawConnection, _ proxy: ProxyFixture, by name: String) async throws {
        try await client.write("GET / HTTP/1.1\r\nHost: hub.org\r\nConnection: close\r\n\r\n")
        let behind = try await proxy.server.accept()
        let seen = try await behind.readHead()
        #expect(seen.contains("\r\nX-Forwarded-Proto: https\r\n"))
        #expect(seen.contains("\r\nX-Forwarded-Port: 443\r\n"))
        let channel = client.channel
        let shown =
            try await channel.eventLoop.submit {
                try channel.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self).peerCertificate.map {
                    "\($0)"
                }
            }.get() ?? ""
        #expect(shown.contains(name), "\(shown)")
        try await behind.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
        #expect(try await client.readToEnd().hasSuffix("ok"))
        try await behind.close()
    }

    private func makeCertificate(_ name: String, in folder: URL) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
            "-subj", "/CN=\(name)", "-keyout", folder.appending(path: "key.pem").path,
            "-out", folder.appending(path: "cert.pem").path,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}
