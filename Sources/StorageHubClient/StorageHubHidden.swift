/// A value that holds a secret, and so doesn't show in a log, a test's failure or an error message.
///
/// It prints as its type's name and `(hidden)`, whole or inside another value.
public protocol StorageHubHidden: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension StorageHubHidden {
    /// The type's name and `(hidden)`.
    public var description: String { "\(Self.self)(hidden)" }

    /// The type's name and `(hidden)`.
    public var debugDescription: String { description }

    /// Shows no properties, so that `dump` finds nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
