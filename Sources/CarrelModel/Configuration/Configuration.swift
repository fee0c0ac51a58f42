/// All that an operator can set: the content of `carrel.yaml`, checked, with every path absolute.
///
/// Loaded by ``load(file:workingDirectory:)``; a value made by ``init()`` holds the defaults with relative paths.
public struct Configuration: SettingSection {
    /// The hub itself.
    public var hub = HubSettings()

    /// The proxy.
    public var proxy = ProxySettings()

    /// Local accounts.
    public var accounts = AccountSettings()

    /// Ways to sign in besides local accounts, in the order of the sign-in page.
    public var authenticators: [AuthenticatorSettings] = []

    /// The users' servers.
    public var servers = ServerSettings()

    /// The sandbox that servers run in.
    public var sandbox = SandboxSettings()

    /// What servers reach in the network.
    public var network = NetworkSettings()

    /// Where homes are and what they may hold.
    public var storage = StorageSettings()

    /// Archives of people's files.
    public var takeout = TakeoutSettings()

    /// The audit record.
    public var audit = AuditSettings()

    /// Launch links.
    public var binder = BinderSettings()

    /// Folders that servers show to everybody or to some groups.
    public var sharedFolders: [SharedFolderSettings] = []

    /// Remote stores that people can connect.
    public var dataSources: [DataSourceSettings] = []

    /// Folders of data sources in servers.
    public var mounts = MountSettings()

    /// Where openBIS' electronic notebook puts notebooks; nil for nowhere.
    public var openbisIntegration: OpenBISIntegrationSettings?

    /// Copies of the data objects of ICOS portals.
    public var portalData: [PortalDataSettings] = []

    /// The instances besides what pages make; ``allInstances`` has the default one in any case.
    public var instances: [InstanceSettings] = []

    /// The environments that servers can run with, never empty; the first is the one that is used unless another is asked for.
    public var environments = [EnvironmentSettings(name: "default")]

    /// Makes the configuration that an empty file gives, with relative paths.
    public init() {}

    static let keys: [Key<Configuration>] = [
        Key("hub", \.hub, .section, "The hub itself: what it is called, where it keeps its state, what it logs."),
        Key(
            "proxy",
            \.proxy,
            .section,
            "The proxy is a process of its own and the only one that is reached from outside.",
        ),
        Key("accounts", \.accounts, .section, "Local accounts: how long sessions last, and what wrong passwords cost."),
        Key(
            "authenticators",
            \.authenticators,
            .sections(),
            """
            Ways to sign in besides local accounts: a map from names of your choice to their keys. Each is an OpenID \
            Connect provider, an LDAP directory, or a web server before this one, by its `kind`. Accounts are bound to the name: \
            don't give it to another.
            """,
        ),
        Key(
            "servers",
            \.servers,
            .section,
            "The users' servers. New deadlines and limits hold for running servers too, unless a key says otherwise.",
        ),
        Key(
            "sandbox",
            \.sandbox,
            .section,
            "The sandbox that servers run in. New values hold for servers started afterwards."
        ),
        Key(
            "network",
            \.network,
            .section,
            "What servers reach in the network. New rules hold at once, for running servers too, unless a key says otherwise.",
        ),
        Key(
            "storage",
            \.storage,
            .section,
            "The homes: where they are, what they may hold, and how long their former states are kept.",
        ),
        Key("takeout", \.takeout, .section, "Archives of people's files: how many are made at a time, and how large."),
        Key(
            "audit",
            \.audit,
            .section,
            "The record of sign-ins, of changes of rights, and of access to others' things."
        ),
        Key(
            "binder",
            \.binder,
            .section,
            "Launch links as of Binder: repositories and published records that become environments of their own.",
        ),
        Key(
            "sharedFolders",
            \.sharedFolders,
            .sections(),
            """
            Folders that people find in their homes beside their own files, such as `datasets`: a map from the names that \
            they have there to their keys. New values hold for servers started afterwards.
            """,
        ),
        Key(
            "dataSources",
            \.dataSources,
            .sections(),
            """
            Remote stores, such as B2DROP, whose files people find in a folder of their homes once they have connected them on \
            the page Connections: a map from names of your choice to their keys. What people gave is bound to the name: don't \
            give it to another. What is taken out of the file is offered no more, and people can still remove what they gave.
            """,
        ),
        Key("mounts", \.mounts, .section, "Data sources as folders in servers, by rclone."),
        Key(
            "openbisIntegration",
            \.openbisIntegration,
            .optional(.section),
            """
            Notebooks out of openBIS: the endpoint at which openBIS' electronic notebook puts a Jupyter notebook into \
            somebody's home. Without this section there is none.
            """,
        ),
        Key(
            "portalData",
            \.portalData,
            .sections(),
            """
            Data objects of ICOS Carbon Portals that this machine has a copy of: a map from portals, such as `icos`, `sites` \
            or `icoscities`, to their keys. Servers see them read-only, and `icoscp_core` reads them from the disk, without \
            a sign-in: it is told by `PORTAL_DATA_PATH_ICOS` and the like. New values hold for servers started afterwards.
            """,
        ),
        Key(
            "instances",
            \.instances,
            .sections(),
            """
            Hubs within the hub: a map from names of your choice to their keys. `default` is the one that everybody's \
            default server belongs to; a user's server in the instance `course` is their server `course`. One that is \
            taken out of the file is closed and kept; only its own end, or `carrel instance delete`, deletes homes. \
            Limits hold for servers started afterwards.
            """,
        ),
        Key(
            "environments",
            \.environments,
            .sections(),
            """
            The software that servers run with: a map from names of your choice to their keys. Servers start with \
            the first, unless their instance offers a choice. Without this section there is one, named `default`.
            """,
        ),
    ]

