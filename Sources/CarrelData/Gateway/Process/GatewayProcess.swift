import AsyncHTTPClient
public import Logging
import NIOPosix
public import ServiceLifecycle

/// All parts of the data gateway, as a process of its own.
///
/// It has neither the hub's database nor its keys: whom it admits, and with what it signs in at data sources, the hub tells it for
/// each person who comes.
public struct GatewayProcess: Sendable {
    /// What runs, in the order in which it depends on each other.
    public let services: [any Service]
    private let connections: SourceConnections
    private let http: HTTPClient
    private let slow: HTTPClient

    /// Joins the parts; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - settings: how people's programs reach it.
    ///   - control: absolute path of the socket on which the hub asks it.
    ///   - hub: absolute path of the socket on which it asks the hub.
    ///   - logger: its log.
    public init(_ settings: GatewaySettings, control: String, hub: String, logger: Logger) {
        http = HTTPClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            configuration: HTTPClient.Configuration(redirectConfiguration: .disallow),
        )
        slow = HTTPClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            configuration: HTTPClient.Configuration(redirectConfiguration: .disallow),
        )
        connections = SourceConnections()
        let admissions = HubAdmissions(http: http, slow: slow, socket: hub)
        let shelf = StoreShelf(
            maker: SourceMaker(connections: connections, hub: admissions),
            workers: LocalWorkers(),
        )
        let door = HubDoor(hub: admissions, shelf: shelf)
        let server = GatewayServer(settings, door: door, logger: logger)
        let control = GatewayControl(
            shelf: shelf,
            door: door,
            conflicts: { user in server.conflicts(of: "\(user)").map(\.copy) },
            socket: control,
            eventLoops: MultiThreadedEventLoopGroup.singleton,
            logger: logger,
        )
        services = [server, control, ConnectionWatch(shelf: shelf, clock: ContinuousClock())]
    }

    /// Ends its connections, when the services have ended.
    ///
    /// - Throws: what closing them throws.
    public func close() async throws {
        try await connections.shutdown()
        try await http.shutdown()
        try await slow.shutdown()
    }
}
