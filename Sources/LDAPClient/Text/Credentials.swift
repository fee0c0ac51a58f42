/// What somebody typed, if it may be shown to a server at all.
struct Credentials: Sendable {
    let name: String
    let password: String

    /// The most bytes of a name; what attributes like `uid` must hold (RFC 4524 §2).
    static let longestName = 256
    /// The most bytes of a password.
    static let longestPassword = 4096

    /// Nil for what can't be right.
    ///
    /// A server takes an empty password for nobody, and says yes (RFC 4513 §5.1.2); one that reads C strings takes a
    /// password that begins with NUL for an empty one.
    init?(name: String, password: String) {
        guard Self.isName(name) else { return nil }
        guard !password.isEmpty, password.utf8.count <= Self.longestPassword, !password.utf8.contains(0) else {
            return nil
        }
        self.name = name
        self.password = password
    }

    /// Whether somebody can have this name.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= longestName && !name.utf8.contains(0)
    }
}
