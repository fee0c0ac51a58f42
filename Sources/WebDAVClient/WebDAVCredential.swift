import Foundation

/// What shows a server who asks; it never prints.
public struct WebDAVCredential: Sendable, Equatable {
    /// The value of the header field `Authorization`.
    let field: String

    /// A name with a password; Nextcloud wants an app password, not the account's.
    ///
    /// Goes as HTTP Basic in UTF-8 (RFC 7617).
    ///
    /// - Parameters:
    ///   - user: the login name, without a colon or control characters.
    ///   - password: as it was typed, without control characters.
    /// - Throws: ``WebDAVError/unfitCredential``.
    public init(user: String, password: String) throws(WebDAVError) {
        guard !user.isEmpty, !user.utf8.contains(UInt8(ascii: ":")), Self.isPlain(user), Self.isPlain(password) else {
            throw .unfitCredential
        }
        field = "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    }

    /// A bearer token (RFC 6750).
    ///
    /// - Parameter token: without spaces and control characters.
    /// - Throws: ``WebDAVError/unfitCredential``.
    public init(token: String) throws(WebDAVError) {
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { throw .unfitCredential }
        field = "Bearer " + token
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= 1024 && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }
}

extension WebDAVCredential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The type's name and `(hidden)`.
    public var description: String { "WebDAVCredential(hidden)" }

    /// The type's name and `(hidden)`.
    public var debugDescription: String { description }

    /// Shows no properties, so that `dump` finds nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
