/// The name of a permission, such as `read:users`, without the filter that says on whom.
public struct ScopeName: Sendable, Hashable {
    /// As it is written.
    public let text: String

    /// Names a scope of ours in code; whether it exists is for ``ScopeTable`` to say.
    init(unchecked text: String) {
        self.text = text
    }
}

extension ScopeName: Comparable, CustomStringConvertible {
    /// As it is written.
    public var description: String { text }

    /// By code point, as JupyterHub sorts.
    public static func < (first: ScopeName, second: ScopeName) -> Bool {
        first.text.unicodeScalars.lexicographicallyPrecedes(second.text.unicodeScalars)
    }
}

extension ScopeName {
    /// Identifies the owner and gives no permission.
    public static let noScope = ScopeName(unchecked: "(no_scope)")
    /// Stands for all of a user's own resources.
    public static let own = ScopeName(unchecked: "self")
    /// Stands for whatever the owner of a token has.
    public static let inherit = ScopeName(unchecked: "inherit")
    /// See the admin page.
    public static let adminUI = ScopeName(unchecked: "admin-ui")
    /// Make, change and remove users.
    public static let adminUsers = ScopeName(unchecked: "admin:users")
    /// Read what the authenticator keeps of a user.
    public static let adminAuthState = ScopeName(unchecked: "admin:auth_state")
    /// Change users, but for servers and tokens.
    public static let users = ScopeName(unchecked: "users")
    /// Remove users.
    public static let deleteUsers = ScopeName(unchecked: "delete:users")
    /// List users.
    public static let listUsers = ScopeName(unchecked: "list:users")
    /// Read users.
    public static let readUsers = ScopeName(unchecked: "read:users")
    /// Read the names of users.
    public static let readUserNames = ScopeName(unchecked: "read:users:name")
    /// Read the groups of users.
    public static let readUserGroups = ScopeName(unchecked: "read:users:groups")
    /// Read when users were last active.
    public static let readUserActivity = ScopeName(unchecked: "read:users:activity")
    /// Read who has which role.
    public static let readRoles = ScopeName(unchecked: "read:roles")
    /// Read the roles of users.
    public static let readUserRoles = ScopeName(unchecked: "read:roles:users")
    /// Read the roles of services.
    public static let readServiceRoles = ScopeName(unchecked: "read:roles:services")
    /// Read the roles of groups.
    public static let readGroupRoles = ScopeName(unchecked: "read:roles:groups")
    /// Report that a user is active.
    public static let userActivity = ScopeName(unchecked: "users:activity")
    /// Everything with servers and their state.
    public static let adminServers = ScopeName(unchecked: "admin:servers")
    /// Read and write the spawner's state of servers.
    public static let adminServerState = ScopeName(unchecked: "admin:server_state")
    /// Start and stop servers.
    public static let servers = ScopeName(unchecked: "servers")
    /// Read servers.
    public static let readServers = ScopeName(unchecked: "read:servers")
    /// Start and edit servers.
    public static let startServers = ScopeName(unchecked: "start:servers")
    /// Stop and remove servers.
    public static let deleteServers = ScopeName(unchecked: "delete:servers")
    /// Make and revoke tokens.
    public static let tokens = ScopeName(unchecked: "tokens")
    /// Read tokens.
    public static let readTokens = ScopeName(unchecked: "read:tokens")
    /// Everything with groups.
    public static let adminGroups = ScopeName(unchecked: "admin:groups")
    /// Change groups.
    public static let groups = ScopeName(unchecked: "groups")
    /// List groups.
    public static let listGroups = ScopeName(unchecked: "list:groups")
    /// Read groups.
    public static let readGroups = ScopeName(unchecked: "read:groups")
    /// Read the names of groups.
    public static let readGroupNames = ScopeName(unchecked: "read:groups:name")
    /// Remove groups.
    public static let deleteGroups = ScopeName(unchecked: "delete:groups")
    /// Everything with services.
    public static let adminServices = ScopeName(unchecked: "admin:services")
    /// List services.
    public static let listServices = ScopeName(unchecked: "list:services")
    /// Read services.
    public static let readServices = ScopeName(unchecked: "read:services")
    /// Read the names of services.
    public static let readServiceNames = ScopeName(unchecked: "read:services:name")
    /// Read about the hub.
    public static let readHub = ScopeName(unchecked: "read:hub")
    /// Enter servers.
    public static let accessServers = ScopeName(unchecked: "access:servers")
    /// Enter services.
    public static let accessServices = ScopeName(unchecked: "access:services")
    /// Read and revoke what is shared with users.
    public static let userShares = ScopeName(unchecked: "users:shares")
    /// Read what is shared with users.
    public static let readUserShares = ScopeName(unchecked: "read:users:shares")
    /// Read and revoke what is shared with groups.
    public static let groupShares = ScopeName(unchecked: "groups:shares")
    /// Read what is shared with groups.
    public static let readGroupShares = ScopeName(unchecked: "read:groups:shares")
    /// Read who a server is shared with.
    public static let readShares = ScopeName(unchecked: "read:shares")
    /// Share servers.
    public static let shares = ScopeName(unchecked: "shares")
    /// Read and refresh the proxy's routes.
    public static let proxy = ScopeName(unchecked: "proxy")
    /// Stop the hub.
    public static let shutdown = ScopeName(unchecked: "shutdown")
    /// Read the metrics.
    public static let readMetrics = ScopeName(unchecked: "read:metrics")
}
