/// What some entitlements of a provider make people: members of a group, its managers, or admins.
public struct MembershipSettings: NamedSettingSection {
    /// Names it in the file.
    public let name: String

    /// What it is called on pages, such as the name of a virtual organisation.
    public var title: String

    /// The entitlements of which one is enough.
    public var entitlements: [String] = []

    /// The group that their holders are members of; nil for none.
    public var group: String?

    /// What they are in it.
    public var role = GroupRole.member

    /// Whether their holders are admins of the hub.
    public var admin = false

    /// Where people ask for the membership.
    public var enrolment: WebAddress?

    /// What a name without keys gives.
    public init(name: String) {
        self.name = name
        title = name
    }

    init() {
        self.init(name: "membership")
    }

    static let keys: [Key<MembershipSettings>] = [
        Key(
            "title",
            \.title,
            .text(1...100),
            "What it is called on pages, such as the name of a virtual organisation.",
        ),
        Key(
            "entitlements",
            \.entitlements,
            .list(of: .text(1...500), count: 1...100),
            presence: .required,
            "The entitlements of which one is enough; what stands after `#` makes no difference.",
        ),
        Key(
            "group",
            \.group,
            .optional(.groupName),
            "The group that people are put into, and leave when they lose it; made if there is none.",
        ),
        Key("role", \.role, .choice, "What they are in that group."),
        Key("admin", \.admin, .flag, "Whether they are admins of the hub, as long as they have it."),
        Key(
            "enrolment",
            \.enrolment,
            .optional(.parsed),
            "The page where people ask for it; shown to those who meet an instance that is only for the group.",
        ),
    ]

    var faults: [SettingFault] {
        guard group == nil, !admin else { return [] }
        return [SettingFault(key: "group", found: "none", expected: "a group, or admin: true")]
    }
}
