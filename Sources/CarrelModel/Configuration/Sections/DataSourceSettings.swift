/// A remote store of files whose content people find in a folder of their homes, once they have connected it.
public struct DataSourceSettings: NamedSettingSection {
    /// The name by which the store and addresses know it; people's credentials are bound to it.
    public let name: String

    /// What it is.
    public var kind = DataSourceKind.webdav

    /// What it is called on pages.
    public var title: String

    /// What is in it, in a sentence or two; empty for nothing to say.
    public var description = ""

    /// Where it is; `{user}` in it stands for people's names there.
    public var address = ""

    /// A file of PEM certificates, one of which must have signed the service's; nil for those that the system trusts.
    public var certificateAuthority: String?

    /// Under which name it is found in the home; nil for the name.
    public var folder: String?

    /// What may be done in it; datasets of openBIS are only read.
    public var access: SharedFolderSettings.Access {
        get { kind == .openbis ? .readOnly : givenAccess }
        set { givenAccess = newValue }
    }

    private var givenAccess = SharedFolderSettings.Access.readWrite

    /// The groups that are offered it; none for everybody.
    public var groups: [String] = []

    /// The page where people make what they sign in there with.
    public var passwordHelp: WebAddress?

    /// Whether it is asked for before a server starts.
    public var inStartOptions = false

    /// The authenticator whose access tokens open it, of people who signed in by it; nil for typed credentials only.
    public var signIn: String?

    /// The providers that are asked first, of kind ``DataSourceKind/onedata``.
    public var providers: [String] = []

    /// What the token is called there that is made for somebody, of kind ``DataSourceKind/onedata``.
    public var tokenName = "carrel"

    /// What stands before an access token, of kind ``DataSourceKind/onedata``.
    public var tokenPrefix = ""

    /// Where access tokens are changed for those of a context, of kind ``DataSourceKind/storagehub``.
    public var tokenEndpoint: WebAddress?

    /// The contexts whose folders are shown, of kind ``DataSourceKind/storagehub``.
    public var contexts: [String] = []

    /// The authenticator that is the openBIS, of kind ``DataSourceKind/openbis``; empty for others.
    public var authenticator = ""

    /// What a name without keys gives.
    public init(name: String) {
        self.name = name
        title = name
    }

    init() {
        self.init(name: "source")
    }

    /// Under which name it is found in the home.
    public var homeFolder: String { folder ?? name }

    /// The authenticator by which people are signed in there without typing anything; nil for typed credentials only.
    public var signInWay: String? { kind == .openbis ? authenticator : signIn }

    /// Whether it is offered to somebody in these groups.
    public func isOffered(to groups: Set<String>) -> Bool {
        self.groups.isEmpty || !groups.isDisjoint(with: self.groups)
    }

    static let keys =
        general + people + ofOnedata.map { $0.noted("Only of `kind: onedata`.") }
        + ofStorageHub.map { $0.noted("Only of `kind: storagehub`.") }
        + ofOpenBIS.map { $0.noted("Only of `kind: openbis`.") }

    func standing(of key: Key<Self>) -> KeyStanding {
        let kinds = Self.kinds(of: key.name)
        guard kinds.contains(kind) else {
            return .unfit(expected: "it with kind: \(kinds.map(\.rawValue).joined(separator: " or ")) only")
        }
        return key.isRequired ? .required : .optional
    }

    private static func kinds(of key: String) -> [DataSourceKind] {
        if ofOnedata.contains(where: { $0.name == key }) { return [.onedata] }
        if ofStorageHub.contains(where: { $0.name == key }) { return [.storagehub] }
        if ofOpenBIS.contains(where: { $0.name == key }) { return [.openbis] }
        return switch key {
        case "signIn": [.onedata, .storagehub]
        // Where an openBIS is, its authenticator says; there is nothing to type, and nothing to write.
        case "address", "certificateAuthority", "access", "passwordHelp", "inStartOptions":
            DataSourceKind.allCases.filter { $0 != .openbis }
        default: DataSourceKind.allCases
        }
    }

    private static let general: [Key<DataSourceSettings>] = [
        Key(
            "kind",
            \.kind,
            .choice,
            """
            What it is: `webdav`, a Nextcloud such as B2DROP, or any other WebDAV server; `onedata`, such as EGI DataHub; \
            `storagehub`, the workspace of D4Science; `openbis`, the datasets of an openBIS.
            """,
        ),
        Key("title", \.title, .text(1...60), "What it is called on pages; default: the name."),
        Key("description", \.description, .text(0...1000), "What is in it, in a sentence or two."),
        Key(
            "address",
            \.address,
            .dataAddress,
            presence: .required,
            """
            Where it is, with `https://`; `http://` only on this machine. Of `webdav` the root of the files, as \
            `https://cloud.example.org/remote.php/dav/files/{user}`, where `{user}` stands for the user name that people \
            type; of `onedata` Onezone's address; of `storagehub` the address up to and with `/workspace`. Not of `openbis`.
            """,
        ),
        Key(
            "certificateAuthority",
            \.certificateAuthority,
            .optional(.path()),
            "A file of PEM certificates, one of which must have signed the service's. Left out, those that the system trusts.",
        ),
        Key(
            "folder",
            \.folder,
            .optional(.folderName),
            "The folder in the home where people find it; default: the name.",
        ),
        Key("access", \.access, .choice, "What may be done in it."),
    ]

