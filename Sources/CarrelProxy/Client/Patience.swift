import NIOCore

/// Decides when a connection has been waited for long enough.
///
/// Pure: a connection says now and then what it waits for and how many bytes have moved; nothing is noted while they do.
struct Patience: Equatable, Sendable {
    /// What a connection waits for.
    enum Waiting: Equatable, Sendable {
        case firstHead
        case nextRequest
        case head
        case requestBody
        case upstreamHead
        case upstreamBody
        case clientToRead
        case errorPage
        case tunnel
        case halfClosedTunnel
        case linger
    }

    private var waiting = Waiting.firstHead
    private var request = 0
    private var since: NIODeadline
    private var movedBefore = 0

    init(now: NIODeadline) {
        since = now
    }

    /// Whether the limit for what is waited for has passed.
    ///
    /// `request`: the number of the request on this connection: a new one starts a new wait.
    /// `moved`: bytes that have moved in all.
    mutating func isExhausted(
        waiting: Waiting,
        request: Int,
        moved: Int,
        now: NIODeadline,
        limits: ProxyLimits
    ) -> Bool {
        if waiting != self.waiting || request != self.request {
            // A head begun in silence counts from the start of the connection.
            let keepsStart = self.waiting == .firstHead && waiting == .head && request == self.request
            self.waiting = waiting
            self.request = request
            movedBefore = moved
            if !keepsStart { since = now }
        }
        if moved - movedBefore >= Patience.progress(waiting, limits) {
            movedBefore = moved
            since = now
        }
        guard let limit = Patience.limit(waiting, limits) else { return false }
        return now - since >= limit
    }

    /// The bytes that make a wait start anew.
    private static func progress(_ waiting: Waiting, _ limits: ProxyLimits) -> Int {
        switch waiting {
        case .requestBody, .clientToRead: max(1, limits.minimumProgress)
        case .upstreamBody, .halfClosedTunnel: 1
        default: .max
        }
    }

    private static func limit(_ waiting: Waiting, _ limits: ProxyLimits) -> TimeAmount? {
        switch waiting {
        case .firstHead, .head: TimeAmount(limits.head)
        case .nextRequest: TimeAmount(limits.keepAlive)
        case .requestBody, .clientToRead: TimeAmount(limits.progressPeriod)
        case .upstreamHead: TimeAmount(limits.firstByte)
        case .upstreamBody: TimeAmount(limits.responsePause)
        case .errorPage: TimeAmount(limits.errorPage)
        case .halfClosedTunnel: TimeAmount(limits.halfClosedTunnel)
        case .linger: TimeAmount(limits.linger)
        case .tunnel: nil
        }
    }
}
