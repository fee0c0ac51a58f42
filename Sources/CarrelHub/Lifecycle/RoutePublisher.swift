import CarrelModel

/// One route of the proxy that leads to a server.
struct ServerRoute: Equatable, Sendable {
    let key: ServerKey
    /// `http+unix://…` or `http://host:port`.
    let target: String
}

/// Makes servers reachable under their public prefix.
protocol RoutePublisher: Sendable {
    /// Leads requests to a server; returns when the proxy does so, or after a deadline if the proxy is away (it is told as
    /// soon as it is back).
    func publish(_ route: ServerRoute) async

    /// Leads requests for a server to the hub again.
    func withdraw(_ key: ServerKey) async
}
