public import AsyncHTTPClient
public import Foundation
import HummingbirdCore
public import Logging
public import NIOCore
public import ServiceLifecycle

/// Offers people's stores as WebDAV (RFC 4918, class 1 and 2), for mounts and for any other program.
///
/// It holds no more of a file than what is on its way, and a slow side holds the other back. Locks, properties that programs keep and
/// what mounts know of files are remembered while it runs.
public struct GatewayServer: Service {
    private let settings: GatewaySettings
    private let responder: GatewayResponder
    private let memory: GatewayMemory
    private let eventLoops: any EventLoopGroup
    private let logger: Logger
    private let isListening: @Sendable (GatewaySettings.Listener, SocketAddress?) -> Void

    /// Sets it up; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - settings: how it is reached.
    ///   - door: decides who may come in.
    ///   - logger: gets a line for each change and each refusal.
    ///   - eventLoops: what does the work.
    ///   - now: the time.
    ///   - isListening: is told when a listener is open, and its address.
    public init(
        _ settings: GatewaySettings,
        door: any GatewayDoor,
        logger: Logger,
        eventLoops: any EventLoopGroup = HTTPClient.defaultEventLoopGroup,
        now: @escaping @Sendable () -> Date = { Date() },
        isListening: @escaping @Sendable (GatewaySettings.Listener, SocketAddress?) -> Void = { _, _ in },
    ) {
        self.settings = settings
        self.logger = logger
        self.eventLoops = eventLoops
        self.isListening = isListening
        memory = GatewayMemory(began: now())
        responder = GatewayResponder(
            methods: GatewayMethods(address: GatewayAddress(prefix: settings.prefix), memory: memory, now: now),
            door: door,
            mostRequestsOfOne: settings.mostRequestsOfOne,
            logger: logger
        )
    }

    /// The files of which both versions were kept, the latest first; at most 100 of each person, since the gateway began.
    public func conflicts(of callerID: String) -> [GatewayConflict] {
        memory.conflicts(of: callerID)
    }

    /// Listens until it is told to end; then requests that are under way are done.
    ///
    /// - Throws: what opening a listener throws.
    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for listener in settings.listeners {
                group.addTask { try await server(of: listener).run() }
            }
            try await group.waitForAll()
        }
    }

    private func server(of listener: GatewaySettings.Listener) throws -> any Service {
        let exchange = GatewayExchange(
            responder: responder,
            isProxied: listener.isProxied,
            patience: settings.patience,
        )
        let (peers, mostOfOne) = (listener.isOpenToAll ? PeerCounts() : nil, settings.mostConnectionsOfOne)
        let patience = TimeAmount.seconds(max(settings.patience.components.seconds, 1))
        let builder = HTTPServerBuilder.http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: peers.map { [PeerLimitHandler($0, most: mostOfOne)] } ?? [],
                idleTimeout: patience,
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: 16 * 1024,
                    maxHeaderListSize: 32 * 1024,
                    maxHeaderFieldCount: 100
                )
            )
        )
        if let path = listener.path { try removeSocket(path) }
        return try builder.buildServer(
            configuration: ServerConfiguration(
                address: listener.address,
                serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(settings.mostConnections)
            ),
            eventLoopGroup: eventLoops,
            logger: logger,
            responder: { request, writer, channel in
                try await exchange.respond(request, writer, channel)
            },
            onServerRunning: { channel in
                if let path = listener.path { open(path, listener) }
                isListening(listener, channel.localAddress)
            }
        )
    }

    private func removeSocket(_ path: String) throws {
        guard unlink(path) != 0, errno != ENOENT else { return }
        throw DataFault.failed("The socket \(path) can't be replaced: \(String(cString: strerror(errno)))")
    }

    private func open(_ path: String, _ listener: GatewaySettings.Listener) {
        let mode = listener.isProxied ? 0o600 : 0o666
        do {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        } catch {
            logger.error("gateway.socketMode", metadata: ["socket": "\(path)", "error": "\(error)"])
        }
    }
}

extension GatewaySettings.Listener {
    fileprivate var isProxied: Bool { if case .proxySocket = self { true } else { false } }

    fileprivate var isOpenToAll: Bool { if case .socket = self { true } else { false } }

    fileprivate var path: String? {
        switch self {
        case .socket(let path), .proxySocket(let path): path
        case .port: nil
        }
    }

    fileprivate var address: BindAddress {
        switch self {
        case .socket(let path), .proxySocket(let path): .unixDomainSocket(path: path)
        case .port(let host, let port): .hostname(host, port: port)
        }
    }
}
