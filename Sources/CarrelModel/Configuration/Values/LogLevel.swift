/// How much is written to the log; the names are swift-log's.
public enum LogLevel: String, Sendable, CaseIterable, Codable {
    /// Every step.
    case trace
    /// What helps to find a fault.
    case debug
    /// What happens in daily work.
    case info
    /// What happens seldom.
    case notice
    /// What may need attention.
    case warning
    /// What went wrong.
    case error
    /// What keeps Carrel from working.
    case critical
}

/// How a line of the log is written.
public enum LogFormat: String, Sendable, CaseIterable, Codable {
    /// For people.
    case text
    /// One JSON object a line, for programs.
    case json
}
