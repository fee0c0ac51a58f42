public import Foundation

/// How it stands with a connection, for the page and for logs.
public struct GuardReport: Sendable, Equatable {
    /// What it is in; nil until something was asked.
    public var state: ConnectionState?
    /// Since when.
    public var since: Date
    /// The last fault that told something of the connection, or kept a file from being written, in words.
    ///
    /// It stays when the connection works again, and goes when that file is written.
    public var lastFault: String?
    /// When that was.
    public var lastFaultAt: Date?
    /// When it is tried again, while it can't be used.
    public var nextTry: Date?
}
