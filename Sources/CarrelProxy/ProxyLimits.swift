import NIOCore

/// How long the proxy waits and how much it takes.
public struct ProxyLimits: Equatable, Sendable {
    /// From the first byte of a request (or the start of a connection) until its head is complete.
    public var head = Duration.seconds(30)
    /// For the next request on a connection that is kept.
    public var keepAlive = Duration.seconds(75)
    /// In every such period a sending or receiving client must move ``minimumProgress`` bytes.
    public var progressPeriod = Duration.seconds(60)
    /// The bytes a client must move in a ``progressPeriod``; slower ones are cut off.
    public var minimumProgress = 1024
    /// For a connection to a server.
    public var connect = Duration.seconds(5)
    /// For the first byte of a response; a notebook may think for minutes.
    public var firstByte = Duration.seconds(900)
    /// For more of a response that has begun; event streams may be silent for long.
    public var responsePause = Duration.seconds(3600)
    /// For an error page from the hub.
    public var errorPage = Duration.seconds(5)
    /// For the second half of a tunnel of which one side has ended.
    public var halfClosedTunnel = Duration.seconds(60)
    /// For a client to take its last answer before the connection is closed.
    public var linger = Duration.seconds(5)
    /// For running requests to finish at a shutdown.
    public var drain = Duration.seconds(20)
    /// The bytes of a request's head.
    public var headBytes = 64 * 1024
    /// The bytes of a request's address.
    public var targetBytes = 16 * 1024
    /// Kept connections to one server, for each event loop.
    public var idleUpstreams = 128
    /// Connections to one server, tunnels aside, for each event loop.
    public var upstreams = 1024
    /// How long an unused connection to a server is kept.
    public var idleUpstream = Duration.seconds(50)
    /// How long one may have been unused to carry a request that can't be repeated.
    public var freshUpstream = Duration.seconds(4)
    /// Clients served at a time, for each event loop; further connections are closed.
    public var clients = 20_000

    /// The defaults.
    public init() {}

    /// How often connections are looked at: a quarter of the shortest limit, at least every second.
    var tick: TimeAmount {
        let shortest =
            [head, keepAlive, progressPeriod, firstByte, responsePause, errorPage, linger, halfClosedTunnel]
            .min() ?? .seconds(4)
        return max(.milliseconds(10), min(.seconds(1), TimeAmount(shortest / 4)))
    }

    var headLimits: HeadScanner.Limits { HeadScanner.Limits(head: headBytes, firstLine: targetBytes) }
}
