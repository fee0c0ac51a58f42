import Foundation

/// A token of a session, or a personal access token; it doesn't show in a log, a test's failure or an error message.
public struct OpenBISToken: Sendable, Hashable {
    /// As it is sent; to be kept like a password.
    public let text: String
    /// Whose it is, as it says itself: what stands before the last dash, without `$pat-` (reference 1.2 and 4.4).
    ///
    /// Ids may have dashes, dots and capitals. Nothing is proved by it: ``OpenBISClient/sessionInformation(_:)`` does.
    public let userID: String
    /// Whether it is a personal access token, which doesn't end with a session.
    public let isPersonalAccessToken: Bool

    /// The longest text that is taken, in bytes.
    static let longest = 1024
    static let accessPrefix = "$pat-"

    /// Takes a token as somebody typed or pasted it, or as it came in an address; white space around it goes.
    ///
    /// - Parameter typed: the text.
    /// - Throws: ``OpenBISError/notAToken`` for what can't be one.
    public init(_ typed: String) throws(OpenBISError) {
        text = typed.trimmingCharacters(in: .whitespacesAndNewlines)
        isPersonalAccessToken = text.hasPrefix(Self.accessPrefix)
        guard text.utf8.count <= Self.longest, let dash = text.lastIndex(of: "-"),
            text.unicodeScalars.allSatisfy({ !$0.properties.isWhitespace && $0.properties.generalCategory != .control })
        else { throw .notAToken }
        let start = isPersonalAccessToken ? text.index(text.startIndex, offsetBy: 5) : text.startIndex
        guard start < dash, text.index(after: dash) < text.endIndex else { throw .notAToken }
        userID = String(text[start..<dash])
    }
}

extension OpenBISToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The type's name and `(hidden)`.
    public var description: String { "OpenBISToken(hidden)" }

    /// The type's name and `(hidden)`.
    public var debugDescription: String { description }

    /// Shows no properties, so that `dump` finds nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
