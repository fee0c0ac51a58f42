import Logging
import NIOSSL
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What all event loops and the control API share.
final class SharedState: Sendable {
    let limits: ProxyLimits
    let errorTarget: UpstreamTarget?
    let control: ProxyConfiguration.Control
    let logger: Logger
    let privateFields: PrivateFields
    let routes: Mutex<RouteTable>
    let tls: Mutex<NIOSSLContext?>
    let isDraining = Atomic<Bool>(false)
    let failures = Mutex(FailureLog())

    init(configuration: ProxyConfiguration, logger: Logger) throws(ProxyError) {
        limits = configuration.limits
        control = configuration.control
        self.logger = logger
        privateFields = PrivateFields(configuration.privateFields)
        errorTarget = try configuration.errorTarget.map { text throws(ProxyError) in try SharedState.target(text) }
        var table = RouteTable()
        if let text = configuration.defaultTarget {
            let target = try SharedState.target(text)
            table.set(path: "/", target: target, data: [:], now: WallClock.milliseconds)
        }
        routes = Mutex(table)
        tls = Mutex(nil)
    }

    /// The route of a listener that has a target of its own; nil for others.
    static func ownRoute(of listener: ProxyConfiguration.Listener) throws(ProxyError) -> Route? {
        guard let text = listener.target else { return nil }
        let counters = RouteCounters(now: WallClock.milliseconds)
        return Route(path: "\(listener.address)", target: try target(text), data: [:], counters: counters)
    }

    private static func target(_ text: String) throws(ProxyError) -> UpstreamTarget {
        guard let target = UpstreamTarget(url: text) else { throw .badTarget(text) }
        return target
    }
}

/// The time of day.
enum WallClock {
    /// Milliseconds since 1970.
    static var milliseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
