/// An environment that servers can run with.
public struct EnvironmentSettings: NamedSettingSection {
    /// The name by which commands and the store know it.
    public let name: String

    /// The folder of its Python environment; absolute once loaded.
    public var path: String

    /// Environment variables of its servers.
    public var variables: [String: String] = [:]

    /// Makes the environment that a name without keys gives.
    public init(name: String) {
        self.name = name
        path = "environments/" + name
    }

    init() {
        self.init(name: "default")
    }

    static let keys: [Key<EnvironmentSettings>] = [
        Key(
            "path",
            \.path,
            .path(relativeTo: .stateDirectory),
            "The folder of the Python environment. A relative path goes from the state directory; default: `environments/` and the name.",
        ),
        Key(
            "variables",
            \.variables,
            .variables,
            "Environment variables of its servers. No secrets: every user of the environment can read them.",
        ),
    ]
}
