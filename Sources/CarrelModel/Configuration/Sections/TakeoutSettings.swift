/// Archives of people's files: how many are made, and how large.
public struct TakeoutSettings: SettingSection {
    /// How many downloads of one user are packed at a time.
    public var downloadsOfOne = 2

    /// How many downloads of all users are packed at a time.
    public var downloadsOfAll = 8

    /// How many prepared archives one user may have.
    public var preparedOfOne = 5

    /// What the prepared archives of one user may take on the disk.
    public var roomOfOne = ByteCount(bytes: 20_000_000_000)

    /// What the prepared archives of all users may take on the disk.
    public var roomOfAll = ByteCount(bytes: 100_000_000_000)

    /// Percent of the disk that prepared archives leave free.
    public var keepFree = 5

    /// How many archives are prepared at a time.
    public var preparedAtOnce = 2

    /// How long a prepared archive is kept.
    public var lifetime = Duration.seconds(86_400)

    /// Makes the section that an empty file gives.
    public init() {}

    private static let room = ByteCount(bytes: 1_000_000)...ByteCount(bytes: 1 << 50)

    static let keys: [Key<TakeoutSettings>] = [
        Key(
            "downloadsOfOne",
            \.downloadsOfOne,
            .number(1...100),
            "How many downloads of one user are packed at a time.",
        ),
        Key(
            "downloadsOfAll",
            \.downloadsOfAll,
            .number(1...1000),
            "How many downloads of all users are packed at a time; further people are asked to wait.",
        ),
        Key(
            "preparedOfOne",
            \.preparedOfOne,
            .number(1...100),
            "How many prepared archives one user may have, with those that failed.",
        ),
        Key(
            "roomOfOne",
            \.roomOfOne,
            .size(room),
            "What the prepared archives of one user may take on the disk. They are in the state directory, in no quota.",
        ),
        Key("roomOfAll", \.roomOfAll, .size(room), "What the prepared archives of all users may take on the disk."),
        Key(
            "keepFree",
            \.keepFree,
            .number(0...90),
            "How much of the disk, in percent, prepared archives leave free.",
        ),
        Key(
            "preparedAtOnce",
            \.preparedAtOnce,
            .number(1...32),
            effect: .afterRestart,
            "How many archives are prepared at a time; further ones wait.",
        ),
        Key(
            "lifetime",
            \.lifetime,
            .duration(.seconds(60)...(.seconds(365 * 86400))),
            "How long a prepared archive is kept after it is ready. A new value holds for those that are ready later.",
        ),
    ]

    var faults: [SettingFault] {
        guard roomOfOne.bytes > roomOfAll.bytes else { return [] }
        return [SettingFault(key: "roomOfOne", found: "\(roomOfOne)", expected: "at most roomOfAll, \(roomOfAll)")]
    }
}
