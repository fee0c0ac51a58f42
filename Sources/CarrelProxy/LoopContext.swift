import NIOCore

/// What belongs to one event loop: its connections, its pool, its coarse clock.
///
/// Used on that loop only.
final class LoopContext {
    let loop: any EventLoop
    let shared: SharedState
    let pool: UpstreamPool
    let limits: ProxyLimits
    let headLimits: HeadScanner.Limits
    var requestIDs = RequestIDMaker(seed: .random(in: .min ... .max))
    /// Scratch for the head at hand.
    var fields: [Field] = []
    /// Updated with every tick; good enough for limits and last activity.
    private(set) var now = NIODeadline.now()
    private(set) var wallMilliseconds = WallClock.milliseconds

    private var clients: [ObjectIdentifier: ClientHandler] = [:]
    private var ticking: RepeatedTask?
    private var drained: EventLoopPromise<Void>?

    init(loop: any EventLoop, shared: SharedState) {
        self.loop = loop
        self.shared = shared
        limits = shared.limits
        headLimits = shared.limits.headLimits
        pool = UpstreamPool(loop: loop, limits: shared.limits)
        fields.reserveCapacity(64)
    }

    var isFull: Bool { clients.count >= limits.clients }

    func start() {
        let bound = NIOLoopBound(self, eventLoop: loop)
        ticking = loop.scheduleRepeatedTask(initialDelay: limits.tick, delay: limits.tick) { _ in
            bound.value.tick()
        }
    }

    func add(_ client: ClientHandler) {
        clients[ObjectIdentifier(client)] = client
    }

    func remove(_ client: ClientHandler) {
        clients[ObjectIdentifier(client)] = nil
        reportIfDrained()
    }

    /// Called by clients whose request is finished, while the proxy shuts down.
    func reportIfDrained() {
        guard let drained, !clients.values.contains(where: \.isBusy) else { return }
        self.drained = nil
        drained.succeed()
    }

    /// Closes what is idle; the promise is kept when no request runs any more.
    ///
    /// Tunnels stay.
    func drain(_ promise: EventLoopPromise<Void>) {
        drained = promise
        for client in Array(clients.values) { client.drain() }
        reportIfDrained()
    }

    /// Ends everything, tunnels too.
    func closeAll() {
        ticking?.cancel()
        for client in Array(clients.values) { client.abort() }
        pool.closeAll()
        drained?.succeed()
        drained = nil
    }

    private func tick() {
        now = NIODeadline.now()
        wallMilliseconds = WallClock.milliseconds
        pool.closeAged(now: now)
        shared.logCountedFailures(at: now)
        for client in Array(clients.values) { client.tick() }
    }
}
