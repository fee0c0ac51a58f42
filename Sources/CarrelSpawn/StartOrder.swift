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
    /// Folders inside that hold nothing but some of ``folders``, and in which nothing can be made.
    public var shelves: [String]
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
        shelves: [String] = [],
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
        self.shelves = shelves
        self.limits = limits
    }
}
