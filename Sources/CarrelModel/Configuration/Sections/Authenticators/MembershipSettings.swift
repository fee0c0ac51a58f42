/// What some entitlements of a provider, or groups of a directory, make people: members of a group, its managers, or admins.
public struct MembershipSettings: NamedSettingSection {
    /// Names it in the file.
    public let name: String

    /// What it is called on pages, such as the name of a virtual organisation.
    public var title: String

    /// The entitlements of which one is enough.
    public var entitlements: [String] = []

    /// The groups there of which one is enough.
    public var groups: [String] = []

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
            """
            The entitlements of which one is enough; what stands after `#` makes no difference. Must be given with \
            `kind: openid`, and only there.
            """,
        ),
        Key(
            "groups",
            \.groups,
            .list(of: .text(1...500), count: 1...100),
            """
            The names of groups in the directory of which one is enough, whole and without regard to case. Must be given with \
            all other kinds.
            """,
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

    /// What is wrong with it in an authenticator of a kind: what people must have is named as that kind names it.
    func faults(in kind: AuthenticatorKind) -> [SettingFault] {
        let isOpenID = kind == .openid
        let (right, wrong) = isOpenID ? ("entitlements", "groups") : ("groups", "entitlements")
        var faults: [SettingFault] = []
        if (isOpenID ? entitlements : groups).isEmpty {
            faults.append(SettingFault(key: right, found: "no such key", expected: "a list of text"))
        }
        if !(isOpenID ? groups : entitlements).isEmpty {
            let found = "a key without use here"
            faults.append(SettingFault(key: wrong, found: found, expected: "\(right) with kind: \(kind.rawValue)"))
        }
        return faults
    }
}
