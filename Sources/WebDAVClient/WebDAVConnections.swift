import AsyncHTTPClient
import NIOCore
public import NIOPosix
import NIOSSL

/// The HTTP connections to WebDAV servers; one value serves any number of them.
///
/// Two pools, as an idle limit belongs to a whole pool: one for what is streamed to us, where every pause is a fault, and
/// one for calls whose answer may be long in coming. Neither follows redirects or asks again by itself.
public struct WebDAVConnections: Sendable {
    let streams: HTTPClient
    let calls: HTTPClient

    /// Opens nothing yet.
    ///
    /// - Parameters:
    ///   - idle: how long a transfer may stand still. A reader that pauses for longer costs a new connection, no more.
    ///   - authorities: PEM files of authorities that are trusted besides the system's.
    ///   - group: on whose threads it works.
    public init(
        idle: Duration = .seconds(30),
        authorities: [String] = [],
        group: MultiThreadedEventLoopGroup = .singleton,
    ) {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        // Before the other side thinks of closing it, which is after 5 s with Apache: what is sent just then is lost.
        configuration.connectionPool.idleTimeout = .seconds(3)
        configuration.connectionPool.retryConnectionEstablishment = false
        // With eight, which is usual, the ninth who reads from one server while others are slow would be told that it is away.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        configuration.httpVersion = .http1Only
        if !authorities.isEmpty {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.additionalTrustRoots = authorities.map { .file($0) }
            configuration.tlsConfiguration = tls
        }
        calls = HTTPClient(eventLoopGroup: group, configuration: configuration)
        configuration.timeout.read = TimeAmount(idle)
        configuration.http1_1ConnectionDebugInitializer = { Self.takeLargePieces($0) }
        streams = HTTPClient(eventLoopGroup: group, configuration: configuration)
    }

    /// Has a connection be read in pieces of up to a quarter of a megabyte.
    ///
    /// What a piece costs on its way, from task to task, hardly depends on its size; with NIO's 64 KiB that was most of it.
    private static func takeLargePieces(_ channel: any Channel) -> EventLoopFuture<Void> {
        let sizes = AdaptiveRecvByteBufferAllocator(minimum: 2 << 10, initial: 16 << 10, maximum: 256 << 10)
        return channel.setOption(.recvAllocator, value: sizes).flatMap {
            // Without a pause for whoever takes them a connection would hold sixteen such pieces.
            channel.setOption(.maxMessagesPerRead, value: 2)
        }
    }

    /// Closes all connections; to be called once, when nobody uses them any more.
    ///
    /// - Throws: what AsyncHTTPClient does when it was shut down already.
    public func shutdown() async throws {
        try await streams.shutdown()
        try await calls.shutdown()
    }
}
