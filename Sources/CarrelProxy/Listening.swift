import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The sockets that connections come in by.
final class Listening: Sendable {
    /// How many connections may wait to be accepted.
    private static let backlog: Int32 = 1024

    private let group: any EventLoopGroup
    private let loops: LoopContexts
    private let shared: SharedState
    private let channels = Mutex<[any Channel]>([])

    init(group: any EventLoopGroup, loops: LoopContexts, shared: SharedState) {
        self.group = group
        self.loops = loops
        self.shared = shared
    }

    /// Binds everything, the control API first: whoever sees the proxy answer can steer it.
    func bindAll(_ configuration: ProxyConfiguration) async throws -> Proxy.BoundAddresses {
        var bound = Proxy.BoundAddresses(listeners: [], control: [])
        for address in configuration.control.addresses {
            let bootstrap = bootstrap().childChannelInitializer { [shared] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ControlHandler(shared: shared))
                }
            }
            bound.control.append(try await bind(bootstrap, to: address, isPrivate: true))
        }
        for listener in configuration.listeners {
            let ownRoute = try SharedState.ownRoute(of: listener)
            let bootstrap = bootstrap()
                .childChannelOption(.autoRead, value: false)
                .childChannelOption(.writeBufferWaterMark, value: .init(low: 64 * 1024, high: 256 * 1024))
                .childChannelInitializer { [loops, shared] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Self.open(channel, for: listener, leadingTo: ownRoute, loops: loops, shared: shared)
                    }
                }
            bound.listeners.append(try await bind(bootstrap, to: listener.address, isPrivate: false))
        }
        return bound
    }

    func closeAll() async {
        let open = channels.withLock { channels in
            defer { channels = [] }
            return channels
        }
        for channel in open { try? await channel.close().get() }
    }

    private func bootstrap() -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Self.backlog)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
    }

    private static func open(
        _ channel: any Channel,
        for listener: ProxyConfiguration.Listener,
        leadingTo ownRoute: Route?,
        loops: LoopContexts,
        shared: SharedState
    ) throws {
        guard let context = loops.context(of: channel.eventLoop), !context.isFull else {
            throw ChannelError.operationUnsupported
        }
        if listener.purpose == .tls {
            guard let tls = shared.tls.withLock({ $0 }) else { throw ProxyError.noCertificate }
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
        }
        let handler = ClientHandler(scratch: context, listener: listener, ownRoute: ownRoute)
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    private func bind(
        _ bootstrap: ServerBootstrap,
        to address: ProxyConfiguration.Address,
        isPrivate: Bool
    ) async throws -> ProxyConfiguration.Address {
        do {
            switch address {
            case .tcp(let host, let port):
                let channel =
                    try await bootstrap
                    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .childChannelOption(.socketOption(.so_keepalive), value: 1)
                    .bind(host: host, port: port).get()
                channels.withLock { $0.append(channel) }
                return .tcp(host: host, port: channel.localAddress?.port ?? port)
            case .unix(let path):
                let handle = try SocketFile.bind(path: path, isPrivate: isPrivate)
                let channel = try await bootstrap.withBoundSocket(handle).get()
                // Until here it listens with a shorter queue.
                listen(handle, Self.backlog)
                channels.withLock { $0.append(channel) }
                return address
            }
        } catch {
            throw ProxyError.cannotListen(address: address.description, reason: "\(error)")
        }
    }
}