    private static let people: [Key<DataSourceSettings>] = [
        Key(
            "groups",
            \.groups,
            .list(of: .groupName, count: 0...100),
            "The groups whose members are offered it; none for everybody.",
        ),
        Key(
            "passwordHelp",
            \.passwordHelp,
            .optional(.parsed),
            "The page where people make what they give the hub: an app password, or a token.",
        ),
        Key(
            "inStartOptions",
            \.inStartOptions,
            .flag,
            "Whether people are asked for it before a server starts, besides on the page Connections.",
        ),
        Key(
            "signIn",
            \.signIn,
            .optional(.wayName),
            """
            The authenticator whose access tokens open it, so that who signed in by it has nothing to type. Left out, people \
            give a token. Only of `kind: onedata` and `storagehub`.
            """,
        ),
    ]

    private static let ofOnedata: [Key<DataSourceSettings>] = [
        Key(
            "providers",
            \.providers,
            .list(of: .text(1...253), count: 0...20),
            "Domains or ids of the Oneproviders that are asked first, the best first.",
        ),
        Key(
            "tokenName",
            \.tokenName,
            .tokenName,
            "What the token is called there that the hub makes for who has signed in by `signIn`; one for each person.",
        ),
        Key(
            "tokenPrefix",
            \.tokenPrefix,
            .tokenPrefix,
            "What stands before an access token, so that Onezone knows whose it is: `egi:` at EGI DataHub.",
        ),
    ]

    private static let ofStorageHub: [Key<DataSourceSettings>] = [
        Key(
            "tokenEndpoint",
            \.tokenEndpoint,
            .optional(.parsed),
            "Where access tokens of `signIn` are changed for those of a context.",
        ),
        Key(
            "contexts",
            \.contexts,
            .list(of: .contextPath, count: 0...100),
            """
            The contexts, or virtual research environments, whose tokens are asked for; the first that a person is in counts. \
            Before all comes the one that they came from, where the authenticator has `contexts`.
            """,
        ),
    ]

    private static let ofOpenBIS: [Key<DataSourceSettings>] = [
        Key(
            "authenticator",
            \.authenticator,
            .wayName,
            presence: .required,
            """
            The authenticator of `kind: openbis` that it is. Who has signed in by it, or linked it to their account, finds what \
            they may see there, to be read.
            """,
        )
    ]

    var faults: [SettingFault] {
        var faults: [SettingFault] = []
        if kind != .webdav, address.contains("{user}") {
            let expected = "an address without {user}: people don't type a name there"
            faults.append(SettingFault(key: "address", found: address, expected: expected))
        }
        if ["projects", "hand-out"].contains(homeFolder) {
            let key = folder == nil ? "" : "folder"
            let expected = "another name: the hub keeps a folder of its own there"
            faults.append(SettingFault(key: key, found: homeFolder, expected: expected))
        }
        if kind == .storagehub, (signIn == nil) != (tokenEndpoint == nil) {
            let missing = signIn == nil ? "signIn" : "tokenEndpoint"
            let expected = "it beside \(signIn == nil ? "tokenEndpoint" : "signIn")"
            faults.append(SettingFault(key: missing, found: "none", expected: expected))
        }
        if let tokenEndpoint, !Self.isPrivate(tokenEndpoint.text) {
            let expected = "https://, as tokens are sent there"
            faults.append(SettingFault(key: "tokenEndpoint", found: tokenEndpoint.text, expected: expected))
        }
        return faults
    }

    /// Whether what is sent there can't be read on the way: it is encrypted, or doesn't leave the machine.
    static func isPrivate(_ address: String) -> Bool {
        let address = address.lowercased()
        return address.hasPrefix("https://")
            || ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { here in
                address == here || address.hasPrefix(here + ":") || address.hasPrefix(here + "/")
            }
    }
}

/// What kinds of remote stores there are.
public enum DataSourceKind: String, Sendable, CaseIterable {
    /// Nextcloud, or any other WebDAV server.
    case webdav
    /// Onedata, such as EGI DataHub.
    case onedata
    /// The workspace of D4Science.
    case storagehub
    /// The datasets of an openBIS.
    case openbis

    /// What people give to sign in there with.
    public enum Credential: Sendable, Equatable {
        /// A user name there and a password, best one made for apps.
        case password
        /// A token.
        case token
        /// Nothing: the hub has what they signed in to it with.
        case nothing
    }

    /// What people give to sign in there with.
    public var credential: Credential {
        switch self {
        case .webdav: .password
        case .onedata, .storagehub: .token
        case .openbis: .nothing
        }
    }
}
