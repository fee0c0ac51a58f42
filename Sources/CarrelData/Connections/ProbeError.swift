public import CarrelModel

/// Why nobody can say how a connection is.
public enum ProbeError: CarrelError, Equatable {
    /// The data gateway isn't there, or doesn't answer.
    case unavailable
    /// The data gateway knows no such data source (yet).
    case unknownSource(String)

    /// The case's name, for the API, logs and metrics.
    public var code: String {
        switch self {
        case .unavailable: "probe.unavailable"
        case .unknownSource: "probe.unknownSource"
        }
    }

    /// What happened.
    public var message: String {
        switch self {
        case .unavailable: "The part of the hub that talks to data sources isn’t running."
        case .unknownSource(let name): "The part of the hub that talks to data sources doesn’t know \(name) yet."
        }
    }

    /// What to do.
    public var remedy: String {
        switch self {
        case .unavailable, .unknownSource: "Try again in a minute. If it stays so, tell the people who run this hub."
        }
    }
}
