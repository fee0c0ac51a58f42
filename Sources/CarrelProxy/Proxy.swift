public import Logging
import NIOCore
import NIOPosix
import NIOSSL
public import ServiceLifecycle
import Synchronization

/// The reverse proxy: knows routes, not users.
///
/// Serves until its task is cancelled or a graceful shutdown begins: then it stops accepting, lets running requests
/// finish within ``ProxyLimits/drain``, and closes what is left, tunnels last.
public struct Proxy: Service {
    /// The addresses that were bound, ports filled in.
    public struct BoundAddresses: Equatable, Sendable {
        /// In the order of the configuration's listeners.
        public var listeners: [ProxyConfiguration.Address]
        /// In the order of the control API's addresses.
        public var control: [ProxyConfiguration.Address]
    }

    private let configuration: ProxyConfiguration
    private let logger: Logger
    private let shared: SharedState
    private let onReady: @Sendable (BoundAddresses) -> Void

    /// Prepares a proxy; nothing is bound before ``run()``.
    ///
    /// - Parameters:
    ///   - configuration: what to serve, and how.
    ///   - logger: told of starts, stops, control requests and failures, never of single requests that go well.
    ///   - onReady: called once when every address is bound.
    /// - Throws: an error if a target or the certificate can't be used.
    public init(
        configuration: ProxyConfiguration,
        logger: Logger,
        onReady: @escaping @Sendable (BoundAddresses) -> Void = { _ in }
    ) throws(ProxyError) {
        self.configuration = configuration
        self.logger = logger
        self.onReady = onReady
        shared = try SharedState(configuration: configuration, logger: logger)
        let wantsTLS = configuration.listeners.contains { $0.purpose == .tls }
        guard !wantsTLS || configuration.certificate != nil else { throw .noCertificate }
        try reloadCertificates()
    }

    /// Reads the certificate files again; connections opened from now on are shown the new certificate.
    ///
    /// - Throws: ``ProxyError/badCertificate(file:reason:)``; the old certificate then stays in use.
    public func reloadCertificates() throws(ProxyError) {
        guard let certificate = configuration.certificate else { return }
        let context = try CertificateLoader.load(certificate)
        shared.tls.withLock { $0 = context }
    }

    /// Serves until cancelled or told to shut down.
    ///
    /// - Throws: ``ProxyError/cannotListen(address:reason:)``.
    public func run() async throws {
        OpenFiles.raiseLimit()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, configuration.threads))
        do {
            try await serve(on: group)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private func serve(on group: MultiThreadedEventLoopGroup) async throws {
        let loops = try await LoopContexts.start(on: group, shared: shared)
        let listening = Listening(group: group, loops: loops, shared: shared)
        do {
            let bound = try await listening.bindAll(configuration)
            logger.info("proxy is ready", metadata: ["listeners": "\(bound.listeners)", "control": "\(bound.control)"])
            onReady(bound)
            // Ends with a graceful shutdown, or throws when cancelled: then there is no draining.
            try await gracefulShutdown()
            logger.info("proxy is draining")
            shared.isDraining.store(true, ordering: .relaxed)
            await listening.closeAll()
            await loops.drain(within: TimeAmount(shared.limits.drain))
        } catch is CancellationError {
            await listening.closeAll()
        } catch {
            await listening.closeAll()
            await loops.closeAll()
            throw error
        }
        await loops.closeAll()
        logger.info("proxy has stopped")
    }
}
