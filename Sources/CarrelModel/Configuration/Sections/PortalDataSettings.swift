/// Data objects of an ICOS Carbon Portal that this machine has a copy of, for `icoscp_core` to read from the disk.
public struct PortalDataSettings: NamedSettingSection {
    /// The portal, as `icoscp_core` calls it but in small letters: `icos`, `sites`, `icoscities`.
    public let name: String

    /// The folder of the machine.
    public var path = ""

    /// The path at which servers find it; nil for the same.
    public var shownAt: String?

    /// What a name without keys gives.
    public init(name: String) {
        self.name = name
    }

    init() {
        self.init(name: "icos")
    }

    /// The path at which servers find it.
    public var inside: String { shownAt ?? path }

    /// The environment variable by which `icoscp_core` finds it (reference jupyterhub.md 8.3), and its value.
    public var variable: (name: String, value: String) {
        ("PORTAL_DATA_PATH_" + name.uppercased().replacing("-", with: "_"), inside + "/")
    }

    static let keys: [Key<PortalDataSettings>] = [
        Key(
            "path",
            \.path,
            .absolutePath,
            presence: .required,
            "The folder of the machine that holds the data objects. Servers see it read-only.",
        ),
        Key(
            "shownAt",
            \.shownAt,
            .optional(.absolutePath),
            "The path at which servers find it, such as `/data/dataAppStorage`; default: the same as `path`.",
        ),
    ]
}
