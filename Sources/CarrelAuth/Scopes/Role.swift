/// A named list of scopes that users, services and groups hold.
public struct Role: Sendable, Equatable {
    /// 3 to 255 characters, see ``init(name:phrase:scopes:)``.
    public let name: String
    /// What it is for.
    public let phrase: String
    /// As written, not expanded.
    public let scopes: [Scope]

    /// Makes a role.
    ///
    /// - Parameters:
    ///   - name: `^[a-z][a-z0-9\-_~.]{1,253}[a-z0-9]$`, as JupyterHub's.
    ///   - phrase: what it is for.
    ///   - scopes: as written.
    /// - Throws: ``AuthError/malformedRoleName(_:)``.
    public init(name: String, phrase: String, scopes: [Scope]) throws(AuthError) {
        let bytes = Array(name.utf8)
        guard (3...255).contains(bytes.count), bytes[0].isLowerCaseOrDigit, !bytes[0].isDigit,
            bytes[bytes.count - 1].isLowerCaseOrDigit,
            bytes.allSatisfy({ $0.isLowerCaseOrDigit || "-_~.".utf8.contains($0) })
        else { throw .malformedRoleName(AuthError.excerpt(name)) }
        self.init(unchecked: name, phrase, scopes)
    }

    private init(unchecked name: String, _ phrase: String, _ scopes: [Scope]) {
        self.name = name
        self.phrase = phrase
        self.scopes = scopes
    }
}

extension Role {
    /// Every user's; the operator may change its scopes.
    public static let user = Role(unchecked: "user", "What every user may do", [Scope(.own)])

    /// A visitor's: their own servers and nothing else, so no tokens either; fixed.
    public static let visitor = Role(
        unchecked: "visitor",
        "What somebody without an account may do",
        [.servers, .accessServers, .userActivity, .readUserNames, .readUserGroups].map { Scope($0, on: .ownUser) },
    )

    /// An administrator's; fixed.
    public static let admin = Role(
        unchecked: "admin",
        "Everything",
        [
            .adminUI, .adminUsers, .adminServers, .adminServices, .tokens, .adminGroups, .listServices, .readServices,
            .readHub, .proxy, .shutdown, .accessServices, .accessServers, .readRoles, .readMetrics, .shares,
        ].map { Scope($0) },
    )

    /// That of the token which a server is started with: report activity, and let its own users in.
    public static let server = Role(
        unchecked: "server",
        "What a running server may do",
        [Scope(.userActivity, on: .ownUser), Scope(.accessServers, on: .ownServer)],
    )

    /// That of a token made without naming scopes.
    public static let token = Role(unchecked: "token", "What the token's owner may do", [Scope(.inherit)])

    /// The four that always exist (reference 2.7).
    public static let defaults: [Role] = [.user, .admin, .server, .token]
}
