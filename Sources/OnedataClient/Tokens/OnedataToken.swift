/// An access token of Onedata; it doesn't show in a log, a test's failure or an error message.
public struct OnedataToken: Sendable, Equatable {
    /// As it is sent; to be kept like a password.
    public let text: String

    /// The longest text that is taken, in bytes.
    static let longest = 16 * 1024

    /// Takes a token as somebody typed or pasted it; white space around it goes.
    ///
    /// - Parameter typed: the text.
    /// - Throws: ``OnedataError/token(_:)`` with ``OnedataTokenFault/notAToken`` for what can't be one.
    public init(_ typed: String) throws(OnedataError) {
        let kept = typed.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
        text = String(kept)
        guard (1...Self.longest).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { throw .token(.notAToken) }
    }
}

extension OnedataToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The type's name and `(hidden)`.
    public var description: String { "OnedataToken(hidden)" }

    /// The type's name and `(hidden)`.
    public var debugDescription: String { description }

    /// Shows no properties, so that `dump` finds nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