    /// What the documentation says about the sections.
    static let documents = keys.map(\.document)

    var faults: [SettingFault] {
        var faults: [SettingFault] = []
        if environments.isEmpty {
            faults.append(SettingFault(key: "environments", found: "none", expected: "at least one environment"))
        }
        if proxy.tls != nil, let url = hub.publicURL, !url.isSecure {
            faults.append(SettingFault(key: "hub.publicURL", found: "\(url)", expected: "https, as proxy.tls is set"))
        }
        if authenticators.contains(where: { $0.kind == .openid }), hub.publicURL == nil {
            let expected = "the address at which browsers find the hub, as authenticators send them back there"
            faults.append(SettingFault(key: "hub.publicURL", found: "none", expected: expected))
        }
        if sandbox.gidRange.overlaps(sandbox.uidRange) {
            let expected = "ids apart from sandbox.uidRange, \(sandbox.uidRange)"
            faults.append(SettingFault(key: "sandbox.gidRange", found: "\(sandbox.gidRange)", expected: expected))
        }
        faults += instanceFaults
        faults += authenticatorFaults
        faults += dataSourceFaults
        faults += integrationFaults
        let shown =
            sandbox.readOnlyPaths.map { ("sandbox.readOnlyPaths", $0) }
            + portalData.map { ("portalData.\($0.name).path", $0.path) }
            + sharedFolders.compactMap { folder in folder.path.map { ("sharedFolders.\(folder.name).path", $0) } }
        for (key, path) in shown {
            guard let expected = expectedApart(path) else { continue }
            faults.append(SettingFault(key: key, found: path, expected: expected))
        }
        return faults
    }

    /// What is expected instead of a folder of the machine that would show people the files of all; nil for others.
    private func expectedApart(_ path: String) -> String? {
        if Self.isNested(path, hub.stateDirectory) {
            return "folders apart from the state directory, which holds everybody's files"
        }
        return Self.isNested(path, storage.homes)
            ? "folders apart from storage.homes, which holds everybody's files" : nil
    }

    /// Whether one of two folders is inside the other, or both are one.
    private static func isNested(_ one: String, _ other: String) -> Bool {
        (one + "/").hasPrefix(other + "/") || (other + "/").hasPrefix(one + "/")
    }
}

extension Configuration {
    /// The instances of the file, and the default one with its standard settings where the file doesn't speak of it.
    public var allInstances: [InstanceSettings] {
        let hasDefault = instances.contains { $0.name == InstanceName.default.text }
        return (hasDefault ? [] : [InstanceSettings(name: InstanceName.default.text)]) + instances
    }

    private var instanceFaults: [SettingFault] {
        let known = Set(environments.map(\.name))
        let ways = Set(authenticators.map(\.name) + [InstanceSettings.localWay])
        return instances.flatMap { instance in
            let key = "instances.\(instance.name)"
            let environments = instance.environments.filter { !known.contains($0) }.map { name in
                SettingFault(key: key + ".environments", found: name, expected: "an environment that the file has")
            }
            let signIn = instance.signIn.filter { !ways.contains($0) }.map { name in
                SettingFault(
                    key: key + ".signIn",
                    found: name,
                    expected: "an authenticator that the file has, or local"
                )
            }
            let sources = (instance.dataSources ?? []).filter { name in !dataSources.contains { $0.name == name } }.map
            {
                SettingFault(key: key + ".dataSources", found: $0, expected: "a data source that the file has")
            }
            return environments + signIn + sources
        }
    }

    /// Two providers that send browsers back to one place couldn't be told apart.
    private var authenticatorFaults: [SettingFault] {
        let providers = authenticators.filter { $0.kind == .openid }
        return providers.indices.compactMap { index in
            let one = providers[index]
            guard providers[..<index].contains(where: { $0.callbackPath == one.callbackPath }) else { return nil }
            return SettingFault(
                key: "authenticators.\(one.name).redirectPath",
                found: one.callbackPath,
                expected: "a path that no other authenticator has",
            )
        }
    }
}
