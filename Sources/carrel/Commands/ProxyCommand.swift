import ArgumentParser
import CarrelModel
import CarrelProxy
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// `carrel proxy`: the data plane as a process of its own, usable by any hub that speaks configurable-http-proxy's API.
struct ProxyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxy",
        abstract: "Run the proxy alone; `carrel serve` does so by itself.",
        discussion: """
            Routes are steered through configurable-http-proxy's control API. Callers of it must show the token in the environment \
            variable CONFIGPROXY_AUTH_TOKEN. SIGHUP reads the certificate again.
            """,
    )

    @Option(help: "host:port or unix:/path to serve at; may be repeated.") var listen: [String]
    @Option(help: "Certificate chain (PEM); listeners then speak TLS.") var tlsCertificate: String?
    @Option(help: "Private key of the certificate (PEM).") var tlsKey: String?
    @Option(help: "host:port that sends everybody to https.") var redirectListen: [String] = []
    @Option(help: "ADDRESS=URL: host:port or unix:/path all of whose requests go to one place; may be repeated.")
    var listenFor: [String] = []
    @Option(help: "Unix socket of the control API.") var apiSocket: [String] = []
    @Option(help: "host:port of the control API.") var apiListen: [String] = []
    @Option(help: "Where requests without a route go.") var defaultTarget: String?
    @Option(help: "Where error pages come from: URL/STATUS?url=PATH.") var errorTarget: String?
    @Option(help: "Address range of proxies before this one, whose X-Forwarded-… fields are believed.")
    var trustedProxy: [String] = []
    @Option(help: "Field of requests that only the default target may see; may be repeated.")
    var privateField: [String] = []
    @Option(help: "Event loops.") var threads = 1
    @Option(help: "How long a connection may wait for its next request.") var keepAliveTimeout: String?
    @Option(help: "How long a request's head may take.") var headerTimeout: String?
    @Option(help: "How long a server may take to begin its answer.") var firstByteTimeout: String?
    @Option(help: "The largest head of a request.") var maximumHeaderSize: String?

    func run() async throws {
        let logger = Logger(label: "carrel.proxy") { _ in EventLogHandler(shared: EventLogHandler.Shared()) }
        do {
            let proxy = try Proxy(configuration: configuration(), logger: logger) { bound in
                let addresses = (bound.listeners + bound.control).map(\.description).joined(separator: " ")
                FileHandle.standardOutput.write(Data("ready \(addresses)\n".utf8))
            }
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: [proxy, CertificateReloader(proxy: proxy, logger: logger)],
                    gracefulShutdownSignals: [.sigterm, .sigint],
                    logger: logger.quiet,
                )
            )
            try await group.run()
        } catch let error as ProxyError {
            FileHandle.standardError.write(Data("carrel proxy: \(error.message) \(error.remedy)\n".utf8))
            throw ExitCode(1)
        }
    }

    private func configuration() throws -> ProxyConfiguration {
        var configuration = ProxyConfiguration(listeners: [])
        if let tlsCertificate, let tlsKey {
            configuration.certificate = .init(chainFile: tlsCertificate, keyFile: tlsKey)
        } else if tlsCertificate != nil || tlsKey != nil {
            throw ValidationError("--tls-certificate and --tls-key go together.")
        }
        let addresses = try listen.map { try ProxyConfiguration.Address($0) }
        let trusted = try trustedProxy.map { try PeerRange($0) }
        configuration.listeners = addresses.map { address in
            .init(
                address,
                purpose: configuration.certificate == nil ? .plain : .tls,
                forwardedClaims: Self.claims(at: address, trusted),
            )
        }
        configuration.listeners += try listenFor.map { text in
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { throw ValidationError("--listen-for wants ADDRESS=URL.") }
            let address = try ProxyConfiguration.Address(String(parts[0]))
            return .init(
                address,
                purpose: configuration.certificate == nil ? .plain : .tls,
                forwardedClaims: Self.claims(at: address, trusted),
                target: String(parts[1]),
            )
        }
        configuration.listeners += try redirectListen.map { text in
            .init(try .init(text), purpose: .redirect(httpsPort: Self.port(of: addresses.first)))
        }
        configuration.control = .init(
            addresses: try apiSocket.map { .unix(path: $0) } + apiListen.map { try .init($0) },
            token: ProcessInfo.processInfo.environment["CONFIGPROXY_AUTH_TOKEN"],
        )
        configuration.defaultTarget = defaultTarget
        configuration.errorTarget = errorTarget
        configuration.privateFields = privateField
        configuration.threads = threads
        configuration.limits = try limits()
        return configuration
    }

    private func limits() throws -> ProxyLimits {
        var limits = ProxyLimits()
        if let keepAliveTimeout { limits.keepAlive = try Duration(text: keepAliveTimeout) }
        if let headerTimeout { limits.head = try Duration(text: headerTimeout) }
        if let firstByteTimeout { limits.firstByte = try Duration(text: firstByteTimeout) }
        if let maximumHeaderSize { limits.headBytes = Int(try ByteCount(text: maximumHeaderSize).bytes) }
        return limits
    }

    /// Whoever can open a Unix socket of ours is the operator's.
    private static func claims(
        at address: ProxyConfiguration.Address,
        _ trusted: [PeerRange],
    ) -> ProxyConfiguration.Listener.ForwardedClaims {
        if case .unix = address { .kept } else { .keptFrom(trusted) }
    }

    private static func port(of address: ProxyConfiguration.Address?) -> Int {
        if case .tcp(_, let port)? = address { port } else { 443 }
    }
}

/// Reads the certificate again at every SIGHUP.
struct CertificateReloader: Service {
    let proxy: Proxy
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            do {
                try proxy.reloadCertificates()
                logger.info("proxy.certificateReloaded")
            } catch {
                logger.error("proxy.certificateRefused", metadata: ["reason": "\(error.message)"])
            }
        }
    }
}
