import Foundation

/// Whether a server has been left alone for so long that it is stopped.
///
/// Pure. A server is in use while a websocket is open to it or a kernel computes, however long nobody types (jupyterhub-idle-culler
/// stops a computing kernel whose browser is closed; reference 3.3).
struct IdleRule: Equatable {
    /// How long a server may be unused; nil: for ever.
    var idleLimit: Duration?
    /// How long a server may run at all; nil: for ever.
    var maximumAge: Duration?

    /// Why a server is stopped.
    enum Reason: String, Equatable {
        case idle
        case tooOld
    }

    /// What to do with a server now.
    enum Verdict: Equatable {
        /// Somebody uses it, as far as can be seen from outside.
        case keep
        /// A websocket is open: that is activity, now.
        case inUse
        /// Nothing was heard of it for too long: ask whether a kernel computes.
        case ask
        case stop(Reason)
    }

    /// What is known of a server from outside.
    struct Observation: Equatable {
        var startedAt: Date
        var lastActivityAt: Date
        /// Open websockets.
        var tunnels: Int
    }

    func verdict(on server: Observation, at now: Date) -> Verdict {
        if let maximumAge, now.timeIntervalSince(server.startedAt) >= maximumAge.seconds { return .stop(.tooOld) }
        if server.tunnels > 0 { return .inUse }
        guard let idleLimit else { return .keep }
        let lastUse = max(server.startedAt, server.lastActivityAt)
        return now.timeIntervalSince(lastUse) >= idleLimit.seconds ? .ask : .keep
    }
}

extension Duration {
    /// The duration in seconds, as Foundation counts them.
    var seconds: TimeInterval {
        TimeInterval(components.seconds) + TimeInterval(components.attoseconds) / 1e18
    }
}
