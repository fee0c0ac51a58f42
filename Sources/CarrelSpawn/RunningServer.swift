public import Foundation

/// A server that runs, ready or not.
public struct RunningServer: Sendable, Equatable {
    /// The id of the order it was started with.
    public var id: String
    /// Where it listens, for the hub and the proxy.
    ///
    /// A Unix socket is there only after ``Spawner/waitUntilReady(_:within:)``.
    public var address: ServerAddress
    /// Where its URLs begin: `/user/alice/`.
    public var servicePrefix: String
    /// What to keep of it over a restart of the hub.
    public var state: SpawnState

    /// Makes a server.
    public init(id: String, address: ServerAddress, servicePrefix: String, state: SpawnState) {
        self.id = id
        self.address = address
        self.servicePrefix = servicePrefix
        self.state = state
    }
}

/// What the hub keeps about a running server, as JSON in its row.
public struct SpawnState: Codable, Sendable, Equatable {
    /// The kind of spawner: `sandbox`.
    public var kind: String
    /// The id of the order.
    public var id: String
    /// What the spawner's world calls the server: a process id, a container's or a job's id.
    ///
    /// For people and logs; `find` goes by ``id``.
    public var handle: String?
    /// When its start began.
    public var startedAt: Date

    /// Makes a state.
    public init(kind: String, id: String, handle: String?, startedAt: Date) {
        self.kind = kind
        self.id = id
        self.handle = handle
        self.startedAt = startedAt
    }
}

/// Where a server listens.
public enum ServerAddress: Codable, Sendable, Equatable {
    /// A Unix socket at this path of this host.
    case unixSocket(path: String)
    /// A TCP port.
    case tcp(host: String, port: Int)

    /// The address as the target of a route: `http+unix://%2Frun%2F….sock` or `http://10.0.0.7:8888`.
    ///
    /// The form with the path in the place of the host is JupyterHub's (6.0 and later).
    public var url: String {
        switch self {
        case .unixSocket(let path):
            "http+unix://" + (path.addingPercentEncoding(withAllowedCharacters: .urlUnreserved) ?? "")
        case .tcp(let host, let port):
            "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        }
    }
}

extension CharacterSet {
    fileprivate static let urlUnreserved = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
    )
}

/// How a server ended.
public struct ServerExit: Sendable, Equatable {
    /// Its exit code, or 128 + the number of the signal that ended it; nil when its watcher was killed too.
    public var code: Int32?
    /// The last lines it wrote.
    public var log: [String]

    /// Makes an exit.
    public init(code: Int32?, log: [String]) {
        self.code = code
        self.log = log
    }
}

/// What a start is doing, for the person who waits.
public enum SpawnProgress: Sendable, Equatable, CaseIterable {
    /// Folders and files are being made.
    case preparing
    /// The sandbox is being built.
    case enteringSandbox
    /// The program runs; it has yet to answer.
    case running

    /// A sentence for the start page.
    public var message: String {
        switch self {
        case .preparing: "Preparing your server"
        case .enteringSandbox: "Building its sandbox"
        case .running: "Its program is running"
        }
    }

    /// How far the start is, 0 to 100, as in JupyterHub's progress stream.
    public var percent: Int {
        switch self {
        case .preparing: 10
        case .enteringSandbox: 20
        case .running: 40
        }
    }
}
