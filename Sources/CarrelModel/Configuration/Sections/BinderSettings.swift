/// Launch links: git repositories and published records that become environments of their own.
public struct BinderSettings: SettingSection {
    /// The instance that launched servers belong to; nil where there are no launch links.
    public var instance: String?

    /// The kinds of links that are followed.
    public var providers = LinkProvider.allCases

    /// Where the providers live, by the kind of link: `gl: https://gitlab.example.org`.
    public var addresses: [String: String] = [:]

    /// How many environments are built at a time.
    public var buildsAtOnce = 2

    /// How many builds of one person may wait or be under way.
    public var buildsOfOne = 3

    /// How long a build may take.
    public var deadline = Duration.seconds(1800)

    /// The most memory of a build.
    public var memoryLimit = ByteCount(bytes: 4_000_000_000)

    /// The most processes of a build.
    public var processLimit = 1024

    /// How large a repository may be.
    public var repositoryLimit = ByteCount(bytes: 2_000_000_000)

    /// How large an environment may be, with the repository.
    public var environmentLimit = ByteCount(bytes: 10_000_000_000)

    /// What all environments of repositories may take on the disk.
    public var room = ByteCount(bytes: 100_000_000_000)

    /// How long an environment is kept that nobody launches.
    public var keptFor = Duration.seconds(30 * 86_400)

    /// Makes the section that an empty file gives.
    public init() {}

    private static let sizes = ByteCount(bytes: 1_000_000)...ByteCount(bytes: 1 << 50)

    static let keys: [Key<BinderSettings>] = [
        Key(
            "instance",
            \.instance,
            .optional(.text(1...64), none: ["never"]),
            effect: .afterRestart,
            """
            The instance that launched servers belong to: an ephemeral one, in which each launch begins with the \
            repository's files and nothing is kept, or a persistent one, in which they are a folder of the home. \
            Without it there are no launch links.
            """,
        ),
        Key(
            "providers",
            \.providers,
            .list(of: .choice, count: 1...20),
            "The kinds of launch links that are followed."
        ),
        Key(
            "addresses",
            \.addresses,
            .variables,
            """
            Where providers live, if elsewhere than usual: `gl: https://gitlab.example.org`. The names are those of \
            launch links; `doi` is what leads from a DOI to its record.
            """,
        ),
        Key(
            "buildsAtOnce",
            \.buildsAtOnce,
            .number(1...8),
            effect: .afterRestart,
            "How many environments are built at a time; further ones wait.",
        ),
        Key("buildsOfOne", \.buildsOfOne, .number(1...100), "How many builds of one person may wait or be under way."),
        Key(
            "deadline",
            \.deadline,
            .duration(.seconds(60)...(.seconds(86_400))),
            "How long a build may take. A new value holds for builds that begin later, as all that follow.",
        ),
        Key("memoryLimit", \.memoryLimit, .size(sizes), "The most memory of a build."),
        Key("processLimit", \.processLimit, .number(16...100_000), "The most processes and threads of a build."),
        Key("repositoryLimit", \.repositoryLimit, .size(sizes), "How large the files of a repository may be."),
        Key(
            "environmentLimit",
            \.environmentLimit,
            .size(sizes),
            "How large an environment may be, with the repository's files.",
        ),
        Key(
            "room",
            \.room,
            .size(sizes),
            "What all environments of repositories may take on the disk. The one that was launched least lately goes first.",
        ),
        Key(
            "keptFor",
            \.keptFor,
            .duration(.seconds(3600)...(.seconds(3650 * 86_400))),
            "How long an environment is kept that nobody launches.",
        ),
    ]

    var faults: [SettingFault] {
        let known = LinkProvider.allCases.map(\.rawValue) + ["doi"]
        return addresses.sorted { $0.key < $1.key }.flatMap { name, address -> [SettingFault] in
            let key = "addresses.\(name)"
            guard known.contains(name) else {
                return [SettingFault(key: key, found: name, expected: "one of \(known.joined(separator: ", "))")]
            }
            guard address.hasPrefix("https://") || address.hasPrefix("http://") else {
                return [SettingFault(key: key, found: address, expected: "an address that begins with https://")]
            }
            return []
        }
    }
}

/// A kind of launch link: what stands after `/v2/` (reference egi 6.1).
public enum LinkProvider: String, CaseIterable, Sendable, Codable {
    /// GitHub: `ORG/REPO/REF`.
    case gh
    /// GitLab: the escaped project, and a ref.
    case gl
    /// Any repository: its escaped address, and a ref.
    case git
    /// A gist of GitHub.
    case gist
    /// Records by their DOI.
    case zenodo, figshare, dataverse
    /// A resource of HydroShare.
    case hydroshare
    /// A dataset of a CKAN portal.
    case ckan
}
