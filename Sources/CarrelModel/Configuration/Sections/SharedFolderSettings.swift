/// A folder that servers show to everybody or to some groups, under its name in the home.
public struct SharedFolderSettings: NamedSettingSection {
    /// What may be done in it.
    public enum Access: String, Sendable, CaseIterable {
        case readOnly
        case readWrite
    }

    /// Under which name it is found.
    public let name: String

    /// What it is called on pages.
    public var title: String

    /// What is in it, in a sentence or two; empty for nothing to say.
    public var description = ""

    /// The folder of the machine; nil for one that Carrel keeps beside the homes.
    public var path: String?

    /// What may be done in it.
    public var access = Access.readOnly

    /// How much it may hold, if Carrel keeps it; nil for as much as there is room.
    public var quota: ByteCount?

    /// The groups that see it; none for everybody.
    public var groups: [String] = []

    /// What a name without keys gives.
    public init(name: String) {
        self.name = name
        title = name
    }

    /// Whether somebody in these groups finds it.
    public func isShown(to groups: Set<String>) -> Bool {
        self.groups.isEmpty || !groups.isDisjoint(with: self.groups)
    }

    init() {
        self.init(name: "default")
    }

    static let keys: [Key<SharedFolderSettings>] = [
        Key("title", \.title, .text(1...100), "What it is called on pages; default: the name."),
        Key("description", \.description, .text(0...1000), "What is in it, in a sentence or two."),
        Key(
            "path",
            \.path,
            .optional(.absolutePath),
            """
            The folder of the machine; what may be done in it depends on the owners and modes of its files too. Without a \
            path Carrel keeps one beside the homes, where whoever may write owns everything in it.
            """,
        ),
        Key("access", \.access, .choice, "What may be done in it."),
        Key(
            "quota",
            \.quota,
            .optional(.size(ByteCount(bytes: 1_000_000)...ByteCount(bytes: 1 << 50)), none: ["none"]),
            "How much it may hold, when Carrel keeps it. It counts for no home.",
        ),
        Key(
            "groups",
            \.groups,
            .list(of: .groupName, count: 0...100),
            "The groups whose members find it; none for everybody.",
        ),
    ]

    var faults: [SettingFault] {
        var faults: [SettingFault] = []
        if name == Self.projects {
            faults.append(SettingFault(key: "", found: "this name", expected: "another: groups' folders are there"))
        }
        if path != nil, quota != nil {
            faults.append(
                SettingFault(
                    key: "quota",
                    found: "a quota",
                    expected: "none: it holds only where Carrel keeps the folder"
                )
            )
        }
        return faults
    }

    /// Under which name people find the project folders of their groups.
    public static let projects = "projects"
}
