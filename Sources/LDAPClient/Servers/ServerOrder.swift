/// Which server is asked first.
///
/// Pure. Those that failed a while ago come last, so that not everybody waits for them.
struct ServerOrder: Sendable {
    private let servers: [ServerAddress]
    private var failures: [ServerAddress: ContinuousClock.Instant] = [:]

    /// How long a server that failed comes last.
    static let rest = Duration.seconds(30)

    init(_ servers: [ServerAddress]) { self.servers = servers }

    /// All servers, each once.
    func order(at now: ContinuousClock.Instant) -> [ServerAddress] {
        let resting = servers.filter { isResting($0, at: now) }
        return servers.filter { !resting.contains($0) } + resting
    }

    mutating func failed(_ server: ServerAddress, at now: ContinuousClock.Instant) { failures[server] = now }

    mutating func answered(_ server: ServerAddress) { failures[server] = nil }

    private func isResting(_ server: ServerAddress, at now: ContinuousClock.Instant) -> Bool {
        guard let failure = failures[server] else { return false }
        return now - failure < Self.rest
    }
}
