import CarrelTestSupport
import NIOCore
import NIOPosix
import Synchronization

/// A connection of which a test sees and says every byte.
final class RawConnection: Sendable {
    let channel: any Channel
    private let inbox: Inbox

    fileprivate init(channel: any Channel, inbox: Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    /// Connects to an address; `tls` is put before everything else.
    static func connect(
        to address: SocketAddress,
        tls: (@Sendable () throws -> any ChannelHandler)? = nil
    ) async throws -> RawConnection {
        let inbox = Inbox()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: false)
            .channelOption(.socketOption(.so_rcvbuf), value: RawServer.socketBuffer)
            .channelOption(.socketOption(.so_sndbuf), value: RawServer.socketBuffer)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(tls()) }
                    try channel.pipeline.syncOperations.addHandler(InboxHandler(inbox: inbox))
                }
            }
            .connect(to: address).get()
        // A handshake reads before anybody here asks for anything.
        if tls != nil { channel.read() }
        return RawConnection(channel: channel, inbox: inbox)
    }

    func write(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text))
    }

    func write(_ bytes: ByteBuffer) async throws {
        try await channel.writeAndFlush(bytes)
    }

    /// Ends this direction; the other stays open.
    func endOutput() async throws {
        try await channel.close(mode: .output)
    }

    func close() async throws {
        try? await channel.close()
    }

    /// Everything up to and including a text.
    func read(upTo end: String) async throws -> String {
        try await take { buffer in
            let text = String(buffer: buffer)
            return text.firstRange(of: end).map { text.utf8.distance(from: text.startIndex, to: $0.upperBound) }
        }
    }

    /// Just so many bytes.
    func read(_ count: Int) async throws -> String {
        try await take { $0.readableBytes >= count ? count : nil }
    }

    /// Takes whatever is there, at least one byte, and says how much; nothing at the end.
    func readSome() async throws -> Int {
        do {
            return try await take { $0.readableBytes > 0 ? $0.readableBytes : nil }.utf8.count
        } catch is EndOfConnection {
            return 0
        }
    }

    /// A head: everything up to the empty line.
    func readHead() async throws -> String {
        try await read(upTo: "\r\n\r\n")
    }

    /// A head and as many bytes as its `Content-Length` says.
    func readMessage() async throws -> (head: String, body: String) {
        let head = try await readHead()
        let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.split(separator: ":")[1].filter(\.isNumber)) }
        return (head, try await read(length ?? 0))
    }

    /// Everything up to the end of the connection.
    func readToEnd() async throws -> String {
        while await inbox.waitForMore(channel) {}
        return String(buffer: inbox.takeAll())
    }

    /// Waits for the end; true if nothing came before it.
    func isAtEnd() async throws -> Bool {
        try await readToEnd().isEmpty
    }

    private func take(_ ready: @Sendable (ByteBuffer) -> Int?) async throws -> String {
        while true {
            if let bytes = inbox.take(ready) { return String(buffer: bytes) }
            guard await inbox.waitForMore(channel) else { throw EndOfConnection(left: String(buffer: inbox.takeAll())) }
        }
    }
}

/// The connection ended before what was waited for.
struct EndOfConnection: Error {
    let left: String
}

/// What has arrived, and the one reader who waits for more.
private final class Inbox: Sendable {
    private struct State {
        var buffer = ByteBuffer()
        var hasEnded = false
        var arrivals = 0
        var seen = 0
        var waiter: CheckedContinuation<Bool, Never>?
    }

    private let state = Mutex(State())

    func arrived(_ bytes: ByteBuffer) {
        wake { state in
            state.buffer.writeImmutableBuffer(bytes)
            state.arrivals += 1
        }
    }

    func ended() {
        wake { $0.hasEnded = true }
    }

    func take(_ ready: (ByteBuffer) -> Int?) -> ByteBuffer? {
        state.withLock { state in
            state.seen = state.arrivals
            guard let count = ready(state.buffer) else { return nil }
            defer { if state.buffer.readableBytes == 0 { state.buffer.clear() } }
            return state.buffer.readSlice(length: count)
        }
    }

    func takeAll() -> ByteBuffer {
        state.withLock { state in
            defer { state.buffer = ByteBuffer() }
            return state.buffer
        }
    }

    /// Reads on until something new is there; false at the end.
    func waitForMore(_ channel: any Channel) async -> Bool {
        channel.read()
        return await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.arrivals > state.seen {
                    state.seen = state.arrivals
                    return true
                }
                if state.hasEnded { return false }
                state.waiter = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let (waiter, hasMore) = state.withLock { state in
            change(&state)
            defer { state.waiter = nil }
            return (state.waiter, !state.hasEnded)
        }
        waiter?.resume(returning: hasMore)
    }
}

private final class InboxHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let inbox: Inbox
    private let onActive: () -> Void

    init(inbox: Inbox, onActive: @escaping () -> Void = {}) {
        self.inbox = inbox
        self.onActive = onActive
    }

    func channelActive(context: ChannelHandlerContext) {
        onActive()
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        inbox.arrived(Self.unwrapInboundIn(data))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { inbox.ended() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        inbox.ended()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// A server behind the proxy, played by the test: connections are handed over raw.
final class RawServer: Sendable {
    /// Small, so that what a test has sent and not read lies with the proxy rather than with the system.
    static let socketBuffer: SocketOptionValue = 128 * 1024

    let url: String
    private let channel: any Channel
    private let connections: AsyncStream<RawConnection>
    /// Kept when it has stopped: what is sent there then comes to no server of another test.
    private let port: ReservedPort?

    private init(url: String, port: ReservedPort?, channel: any Channel, connections: AsyncStream<RawConnection>) {
        self.url = url
        self.port = port
        self.channel = channel
        self.connections = connections
    }

    /// Listens on loopback, or on a socket file.
    static func start(unix path: String? = nil) async throws -> RawServer {
        let (stream, source) = AsyncStream.makeStream(of: RawConnection.self)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.socketOption(.so_rcvbuf), value: socketBuffer)
            .childChannelOption(.socketOption(.so_sndbuf), value: socketBuffer)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let inbox = Inbox()
                    let handler = InboxHandler(inbox: inbox) {
                        // Not before it is active: a read asked for earlier would be lost.
                        source.yield(RawConnection(channel: channel, inbox: inbox))
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        if let path {
            let channel = try await bootstrap.bind(unixDomainSocketPath: path).get()
            let escaped = path.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "%2F")
            return RawServer(url: "http+unix://\(escaped)", port: nil, channel: channel, connections: stream)
        }
        let port = try ReservedPort()
        let channel = try await bootstrap.bind(host: "127.0.0.1", port: Int(port.number)).get()
        return RawServer(url: "http://127.0.0.1:\(port.number)", port: port, channel: channel, connections: stream)
    }

    /// The next connection that is made to it.
    func accept() async throws -> RawConnection {
        for await connection in connections { return connection }
        throw EndOfConnection(left: "")
    }

    func stop() async throws {
        try? await channel.close()
    }
}
