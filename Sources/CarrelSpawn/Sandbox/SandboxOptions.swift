public import CarrelModel

/// Where a sandbox spawner keeps its things, and what its sandboxes are like.
public struct SandboxOptions: Sendable, Equatable {
    /// Holds a folder for each server that runs; made when missing; its path must be short: see ``SandboxSpawner``.
    public var runDirectory: String
    /// Holds the servers' logs; made when missing.
    public var logDirectory: String
    /// Absolute path of bubblewrap.
    public var bubblewrap: String
    /// Absolute path of util-linux's `setpriv`, outside and inside the sandbox.
    public var setpriv: String
    /// Absolute path of our `carrel-log`, which writes servers' logs.
    public var logKeeper: String
    /// How many bytes a log may have before it is put aside.
    public var logBytes: Int
    /// How many logs of a server that were put aside are kept.
    public var logFiles: Int
    /// How many bytes a server's `/tmp` may hold; it is memory.
    public var temporaryBytes: Int
    /// How many bytes a server's `/dev/shm` may hold; it is memory.
    public var sharedMemoryBytes: Int
    /// How many bytes a server may write over its environment and the system; it is memory.
    public var layerBytes: Int
    /// What servers reach in the network.
    public var network: NetworkRules
    /// Walls that are left out on purpose.
    public var leaveOut: Set<Wall>
    /// What happens when this machine can't put up a wall.
    public var missingWalls: MissingWallPolicy

    /// Makes options.
    public init(
        runDirectory: String,
        logDirectory: String,
        logKeeper: String,
        logBytes: Int = 5_000_000,
        logFiles: Int = 3,
        bubblewrap: String = "/usr/bin/bwrap",
        setpriv: String = "/usr/bin/setpriv",
        temporaryBytes: Int = 1 << 30,
        sharedMemoryBytes: Int = 1 << 28,
        layerBytes: Int = 2 << 30,
        network: NetworkRules = NetworkRules(),
        leaveOut: Set<Wall> = [],
        missingWalls: MissingWallPolicy = .report,
    ) {
        self.runDirectory = runDirectory
        self.logDirectory = logDirectory
        self.logKeeper = logKeeper
        self.logBytes = logBytes
        self.logFiles = logFiles
        self.bubblewrap = bubblewrap
        self.setpriv = setpriv
        self.temporaryBytes = temporaryBytes
        self.sharedMemoryBytes = sharedMemoryBytes
        self.layerBytes = layerBytes
        self.network = network
        self.leaveOut = leaveOut
        self.missingWalls = missingWalls
    }
}
