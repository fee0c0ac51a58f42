import NIOCore
import NIOPosix

/// Connections to servers, kept for further requests; one pool an event loop, so without lock or hop.
final class UpstreamPool {
    typealias Endpoint = UpstreamTarget.Endpoint

    private struct Slot {
        var idle: [UpstreamHandler] = []
        var open = 0
    }

    private let loop: any EventLoop
    private let limits: ProxyLimits
    private var slots: [Endpoint: Slot] = [:]
    private var isClosed = false

    init(loop: any EventLoop, limits: ProxyLimits) {
        self.loop = loop
        self.limits = limits
    }

    /// A kept connection, the last used first; nil if there is none.
    ///
    /// `mustBeFresh`: for requests that can't be repeated: the server may just be closing a connection long unused.
    func checkOut(_ endpoint: Endpoint, mustBeFresh: Bool, now: NIODeadline) -> UpstreamHandler? {
        guard let upstream = slots[endpoint]?.idle.last else { return nil }
        if mustBeFresh, now - upstream.idleSince > TimeAmount(limits.freshUpstream) { return nil }
        slots[endpoint]?.idle.removeLast()
        return upstream
    }

    /// Whether one more connection may be opened.
    func hasRoom(_ endpoint: Endpoint) -> Bool {
        (slots[endpoint]?.open ?? 0) < limits.upstreams
    }

    /// Opens a connection and hands it over, or the reason why not.
    func connect(_ endpoint: Endpoint, then done: @escaping (Result<UpstreamHandler, any Error>) -> Void) {
        slots[endpoint, default: Slot()].open += 1
        let pool = NIOLoopBound(self, eventLoop: loop)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(limits.connect))
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.writeBufferWaterMark, value: .init(low: 64 * 1024, high: 256 * 1024))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        UpstreamHandler(endpoint: endpoint, pool: pool.value)
                    )
                }
            }
        let connecting: EventLoopFuture<any Channel>
        switch endpoint {
        case .unix(let path): connecting = bootstrap.connect(unixDomainSocketPath: path)
        case .tcp(let host, let port):
            let options = bootstrap.channelOption(.socketOption(.so_keepalive), value: 1)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            if let address = try? SocketAddress(ipAddress: host, port: port) {
                connecting = options.connect(to: address)
            } else {
                connecting = options.connect(host: host, port: port)
            }
        }
        let handOver = NIOLoopBound(done, eventLoop: loop)
        connecting.whenComplete { result in
            do {
                let channel = try result.get()
                handOver.value(.success(try channel.pipeline.syncOperations.handler(type: UpstreamHandler.self)))
            } catch {
                pool.value.forget(endpoint)
                handOver.value(.failure(error))
            }
        }
    }

    /// How long a server may take over the rest of a tunnel that its client has left.
    var tunnelRest: TimeAmount { TimeAmount(limits.halfClosedTunnel) }

    /// Takes back a connection that can carry another request.
    func checkIn(_ upstream: UpstreamHandler, now: NIODeadline) {
        guard !isClosed, let slot = slots[upstream.endpoint], slot.idle.count < limits.idleUpstreams else {
            upstream.close()
            return
        }
        upstream.idleSince = now
        slots[upstream.endpoint]?.idle.append(upstream)
    }

    /// Told by a connection that it has ended, or that it now is a tunnel and no longer counted.
    func forget(_ upstream: UpstreamHandler) {
        if let index = slots[upstream.endpoint]?.idle.lastIndex(where: { $0 === upstream }) {
            slots[upstream.endpoint]?.idle.remove(at: index)
        }
        forget(upstream.endpoint)
    }

    private func forget(_ endpoint: Endpoint) {
        guard var slot = slots[endpoint] else { return }
        slot.open -= 1
        slots[endpoint] = slot.open > 0 ? slot : nil
    }

    func closeAged(now: NIODeadline) {
        let limit = TimeAmount(limits.idleUpstream)
        for slot in Array(slots.values) {
            for upstream in slot.idle where now - upstream.idleSince > limit { upstream.close() }
        }
    }

    func closeAll() {
        isClosed = true
        for slot in Array(slots.values) {
            for upstream in slot.idle { upstream.close() }
        }
    }
}
