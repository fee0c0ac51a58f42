import Synchronization

/// One entry of the table: a prefix, where it leads, and what its owner wants kept with it.
final class Route: Sendable {
    /// The prefix, unescaped, without a slash at the end; `/` for everything.
    let path: String
    let target: UpstreamTarget
    let data: [String: JSONValue]
    /// Shared with the route that this one replaced, so that open tunnels stay counted.
    let counters: RouteCounters
    /// What the server may not say to clients; asked for by `"shield": true` in the route's data.
    let shield: OriginShield?

    init(path: String, target: UpstreamTarget, data: [String: JSONValue], counters: RouteCounters) {
        self.path = path
        self.target = target
        self.data = data
        self.counters = counters
        shield = data["shield"] == .bool(true) ? OriginShield(prefix: path) : nil
    }
}

/// How much a route is used.
final class RouteCounters: Sendable {
    private let lastActivityMilliseconds: Atomic<Int64>
    private let openTunnels = Atomic<Int>(0)
    private let startedRequests = Atomic<Int>(0)

    init(now: Int64) {
        lastActivityMilliseconds = Atomic(now)
    }

    /// When it was last used, in milliseconds since 1970.
    ///
    /// Touched as configurable-http-proxy does: by bytes from the client, by tunnelled bytes either way, and by
    /// finished responses below 300.
    var lastActivity: Int64 { lastActivityMilliseconds.load(ordering: .relaxed) }
    /// How many tunnels are open.
    var connections: Int { openTunnels.load(ordering: .relaxed) }
    var requests: Int { startedRequests.load(ordering: .relaxed) }

    func touch(at now: Int64) {
        lastActivityMilliseconds.store(now, ordering: .relaxed)
    }

    func requestStarted() {
        startedRequests.wrappingAdd(1, ordering: .relaxed)
    }

    func tunnelOpened() {
        openTunnels.wrappingAdd(1, ordering: .relaxed)
    }

    func tunnelClosed() {
        openTunnels.wrappingSubtract(1, ordering: .relaxed)
    }
}
