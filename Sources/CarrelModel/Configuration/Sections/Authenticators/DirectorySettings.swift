/// Where an LDAP directory is, and how people and their groups are found in it.
public struct DirectorySettings: Sendable, Equatable {
    /// The servers, tried in this order; all hold the same directory.
    public var servers: [String] = []

    /// Whether connections to `ldap://` servers are encrypted before anything else is said.
    public var startTLS = false

    /// Whether passwords may go over the network unencrypted.
    public var plain = false

    /// The DN of the account that searches; nil to search without an account.
    public var bindName: String?

    /// The file with the password of that account.
    public var bindPasswordFile: String?

    /// The DN of everybody, with `{name}` in it; nil to search for it.
    public var nameTemplate: String?

    /// The DN that people are searched below.
    public var base = ""

    /// Which entry is somebody's, with `{name}` in it.
    public var filter = "(uid={name})"

    /// The attribute with somebody's name.
    public var userNameAttribute = "uid"

    /// The attribute by which people are known for ever; nil for their name.
    public var subjectAttribute: String?

    /// The attribute by which people are recognised on pages, where it is there.
    public var labelAttribute = "mail"

    /// The DN that groups are searched below; nil for no groups.
    public var groupBase: String?

    /// Which groups somebody is in, with `{dn}`, `{name}` or both in it.
    public var groupFilter: String?

    /// The attribute with a group's name.
    public var groupNameAttribute = "cn"

    /// How many people are asked about at once.
    public var connections = 4

    /// Makes those that an authenticator without keys has.
    public init() {}
}

extension DirectorySettings {
    var faults: [SettingFault] {
        pairs + templates
            + servers.filter { isUnprotected($0) }.map { server in
                let expected = "ldaps://, or startTLS: true, as passwords would travel unencrypted"
                return SettingFault(key: "servers", found: server, expected: expected)
            }
    }

    /// Keys of which one is worth nothing without the other.
    private var pairs: [SettingFault] {
        [
            ("bindName", bindName, "bindPasswordFile", bindPasswordFile),
            ("groupBase", groupBase, "groupFilter", groupFilter),
        ].compactMap { (one: String, first: String?, other: String, second: String?) in
            guard (first == nil) != (second == nil) else { return nil }
            let missing = first == nil ? one : other
            return SettingFault(key: missing, found: "none", expected: "it beside \(first == nil ? other : one)")
        }
    }

    private var templates: [SettingFault] {
        var faults: [SettingFault] = []
        // Otherwise somebody who signed in isn't found again by their name, and counts as gone.
        let assertion = "(\(userNameAttribute)={name})"
        if !filter.lowercased().contains(assertion.lowercased()) {
            faults.append(SettingFault(key: "filter", found: filter, expected: "a filter with \(assertion) in it"))
        }
        if let nameTemplate, !nameTemplate.contains("{name}") {
            faults.append(SettingFault(key: "nameTemplate", found: nameTemplate, expected: "a DN with {name} in it"))
        }
        if let groupFilter, !groupFilter.contains("{name}"), !groupFilter.contains("{dn}") {
            let expected = "a filter with {dn} or {name} in it"
            faults.append(SettingFault(key: "groupFilter", found: groupFilter, expected: expected))
        }
        return faults
    }

    private func isUnprotected(_ server: String) -> Bool {
        guard !startTLS, !plain, server.lowercased().hasPrefix("ldap://") else { return false }
        let host = server.dropFirst("ldap://".count)
        return !["127.0.0.1", "localhost", "[::1]"].contains { here in
            host == here || host.hasPrefix(here + ":") || host.hasPrefix(here + "/")
        }
    }
}

extension AuthenticatorSettings {
    static let directoryKeys: [Key<AuthenticatorSettings>] = servers + search

    private static let servers: [Key<AuthenticatorSettings>] = [
        Key(
            "servers",
            \.directory.servers,
            .list(of: .directoryServer, count: 1...10),
            presence: .required,
            """
            The servers, tried in this order; all hold the same directory. For one on this machine write 127.0.0.1, not \
            localhost, where it has a certificate.
            """,
        ),
        Key(
            "startTLS",
            \.directory.startTLS,
            .flag,
            "Whether connections to `ldap://` servers are encrypted before anything else is said.",
        ),
        Key(
            "plain",
            \.directory.plain,
            .flag,
            "Whether passwords may go over the network unencrypted. Servers on this machine don't need it.",
        ),
        Key(
            "bindName",
            \.directory.bindName,
            .optional(.text(1...1000)),
            """
            The DN of the account that searches. Left out, the directory is searched without one, or with `nameTemplate` as the \
            person who signs in.
            """,
        ),
        Key(
            "bindPasswordFile",
            \.directory.bindPasswordFile,
            .optional(.path()),
            "A file with the password of that account, readable by the hub only.",
        ),
        Key(
            "connections",
            \.directory.connections,
            .number(1...64),
            "How many people are asked about at once; for each there is a connection that stays open.",
        ),
    ]

    private static let search: [Key<AuthenticatorSettings>] = [
        Key(
            "nameTemplate",
            \.directory.nameTemplate,
            .optional(.text(1...1000)),
            "The DN of everybody, as `uid={name},ou=people,dc=example,dc=org`. Left out, it is searched for.",
        ),
        Key(
            "base",
            \.directory.base,
            .text(1...1000),
            presence: .required,
            "The DN that people are searched below, as `ou=people,dc=example,dc=org`.",
        ),
        Key(
            "filter",
            \.directory.filter,
            .text(1...2000),
            """
            Which entry is somebody's, as an LDAP filter with `{name}` in it; `(NAME={name})` for the name of `userNameAttribute` \
            must be a part of it. Who doesn't match can't sign in: leave disabled accounts out here.
            """,
        ),
        Key(
            "userNameAttribute",
            \.directory.userNameAttribute,
            .attributeName,
            """
            The attribute with somebody's name, which a new account gets. Two people with one name are never one account: the \
            second is told, and can link the other account by signing in to it.
            """,
        ),
        Key(
            "subjectAttribute",
            \.directory.subjectAttribute,
            .optional(.attributeName),
            """
            An attribute by which people are known for ever, such as `entryUUID`: accounts then follow people who are renamed, and \
            nobody gets the account of an earlier person of their name. Left out, it is the name. Choose before the first \
            sign-in: a change makes everybody new.
            """,
        ),
        Key(
            "labelAttribute",
            \.directory.labelAttribute,
            .attributeName,
            "The attribute by which people are recognised on pages; where it isn't there, their name.",
        ),
        Key(
            "groupBase",
            \.directory.groupBase,
            .optional(.text(1...1000)),
            "The DN that groups are searched below. Left out, nobody is in any.",
        ),
        Key(
            "groupFilter",
            \.directory.groupFilter,
            .optional(.text(1...2000)),
            "Which groups somebody is in, with `{dn}` or `{name}` in it, as `(member={dn})` or `(memberUid={name})`.",
        ),
        Key("groupNameAttribute", \.directory.groupNameAttribute, .attributeName, "The attribute with a group's name."),
    ]

    static let groups: [Key<AuthenticatorSettings>] = [
        Key(
            "allowedGroups",
            \.allowedGroups,
            .list(of: .text(1...500), count: 0...100),
            """
            The names of groups there of which people need one to sign in here at all, whole and without regard to case. None \
            for everybody.
            """,
        )
    ]
}
