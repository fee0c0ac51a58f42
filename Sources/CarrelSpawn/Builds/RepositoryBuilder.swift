/// Makes environments of repositories.
public protocol RepositoryBuilder: Sendable {
    /// Finds out what a launch link stands for.
    ///
    /// - Parameters:
    ///   - provider: the kind of link.
    ///   - spec: what follows it in the link, escaped as it came.
    ///   - slot: the account that does it; see ``BuilderSettings/accounts``.
    /// - Returns: the repository at one commit.
    /// - Throws: ``BuilderProblem``, ``SpawnError`` or `CancellationError`.
    func resolve(_ provider: String, _ spec: String, slot: Int) async throws -> ResolvedLink

    /// Builds an environment, or goes on following a build that an earlier hub began.
    ///
    /// - Parameters:
    ///   - id: names the environment and its folder.
    ///   - link: what is built.
    ///   - slot: the account that does it.
    ///   - line: told what is printed.
    /// - Returns: the bytes that it takes on the disk.
    /// - Throws: ``BuilderProblem`` when there is no environment, ``SpawnError`` or `CancellationError`; a cancelled
    ///   build goes on until it is ended.
    func build(
        _ id: String,
        _ link: BuildSource,
        slot: Int,
        line: @escaping @Sendable (BuilderLine) async -> Void,
    ) async throws -> Int64

    /// Whether a build is under way, which an earlier hub may have begun.
    func isRunning(_ id: String) async -> Bool

    /// Ends a build, and removes what there is of the environment.
    func remove(_ id: String) async throws

    /// The folders there are, by the ids of their environments.
    func folders() async throws -> Set<String>
}

/// What is built.
public struct BuildSource: Sendable, Equatable {
    /// The kind of link that led to it.
    public var provider: String
    /// The repository's address; of a record, what the link said of it.
    public var repository: String
    /// The commit; of a record, its version.
    public var commit: String

    /// Joins the parts.
    public init(provider: String, repository: String, commit: String) {
        self.provider = provider
        self.repository = repository
        self.commit = commit
    }
}
