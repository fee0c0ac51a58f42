/// The sandbox that servers run in.
public struct SandboxSettings: SettingSection {
    /// The bubblewrap program: a name to look up in `PATH`, or an absolute path.
    public var bubblewrap = "bwrap"

    /// The user ids of servers, when the hub runs as root.
    public var uidRange = IDRange(first: 200_000, last: 299_999)

    /// The ids of groups and common folders, when the hub runs as root.
    public var gidRange = IDRange(first: 300_000, last: 399_999)

    /// How much a server's own `/tmp` holds.
    public var temporarySpace = ByteCount(bytes: 1 << 30)

    /// How much may be written over the environment and the system until the server stops.
    public var layerSpace = ByteCount(bytes: 2 << 30)

    /// What happens when the machine can't put up a wall.
    public var missingWalls = MissingWallPolicy.report

    /// Walls that are left out on purpose.
    public var leaveOut: [Wall] = []

    /// Folders of the machine that servers see, read-only, at the same path.
    public var readOnlyPaths: [String] = []

    /// Makes the section that an empty file gives.
    public init() {}

    static let keys: [Key<SandboxSettings>] = [
        Key(
            "bubblewrap",
            \.bubblewrap,
            .program,
            "The bubblewrap program. A name is looked up in `PATH`, a relative path goes from this file's folder.",
        ),
        Key(
            "uidRange",
            \.uidRange,
            .parsed,
            effect: .afterRestart,
            """
            The user ids of servers, one for each user, when the hub runs as root. Choose ids that nothing else has; a \
            user keeps the id once given.
            """,
        ),
        Key(
            "gidRange",
            \.gidRange,
            .parsed,
            effect: .afterRestart,
            """
            The group ids of groups, one for each, when the hub runs as root; none of them may be in `uidRange`. A group \
            keeps the id once given, and its project folder belongs to the user and the group of that number.
            """,
        ),
        Key(
            "temporarySpace",
            \.temporarySpace,
            .size(ByteCount(bytes: 1 << 20)...ByteCount(bytes: 1 << 40)),
            "How much a server's own `/tmp` holds. It counts as memory of the server.",
        ),
        Key(
            "layerSpace",
            \.layerSpace,
            .size(ByteCount(bytes: 1 << 20)...ByteCount(bytes: 1 << 40)),
            """
            How much a server may write over its environment and the system, as `pip install` does. It is gone when the \
            server stops, and counts as memory of the server.
            """,
        ),
        Key(
            "missingWalls",
            \.missingWalls,
            .choice,
            """
            What happens when this machine can't put up a wall, for lack of a program or a right. `report`: servers start \
            without it, and the log at the start and `carrel doctor` say so. `refuse`: no server starts.
            """,
        ),
        Key(
            "leaveOut",
            \.leaveOut,
            .list(of: .choice, count: 0...Wall.allCases.count),
            """
            Walls to leave out, for trials only: `users` (an id of its own for each user), `limits`, `network`, `layer` \
            (without it environment and system are read-only), `syscalls`. `carrel doctor` names each.
            """,
        ),
        Key(
            "readOnlyPaths",
            \.readOnlyPaths,
            .list(of: .absolutePath, count: 0...100),
            "Folders of the machine that every server sees, read-only, at the same path.",
        ),
    ]
}
