/// The sandbox that servers run in.
public struct SandboxSettings: SettingSection {
    /// The bubblewrap program: a name to look up in `PATH`, or an absolute path.
    public var bubblewrap = "bwrap"

    /// The user ids of servers, when the hub runs as root.
    public var uidRange = UIDRange(first: 200_000, last: 299_999)

    /// How much a server's own `/tmp` holds.
    public var temporarySpace = ByteCount(bytes: 1 << 30)

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
            "temporarySpace",
            \.temporarySpace,
            .size(ByteCount(bytes: 1 << 20)...ByteCount(bytes: 1 << 40)),
            "How much a server's own `/tmp` holds. It counts as memory of the server.",
        ),
        Key(
            "readOnlyPaths",
            \.readOnlyPaths,
            .list(of: .absolutePath, count: 0...100),
            "Folders of the machine that every server sees, read-only, at the same path.",
        ),
    ]
}
