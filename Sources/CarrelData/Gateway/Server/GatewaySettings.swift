/// How the gateway is reached, and what it bears.
public struct GatewaySettings: Sendable {
    /// Where it listens.
    public enum Listener: Sendable, Equatable {
        /// A socket file in a folder that is there, open to all who can enter that folder; one that an earlier gateway left is replaced.
        case socket(path: String)
        /// A socket file that only the hub's proxy can open: the client's address is what that says in `X-Forwarded-For`.
        case proxySocket(path: String)
        /// An address of this machine; port 0 takes any that is free.
        case port(host: String, port: Int)
    }

    /// Where it listens; once at least.
    public var listeners: [Listener]
    /// What all addresses begin with: begins and ends with `/`.
    public var prefix: String
    /// How many requests of a person are done at a time; those beyond are told to come again.
    public var mostRequestsOfOne: Int
    /// How many connections each listener has at a time.
    public var mostConnections: Int
    /// How many connections each user of the machine has at a time on a ``Listener/socket(path:)``, so that one can't keep the
    /// others out; rclone has one for each file that is read, and two to write.
    public var mostConnectionsOfOne: Int
    /// How long a connection may be silent, and how long a client may leave unread what is written to it.
    public var patience: Duration

    /// Sets it up.
    public init(
        listeners: [Listener],
        prefix: String = "/dav/",
        mostRequestsOfOne: Int = 64,
        mostConnections: Int = 2048,
        mostConnectionsOfOne: Int = 128,
        patience: Duration = .seconds(300),
    ) {
        self.listeners = listeners
        self.prefix = prefix
        self.mostRequestsOfOne = mostRequestsOfOne
        self.mostConnections = mostConnections
        self.mostConnectionsOfOne = mostConnectionsOfOne
        self.patience = patience
    }
}
