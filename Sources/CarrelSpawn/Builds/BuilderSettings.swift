public import CarrelModel

/// Where builds of repositories are made, as whom, and how much they may use.
public struct BuilderSettings: Sendable, Equatable {
    /// Folder of the environment that the builder runs in: the default one, which has it as a program.
    public var environment: String
    /// Variables of that environment's servers, such as the address of a package index.
    public var variables: [String: String]
    /// The folder of all builds, each in one of its own.
    public var folder: String
    /// As whom builds run, one account for each that runs at a time; empty for the hub's own user.
    public var accounts: [Account]
    /// Where providers live, by the kind of link; those left out live where they usually do.
    public var addresses: [String: String]
    /// How much of the machine a build may use.
    public var limits: ResourceLimits
    /// How long a build may take.
    public var deadline: Duration
    /// How large a repository may be.
    public var repositoryLimit: ByteCount
    /// How large an environment may be.
    public var environmentLimit: ByteCount

    /// Joins the settings.
    public init(
        environment: String,
        variables: [String: String],
        folder: String,
        accounts: [Account],
        addresses: [String: String],
        limits: ResourceLimits,
        deadline: Duration,
        repositoryLimit: ByteCount,
        environmentLimit: ByteCount,
    ) {
        self.environment = environment
        self.variables = variables
        self.folder = folder
        self.accounts = accounts
        self.addresses = addresses
        self.limits = limits
        self.deadline = deadline
        self.repositoryLimit = repositoryLimit
        self.environmentLimit = environmentLimit
    }
}
