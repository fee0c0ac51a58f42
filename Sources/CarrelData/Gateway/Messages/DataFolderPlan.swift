/// A folder that the gateway shows to a person: what it is called, and how its files are reached.
public struct DataFolderPlan: Codable, Sendable, Equatable {
    /// The folder's name.
    public var name: String
    /// What it is called on pages.
    public var title: String
    /// Where its files are.
    public var store: DataStorePlan

    /// Names one.
    public init(name: String, title: String, store: DataStorePlan) {
        self.name = name
        self.title = title
        self.store = store
    }
}

/// All that is needed to reach some person's files; holds secrets.
public enum DataStorePlan: Codable, Sendable, Equatable {
    /// A folder of this machine.
    case local(LocalStorePlan)
    /// A data source.
    case source(DataSourcePlan)
}

/// A folder of this machine, and with whose rights it is used.
public struct LocalStorePlan: Codable, Sendable, Equatable {
    /// Its absolute path.
    public var path: String
    /// The user and group whose rights hold; nil for the gateway's own, where it isn't root.
    public var account: Account?
    /// Whether anything may be changed.
    public var isWritable: Bool

    /// A user of this machine.
    public struct Account: Codable, Sendable, Hashable {
        /// The user's number.
        public var uid: UInt32
        /// The group's number.
        public var gid: UInt32
        /// Further groups.
        public var groups: [UInt32]

        /// Names one.
        public init(uid: UInt32, gid: UInt32, groups: [UInt32] = []) {
            self.uid = uid
            self.gid = gid
            self.groups = groups
        }
    }

    /// Names one.
    public init(path: String, account: Account?, isWritable: Bool) {
        self.path = path
        self.account = account
        self.isWritable = isWritable
    }
}

/// A data source as the operator configured it, and what a person signs in there with.
public struct DataSourcePlan: Codable, Sendable, Equatable {
    /// What is spoken there.
    public enum Kind: String, Codable, Sendable {
        /// WebDAV, and Nextcloud's kind of it.
        case webdav
        /// Onedata's REST API.
        case onedata
        /// D4Science's StorageHub.
        case storagehub
        /// The datasets of an openBIS.
        case openbis
    }

    /// Its name in the configuration.
    public var name: String
    /// What is spoken there.
    public var kind: Kind
    /// Where it is.
    public var address: String
    /// The file with the certificates that are trusted besides the system's (PEM).
    public var authority: String?
    /// Of openBIS: whether its certificate has to be one that is trusted.
    public var verifiesCertificates: Bool
    /// Whether anything may be changed.
    public var isWritable: Bool
    /// What the person signs in with; nil when it isn't known.
    public var credential: DataCredential?
    /// Of Onedata: the hosts of providers to use first.
    public var providers: [String]
    /// How it is signed in there with what the person signed in to the hub with; nil for a credential only.
    public var signIn: SignIn?

    /// How an access token of a sign-in becomes a token of the source.
    public struct SignIn: Codable, Sendable, Equatable {
        /// The authenticator whose access token is shown.
        public var authenticator: String
        /// Of Onedata: what the token is called that is made there, once for each person.
        public var tokenName: String
        /// Of Onedata: what stands before the access token.
        public var tokenPrefix: String
        /// Of StorageHub: where tokens for a context are made (reference egi.md 1.6).
        public var tokenEndpoint: String
        /// Of StorageHub: the contexts, of which the first that the person is in counts.
        public var contexts: [String]

        /// Names one.
        public init(
            authenticator: String,
            tokenName: String = "",
            tokenPrefix: String = "",
            tokenEndpoint: String = "",
            contexts: [String] = [],
        ) {
            self.authenticator = authenticator
            self.tokenName = tokenName
            self.tokenPrefix = tokenPrefix
            self.tokenEndpoint = tokenEndpoint
            self.contexts = contexts
        }
    }

    /// Names one.
    public init(
        name: String,
        kind: Kind,
        address: String,
        authority: String? = nil,
        verifiesCertificates: Bool = true,
        isWritable: Bool = true,
        credential: DataCredential?,
        providers: [String] = [],
        signIn: SignIn? = nil,
    ) {
        self.name = name
        self.kind = kind
        self.address = address
        self.authority = authority
        self.verifiesCertificates = verifiesCertificates
        self.isWritable = isWritable
        self.credential = credential
        self.providers = providers
        self.signIn = signIn
    }
}
