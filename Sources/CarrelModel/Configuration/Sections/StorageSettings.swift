/// Where homes are, how much they may hold, and how long their former states are kept.
public struct StorageSettings: SettingSection {
    /// The folder of all homes.
    public var homes = "homes"

    /// The size of the image that Carrel makes for the homes; nil for none.
    public var image: ByteCount?

    /// How much a home may hold; nil for as much as there is room.
    public var quota: ByteCount? = ByteCount(bytes: 20_000_000_000)

    /// How much a group's project folder may hold; nil for as much as there is room.
    public var projectQuota: ByteCount? = ByteCount(bytes: 100_000_000_000)

    /// How long restore points are kept.
    public var restorePoints = RestorePointSettings()

    /// Makes the section that an empty file gives.
    public init() {}

    static let keys: [Key<StorageSettings>] = [
        Key(
            "homes",
            \.homes,
            .path(relativeTo: .stateDirectory),
            effect: .afterRestart,
            """
            The folder of all homes; a relative path goes from the state directory. On btrfs, when Carrel runs as root, \
            quotas are a wall and there are restore points; elsewhere use is only counted.
            """,
        ),
        Key(
            "image",
            \.image,
            .optional(.size(ByteCount(bytes: 200_000_000)...ByteCount(bytes: 1 << 50)), none: ["none"]),
            effect: .afterRestart,
            """
            Make a btrfs of this size in the file `homes.img` of the state directory and mount it on `homes`, which must \
            be empty then. It takes only as much of the disk as is used, and grows when you write a larger size.
            """,
        ),
        Key(
            "quota",
            \.quota,
            .optional(.size(ByteCount(bytes: 1_000_000)...ByteCount(bytes: 1 << 50)), none: ["none"]),
            "How much a home may hold. Restore points don't count.",
        ),
        Key(
            "projectQuota",
            \.projectQuota,
            .optional(.size(ByteCount(bytes: 1_000_000)...ByteCount(bytes: 1 << 50)), none: ["none"]),
            "How much a group's project folder may hold, unless the group has a quota of its own. It counts for no home.",
        ),
        Key(
            "restorePoints",
            \.restorePoints,
            .section,
            "How long former states of homes are kept, where they can be.",
        ),
    ]
}

/// How long restore points are kept.
public struct RestorePointSettings: SettingSection {
    /// For how many hours one an hour is kept.
    public var hourly = 24

    /// For how many days one a day is kept.
    public var daily = 14

    /// Whether any are kept.
    public var areOn: Bool { hourly > 0 || daily > 0 }

    /// Makes the section that an empty file gives.
    public init() {}

    static let keys: [Key<RestorePointSettings>] = [
        Key(
            "hourly",
            \.hourly,
            .number(0...720),
            "For how many hours a restore point of each hour is kept; `0`: one a day is taken.",
        ),
        Key(
            "daily",
            \.daily,
            .number(0...366),
            "For how many days a restore point of each day is kept. With both at `0` none are taken, and old ones go.",
        ),
    ]
}
