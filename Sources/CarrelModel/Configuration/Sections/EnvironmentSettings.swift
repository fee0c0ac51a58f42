/// An environment that servers can run with: a recipe that `carrel env build` follows, and how its servers are started.
public struct EnvironmentSettings: NamedSettingSection {
    /// The name by which commands and the store know it.
    public let name: String

    /// What it is called on pages.
    public var title: String

    /// What is in it, in a sentence or two; empty for nothing to say.
    public var description = ""

    /// The folder of its Python environment; absolute once loaded.
    public var path: String

    /// The version of Python, such as `3.12`; nil for the system's own.
    public var python: String?

    /// The lock file of its packages; nil for that of Carrel's default environment.
    public var packages: String?

    /// Debian packages that its users expect on the machine.
    public var debianPackages: [String] = []

    /// Folders of kernels to add.
    public var kernels: [String] = []

    /// The script that its servers are started with.
    public var start: String?

    /// The packages whose extensions of JupyterLab are turned off.
    public var withoutExtensions: [String] = []

    /// Environment variables of its servers.
    public var variables: [String: String] = [:]

    /// Makes the environment that a name without keys gives.
    public init(name: String) {
        self.name = name
        title = name
        path = "environments/" + name
    }

    init() {
        self.init(name: "default")
    }

    static let keys: [Key<EnvironmentSettings>] =
        [
            Key("title", \.title, .text(1...100), "What it is called where people choose one; default: the name."),
            Key(
                "description",
                \.description,
                .text(0...500),
                "What is in it, in a sentence or two, for people who choose."
            ),
            Key(
                "path",
                \.path,
                .path(relativeTo: .stateDirectory),
                "The folder of the Python environment. A relative path goes from the state directory; default: `environments/` and the name.",
            ),
        ] + recipe + [
            Key(
                "variables",
                \.variables,
                .variables,
                "Environment variables of its servers. No secrets: every user of the environment can read them.",
            )
        ]

    /// What `carrel env build` follows.
    private static let recipe: [Key<EnvironmentSettings>] = [
        Key(
            "python",
            \.python,
            .optional(.pythonVersion),
            "The version of Python, of which the machine must have the program, `python3.12`; left out, `/usr/bin/python3`.",
        ),
        Key(
            "packages",
            \.packages,
            .optional(.path()),
            """
            The lock file of its packages: each with its version and its hashes, as `uv pip compile --generate-hashes` \
            writes it. Left out, that of Carrel's own default environment.
            """,
        ),
        Key(
            "debianPackages",
            \.debianPackages,
            .list(of: .debianPackage, count: 0...200),
            """
            Debian packages that it needs on the machine, whose `/usr` servers see. They aren't installed: `carrel doctor` \
            and `carrel env build` say which are missing, with the command.
            """,
        ),
        Key(
            "kernels",
            \.kernels,
            .list(of: .path(), count: 0...50),
            "Folders of kernels to add, each with a `kernel.json`; the folder's name is the kernel's.",
        ),
        Key(
            "start",
            \.start,
            .optional(.path()),
            """
            A script that its servers are started with, as their users, for variables and the like. Its last line is \
            `exec "$@"`.
            """,
        ),
        Key(
            "withoutExtensions",
            \.withoutExtensions,
            .list(of: .pythonPackage, count: 0...50),
            """
            Packages whose extensions of JupyterLab are turned off, such as `jupyterlab-git`. On are those of all \
            packages in the lock file; in Carrel's own `nbgitpuller`, `jupyter-resource-usage` and `jupyterlab-git`.
            """,
        ),
    ]

    var faults: [SettingFault] {
        let names = kernels.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        return names.indices.filter { names[..<$0].contains(names[$0]) }.map { index in
            SettingFault(key: "kernels", found: "two of the name \(names[index])", expected: "a name only once")
        }
    }
}

extension Format where Value == String {
    /// A version of Python that servers can run with.
    static var pythonVersion: Self {
        scalar(expected: "a version of Python from 3.11 on, such as 3.12", kind: "version", show: { $0 }) { text in
            guard let match = text.wholeMatch(of: /3\.([1-9][0-9])/), let minor = Int(match.1) else { return nil }
            return minor >= 11 ? text : nil
        }
    }

    /// The name of a Debian package.
    static var debianPackage: Self {
        scalar(expected: "the name of a Debian package", kind: "package", show: { $0 }) { text in
            text.wholeMatch(of: /[a-z0-9][a-z0-9+.\-]{1,100}/) == nil ? nil : text
        }
    }

    /// The name of a Python package.
    static var pythonPackage: Self {
        scalar(expected: "the name of a Python package", kind: "package", show: { $0 }) { text in
            text.wholeMatch(of: /[A-Za-z0-9]([A-Za-z0-9._\-]{0,100}[A-Za-z0-9])?/) == nil ? nil : text
        }
    }
}
