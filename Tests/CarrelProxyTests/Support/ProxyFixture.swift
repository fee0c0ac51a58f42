import Foundation
import Logging
import NIOCore
import ServiceLifecycle
import Testing

@testable import CarrelProxy

/// A running proxy with one server behind it.
struct ProxyFixture: Sendable {
    let proxy: Proxy
    let bound: Proxy.BoundAddresses
    let server: RawServer
    let folder: URL
    let stop: @Sendable () async -> Void

    /// Connects to a public listener.
    func connect(to listener: Int = 0) async throws -> RawConnection {
        try await RawConnection.connect(to: try socketAddress(bound.listeners[listener]))
    }

    /// Asks the control API; the connection is used once.
    func control(_ method: String, _ path: String, body: String = "") async throws -> (status: Int, body: String) {
        let connection = try await RawConnection.connect(to: try socketAddress(bound.control[0]))
        try await connection.write(
            "\(method) \(path) HTTP/1.1\r\nHost: a\r\nAuthorization: token t\r\nConnection: close\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        let answer = try await connection.readMessage()
        try await connection.close()
        return (Int(answer.head.split(separator: " ")[1]) ?? 0, answer.body)
    }

    /// Sends a request and plays the server's answer.
    func exchange(_ request: String, answer: String) async throws -> (client: RawConnection, server: RawConnection) {
        let client = try await connect()
        try await client.write(request)
        let behind = try await server.accept()
        _ = try await behind.readHead()
        try await behind.write(answer)
        return (client, behind)
    }

    func socketAddress(_ address: ProxyConfiguration.Address) throws -> SocketAddress {
        switch address {
        case .tcp(let host, let port): try SocketAddress(ipAddress: host, port: port)
        case .unix(let path): try SocketAddress(unixDomainSocketPath: path)
        }
    }
}

/// Gives a test a proxy before a server of its own, and undoes both.
func withProxy(
    on server: RawServer? = nil,
    _ change: @Sendable (inout ProxyConfiguration, URL) throws -> Void = { _, _ in },
    _ test: @Sendable (ProxyFixture) async throws -> Void
) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "proxy-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let behind = if let server { server } else { try await RawServer.start() }
    var configuration = ProxyConfiguration(
        listeners: [.init(.tcp(host: "127.0.0.1", port: 0))],
        control: .init(addresses: [.unix(path: folder.appending(path: "api.sock").path)], token: "t"),
        defaultTarget: behind.url
    )
    configuration.limits.linger = .milliseconds(500)
    try change(&configuration, folder)
    var logger = Logger(label: "test") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .critical
    let (ready, source) = AsyncStream.makeStream(of: Proxy.BoundAddresses.self)
    let proxy = try Proxy(configuration: configuration, logger: logger) { source.yield($0) }
    let services = ServiceGroup(configuration: .init(services: [proxy], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { [services] in
            defer { source.finish() }
            try await services.run()
        }
        for await bound in ready {
            let fixture = ProxyFixture(proxy: proxy, bound: bound, server: behind, folder: folder) {
                await services.triggerGracefulShutdown()
            }
            do {
                try await test(fixture)
            } catch {
                group.cancelAll()
                try? await behind.stop()
                throw error
            }
            break
        }
        group.cancelAll()
        while let result = await group.nextResult() {
            if case .failure(let error) = result, !(error is CancellationError) { throw error }
        }
    }
    try await behind.stop()
}
