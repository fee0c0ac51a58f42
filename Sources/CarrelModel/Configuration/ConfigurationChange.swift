/// A key that differs between two configurations.
public struct ConfigurationChange: Sendable, Equatable {
    /// The full name of the key, `proxy.listen`.
    public let key: String

    /// The value before, as the file would hold it; nil when there was none.
    public let old: String?

    /// The value after; nil when there is none.
    public let new: String?

    /// Whether it takes effect only after a restart.
    public let needsRestart: Bool

    /// What differs between two configurations, in the order of the documentation.
    ///
    /// - Parameters:
    ///   - old: the configuration in use.
    ///   - new: the one that was loaded.
    /// - Returns: one change a key; empty when nothing differs.
    public static func between(old: Configuration, new: Configuration) -> [ConfigurationChange] {
        Configuration.changes(from: old, to: new)
    }
}

extension ConfigurationChange: CustomStringConvertible {
    /// `proxy.threads: 1 → 2 (after a restart)`.
    public var description: String {
        "\(key): \(old ?? "none") → \(new ?? "none")" + (needsRestart ? " (after a restart)" : "")
    }
}
