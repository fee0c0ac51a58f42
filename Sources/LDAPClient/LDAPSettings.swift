/// Where a directory is, and how people and their groups are found in it.
public struct LDAPSettings: Sendable, Equatable {
    /// The servers, as `ldap://HOST[:PORT]` or `ldaps://HOST[:PORT]`, tried in this order; all hold the same directory.
    ///
    /// With TLS, libldap takes `localhost` in a certificate for this machine's own name: write `127.0.0.1` for a server here.
    public var servers: [String]
    /// Whether connections to `ldap://` servers are encrypted before anything else is said (RFC 4513 §3).
    public var startTLS: Bool
    /// Whether passwords may go over the network unencrypted.
    ///
    /// Servers on this machine's loopback don't need it.
    public var plain: Bool
    /// A file of PEM certificates, one of which must have signed the server's; nil for those that the system trusts.
    public var certificateAuthority: String?
    /// The DN of the account that searches; nil to search without an account.
    public var bindName: String?
    /// The password of that account.
    public var bindPassword: String?
    /// The DN of everybody, with `{name}` in it, as `uid={name},ou=people,dc=example,dc=org`; nil to search for it.
    public var nameTemplate: String?
    /// The DN that people are searched below.
    public var base: String
    /// Which entry is somebody's, with `{name}` in it.
    ///
    /// The name in ``userNameAttribute`` must be one that it finds them by, as in `(|(uid={name})(mail={name}))`. It must match also where ``nameTemplate`` says the DN.
    public var filter: String
    /// The attribute with somebody's name; it must have one value.
    public var userNameAttribute: String
    /// What else is read of somebody's entry.
    public var attributes: [String]
    /// The DN that groups are searched below; nil for no groups.
    public var groupBase: String?
    /// Which groups somebody is in, with `{dn}`, `{name}` or both in it; `{name}` is the name that the directory says.
    public var groupFilter: String?
    /// The attribute with a group's name.
    public var groupNameAttribute: String
    /// How long one server may take for everything that a call asks it; an hour at most.
    public var deadline: Duration

    /// Settings, with the usual ones of a directory of POSIX accounts.
    public init(
        servers: [String],
        startTLS: Bool = false,
        plain: Bool = false,
        certificateAuthority: String? = nil,
        bindName: String? = nil,
        bindPassword: String? = nil,
        nameTemplate: String? = nil,
        base: String,
        filter: String = "(uid={name})",
        userNameAttribute: String = "uid",
        attributes: [String] = [],
        groupBase: String? = nil,
        groupFilter: String? = nil,
        groupNameAttribute: String = "cn",
        deadline: Duration = .seconds(5),
    ) {
        self.servers = servers
        self.startTLS = startTLS
        self.plain = plain
        self.certificateAuthority = certificateAuthority
        self.bindName = bindName
        self.bindPassword = bindPassword
        self.nameTemplate = nameTemplate
        self.base = base
        self.filter = filter
        self.userNameAttribute = userNameAttribute
        self.attributes = attributes
        self.groupBase = groupBase
        self.groupFilter = groupFilter
        self.groupNameAttribute = groupNameAttribute
        self.deadline = deadline
    }
}

extension LDAPSettings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The servers; nothing of the account.
    public var description: String { "LDAPSettings(\(servers.joined(separator: ", ")))" }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// Shows no properties, so that `dump` finds no password.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
