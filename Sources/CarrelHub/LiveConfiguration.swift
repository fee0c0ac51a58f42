public import CarrelModel
import Synchronization

/// The configuration as it is now; a reload puts another in its place.
public final class LiveConfiguration: Sendable {
    private let state: Mutex<Configuration>

    /// Begins with a configuration.
    public init(_ configuration: Configuration) {
        state = Mutex(configuration)
    }

    /// The configuration now.
    public var current: Configuration { state.withLock { $0 } }

    /// Takes over a new configuration, but for what needs a restart.
    ///
    /// - Returns: what changed.
    func replace(with new: Configuration) -> [ConfigurationChange] {
        state.withLock { current in
            let changes = ConfigurationChange.between(old: current, new: new)
            current = new
            return changes
        }
    }
}
