public import Foundation

/// How a connection is now, and what is under way in its folder.
public struct ConnectionReport: Sendable, Equatable, Codable {
    /// How it is.
    public var state: ConnectionState
    /// Since when that is so.
    public var since: Date
    /// What went wrong last, in words without secrets; nil for nothing.
    public var lastFault: String?
    /// How many files were changed here and aren't uploaded yet.
    public var waiting: Int
    /// Paths of files that were changed in two places, and of which both versions were kept; the latest first.
    public var conflicts: [String]

    /// Puts a report together.
    ///
    /// - Parameters:
    ///   - state: how it is.
    ///   - since: since when.
    ///   - lastFault: what went wrong last, in words without secrets.
    ///   - waiting: how many files wait for their upload.
    ///   - conflicts: paths of files of which two versions were kept.
    public init(
        state: ConnectionState,
        since: Date,
        lastFault: String? = nil,
        waiting: Int = 0,
        conflicts: [String] = [],
    ) {
        self.state = state
        self.since = since
        self.lastFault = lastFault
        self.waiting = waiting
        self.conflicts = conflicts
    }
}
