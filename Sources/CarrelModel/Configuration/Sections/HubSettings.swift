/// The hub itself: what it is called, where it keeps its state, what it logs.
public struct HubSettings: SettingSection {
    /// The name shown on every page.
    public var name = "Carrel"

    /// A text shown above every page; empty for none.
    public var announcement = ""

    /// The directory of the database, homes, logs and sockets; absolute once loaded.
    public var stateDirectory = "var"

    /// The file of the keys that credentials are encrypted with; absolute once loaded.
    public var vaultKey = "secrets/vault.key"

    /// How much is logged.
    public var logLevel = LogLevel.info

    /// How a line of the log is written.
    public var logFormat = LogFormat.text

    /// Whether the servers are stopped with the hub, instead of running on.
    public var stopServersOnExit = false

    /// Where browsers find the hub, when that isn't where the proxy listens.
    public var publicURL: WebOrigin?

    /// Makes the section that an empty file gives.
    public init() {}

    static let keys: [Key<HubSettings>] = [
        Key("name", \.name, .text(1...60), "The name shown on every page."),
        Key("announcement", \.announcement, .text(0...1000), "A text shown at the top of every page; plain, no HTML."),
        Key(
            "stateDirectory",
            \.stateDirectory,
            .path(),
            effect: .afterRestart,
            """
            The directory of the database, the homes, the logs and the sockets. At most \(longestStateDirectory) bytes as \
            an absolute path, because the sockets inside it may have no longer names.
            """,
        ),
        Key(
            "vaultKey",
            \.vaultKey,
            .path(relativeTo: .stateDirectory),
            effect: .afterRestart,
            """
            The file of the keys that people's credentials are encrypted with, made at the first start; a relative path goes \
            from the state directory. Best on another disk than the database, or with another backup.
            """,
        ),
        Key("logLevel", \.logLevel, .choice, "How much is logged; every level includes the ones after it."),
        Key("logFormat", \.logFormat, .choice, effect: .afterRestart, "`json` writes one object a line."),
        Key(
            "stopServersOnExit",
            \.stopServersOnExit,
            .flag,
            "Stop all servers when the hub is stopped. Otherwise they run on, and the next hub takes them over.",
        ),
        Key(
            "publicURL",
            \.publicURL,
            .optional(.parsed),
            "Where browsers find the hub, when another proxy stands before it: `https://hub.example.org`.",
        ),
    ]

    /// The longest path below the state directory that a server's socket has.
    private static let socketRoom =
        "/run/servers/".utf8.count + ServerKey.longestDirectoryName + "/io/socket".utf8.count

    /// The most bytes that the absolute path of the state directory can have.
    static let longestStateDirectory = ListenAddress.longestSocketPath - socketRoom

    var faults: [SettingFault] {
        let length = stateDirectory.utf8.count
        guard length > Self.longestStateDirectory else { return [] }
        let expected = "at most \(Self.longestStateDirectory), so that the sockets inside it can have names"
        return [SettingFault(key: "stateDirectory", found: "\(length) bytes (\(stateDirectory))", expected: expected)]
    }
}
