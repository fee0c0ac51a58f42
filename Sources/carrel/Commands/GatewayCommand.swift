import ArgumentParser
import CarrelData
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// `carrel gateway`: people's files over WebDAV, as a process of its own; the hub starts it.
struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "Run the data gateway alone; `carrel serve` does so by itself.",
        discussion: """
            It offers people's homes and data sources as WebDAV folders. Whom it admits, and to what, it asks the hub over a \
            private socket; while the hub is away, those whom it knows go on.
            """,
    )

    @Option(help: "Unix socket for the hub's proxy.") var proxySocket: String?
    @Option(help: "Unix socket for the mounts of servers.") var mountSocket: String?
    @Option(help: "host:port to serve at besides; may be repeated.") var listen: [String] = []
    @Option(help: "Unix socket on which the hub asks it.") var control: String
    @Option(help: "Unix socket on which it asks the hub.") var hub: String
    @Option(help: "The hub's version; a gateway that was started by another is replaced.") var hubVersion: String = ""

    func run() async throws {
        umask(0o077)
        let logger = Logger(label: "carrel.gateway") { _ in EventLogHandler(shared: EventLogHandler.Shared()) }
        let listeners =
            (proxySocket.map { [.proxySocket(path: $0)] } ?? []) + (mountSocket.map { [.socket(path: $0)] } ?? [])
            + (try listen.map(Self.port))
        guard !listeners.isEmpty else { throw ValidationError("Give it a socket or an address to listen at.") }
        let gateway = GatewayProcess(
            GatewaySettings(listeners: listeners),
            control: control,
            hub: hub,
            logger: logger,
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: gateway.services,
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger.quiet,
            )
        )
        try await group.run()
        try await gateway.close()
    }

    private static func port(_ text: String) throws -> GatewaySettings.Listener {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), colon > text.startIndex
        else { throw ValidationError("\(text) isn't an address of the form host:port.") }
        return .port(host: String(text[..<colon]).trimmingCharacters(in: CharacterSet(charactersIn: "[]")), port: port)
    }
}
