/// Folders of data sources in servers.
public struct MountSettings: SettingSection {
    /// The program that mounts them.
    public var rclone = "tools/bin/rclone"

    /// What each folder may take on this machine's disk.
    public var cache = ByteCount(bytes: 5_000_000_000)

    /// Makes the section that an empty file gives.
    public init() {}

    static let keys: [Key<MountSettings>] = [
        Key(
            "rclone",
            \.rclone,
            .path(relativeTo: .stateDirectory),
            effect: .afterRestart,
            """
            The program that mounts data sources in servers, rclone 1.75 or later; a relative path goes from the state \
            directory. `make programs` puts it there.
            """,
        ),
        Key(
            "cache",
            \.cache,
            .size(ByteCount(bytes: 1_000_000)...ByteCount(bytes: 1 << 50)),
            effect: .afterRestart,
            """
            How much of a data source's files is kept on this machine's disk for one person, in no quota. Files that wait to \
            be uploaded stay in any case.
            """,
        ),
    ]
}
