/// What to start: plain values that the hub fills in.
public struct StartOrder: Sendable, Equatable {
    /// Names the server for the spawner, and is a file name.
    ///
    /// Unique, 1 to 64 of `a-z A-Z 0-9 . _ -`, beginning with neither `.` nor `-`.
    public var id: String
    /// The name its user has inside: what `whoami` says and the home is called.
    public var unixName: String
    /// Whom the server runs as; nil for the hub's own user, which is refused to a hub that is root.
    public var account: Account?
    /// Folder on this host that becomes `/home/<unixName>`; see ``HomeDirectory``.
    public var home: String
    /// Folder of the environment (a venv), found under the same path inside; nil for the system's software only.
    public var environment: String?
    /// The program, as an absolute path inside, and its arguments; other users can read it: no secret is in it.
    public var command: [String]
    /// Environment variables; they win over those the spawner sets (HOME, PATH, …).
    public var variables: [String: String]
    /// Folder on this host with the hub's socket, found at ``hubDirectoryInside``.
    public var hubDirectory: String
    /// Where the server's URLs begin: `/user/alice/`.
    public var servicePrefix: String
    /// Further folders to show inside.
    public var folders: [FolderBinding]
    /// How much of the machine it may use.
    public var limits: ResourceLimits

    /// Where a server finds the hub's socket folder.
    public static let hubDirectoryInside = "/run/carrel/hub"
    /// Where a server must listen.
    public static let socketInside = "/run/carrel/server/server.sock"

    /// Makes an order.
    public init(
        id: String,
        unixName: String,
        account: Account?,
        home: String,
        environment: String?,
        command: [String],
        variables: [String: String],
        hubDirectory: String,
        servicePrefix: String,
        folders: [FolderBinding] = [],
        limits: ResourceLimits = ResourceLimits(),
    ) {
        self.id = id
        self.unixName = unixName
        self.account = account
        self.home = home
        self.environment = environment
        self.command = command
        self.variables = variables
        self.hubDirectory = hubDirectory
        self.servicePrefix = servicePrefix
        self.folders = folders
        self.limits = limits
    }
}

/// A Unix account by its numbers.
public struct Account: Sendable, Equatable, Codable {
    /// User id.
    public var uid: UInt32
    /// Primary group id.
    public var gid: UInt32
    /// Further group ids.
    public var supplementary: [UInt32]

    /// Makes an account.
    public init(uid: UInt32, gid: UInt32, supplementary: [UInt32] = []) {
        self.uid = uid
        self.gid = gid
        self.supplementary = supplementary
    }
}

/// A folder of this host that a server sees.
public struct FolderBinding: Sendable, Equatable {
    /// What a server may do in a folder.
    public enum Access: Sendable, Equatable {
        /// Look.
        case readOnly
        /// Look and write, as far as the files' owners and modes allow.
        case readWrite
    }

    /// Absolute path on this host.
    public var host: String
    /// Absolute path inside.
    public var inside: String
    /// What may be done in it.
    public var access: Access

    /// Makes a binding.
    public init(host: String, inside: String, access: Access) {
        self.host = host
        self.inside = inside
        self.access = access
    }
}
