public import CarrelModel

/// Why an environment can't be removed.
public enum EnvironmentFolderError: CarrelError, Equatable {
    /// It is being built, or removed by somebody else.
    case busy(String)
    /// Servers run with it.
    case inUse(String)

    /// The case's name, for logs.
    public var code: String {
        switch self {
        case .busy: "environment.busy"
        case .inUse: "environment.inUse"
        }
    }

    /// What is in the way.
    public var message: String {
        switch self {
        case .busy(let name): "The environment \(name) is being built or removed at this moment."
        case .inUse(let name): "Servers are running with the environment \(name)."
        }
    }

    /// What to do.
    public var remedy: String {
        switch self {
        case .busy: "Try again when that is done."
        case .inUse: "Stop them on the admin page, or wait until they end."
        }
    }
}
