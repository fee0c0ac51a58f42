import CarrelModel

/// The limits of servers as they are configured now.
struct ServerLimits: Equatable, Sendable {
    /// How long a server may take from its start until it answers.
    var startDeadline: Duration
    /// How long a server may take to end by itself once it is asked to.
    var stopDeadline: Duration
    /// How long a server may be unused before it is stopped; nil: for ever.
    var idleLimit: Duration?
    /// How long a server may run at all; nil: for ever.
    var maximumAge: Duration?
}
