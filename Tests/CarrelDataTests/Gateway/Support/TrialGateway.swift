import Foundation
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

@testable import CarrelData

/// A door that knows a few people by password; the token is the same word.
struct TrialDoor: GatewayDoor {
    var callers: [String: GatewayCaller]
    var isDown = false

    func caller(_ authorization: GatewayAuthorization, from address: String) async -> GatewayAdmission {
        if isDown { return .unavailable }
        let word: String
        switch authorization {
        case .basic(let user, let password): word = "\(user):\(password)"
        case .bearer(let token): word = token
        }
        if word == "token-guesser" { return .wait(seconds: 30) }
        return callers[word].map(GatewayAdmission.admitted) ?? .refused
    }
}

/// Keeps what is logged.
final class LogKeeper: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    var logger: Logger {
        var logger = Logger(label: "gateway") { _ in Handler(keeper: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let keeper: LogKeeper
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            keeper.lines.withLock {
                $0.append("\(event.level) \(event.message) \(self.metadata.merging(event.metadata ?? [:]) { $1 })")
            }
        }
    }
}

/// A gateway on a port of its own.
struct TrialGateway: Sendable {
    let server: GatewayServer
    let port: Int
    let socket: String
    let log: LogKeeper

    var url: String { "http://127.0.0.1:\(port)/dav" }
}

/// A tree of two stores: `home` and `b2drop`.
func tree(_ home: any DataStore, _ b2drop: any DataStore = MemoryStore()) throws -> DataTree {
    guard let one = DataName("home"), let other = DataName("b2drop") else { throw DataFault.unfitName }
    return DataTree([
        DataTree.Folder(name: one, title: "Home", store: home),
        DataTree.Folder(name: other, title: "B2DROP", store: b2drop),
    ])
}

/// Runs a gateway for the body, on a port and a socket, and ends it.
func withGateway(
    _ callers: [String: GatewayCaller],
    _ settings: (inout GatewaySettings) -> Void = { _ in },
    _ body: @escaping @Sendable (TrialGateway) async throws -> Void,
) async throws {
    let socket = NSTemporaryDirectory() + "gateway-\(UUID().uuidString.prefix(8)).sock"
    var wanted = GatewaySettings(listeners: [.port(host: "127.0.0.1", port: 0), .socket(path: socket)])
    settings(&wanted)
    let log = LogKeeper()
    let (opened, continuation) = AsyncStream<Int>.makeStream()
    let server = GatewayServer(
        wanted,
        door: TrialDoor(callers: callers),
        logger: log.logger,
        isListening: { _, address in continuation.yield(address?.port ?? 0) }
    )
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(services: [.init(service: server)], logger: Logger(label: "trial"))
    )
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        var ports: [Int] = []
        for await port in opened {
            ports.append(port)
            if ports.count == wanted.listeners.count { break }
        }
        do {
            try await body(TrialGateway(server: server, port: ports.max() ?? 0, socket: socket, log: log))
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
    try? FileManager.default.removeItem(atPath: socket)
}
