/// Which server of which user: what names a server everywhere in Carrel.
public struct ServerKey: Hashable, Sendable, Codable {
    /// Whose server it is.
    public let user: UserName

    /// Which of the user's servers.
    public let server: ServerName

    /// Names a server.
    public init(user: UserName, server: ServerName = .default) {
        self.user = user
        self.server = server
    }

    /// Reads `alice/s1`, or `alice/` for the default server; nil when it is neither.
    ///
    /// - Parameter fullName: as ``fullName`` gives it.
    public init?(fullName: String) {
        let parts = fullName.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let user = try? UserName(normalizing: String(parts[0])),
            let server = try? ServerName(String(parts[1]))
        else { return nil }
        self.init(user: user, server: server)
    }

    /// `alice/s1`, or `alice/` for the default server: the form of the scope `access:servers!server=alice/`.
    public var fullName: String { user.text + "/" + server.text }

    /// The path under which the server answers, `/user/alice/` or `/user/alice/s1/`, escaped.
    public var prefix: String {
        "/user/" + user.pathSegment + "/" + (server.isDefault ? "" : server.text + "/")
    }

    /// The identifier of the server as an OAuth client, `jupyterhub-user-alice` or `jupyterhub-user-alice-s1`.
    ///
    /// Fully escaped, because the server names a cookie after it. A hyphen in a user's name becomes `%2D`: without that,
    /// the default server of `a-b` and the server `b` of `a` would be one client. JupyterHub leaves it bare.
    public var oauthClientID: String {
        let user = PercentCoding.encoded(user.text).split(separator: "-", omittingEmptySubsequences: false)
            .joined(separator: "%2D")
        return "jupyterhub-user-" + user + (server.isDefault ? "" : "-" + server.text)
    }

    /// The most characters of a ``directoryName``.
    public static let longestDirectoryName = 40

    /// The server's name as one directory or file name: unique, at most 40 characters from a to z, 0 to 9 and `-`.
    ///
    /// `alice`, `alice--s1`, or with 16 digits of a SHA-256 for names that are long or exotic. 16, because a home is found
    /// by it: with fewer, somebody could choose a name that leads to another's home.
    public var directoryName: String {
        let owner = user.unixName
        guard !server.isDefault else { return owner }
        // No slug holds two hyphens in a row, so the first pair ends the owner; three in a row mark the digested form.
        let whole = owner + "--" + server.text
        guard whole.utf8.count > Self.longestDirectoryName else { return whole }
        return Slug.readable(user.text, limit: 9) + "--" + Slug.readable(server.text, limit: 10) + "---"
            + Slug.digest([user.text, server.text], digits: 16)
    }
}

extension ServerKey: CustomStringConvertible {
    /// `alice/s1`, or `alice` for the default server.
    public var description: String { server.isDefault ? user.text : fullName }
}

extension ServerKey: Comparable {
    /// Orders servers by user, then by name.
    public static func < (left: Self, right: Self) -> Bool {
        (left.user.text, left.server.text) < (right.user.text, right.server.text)
    }
}
