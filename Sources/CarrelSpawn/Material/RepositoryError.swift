public import CarrelModel

/// Why something can't be fetched from a git repository.
public enum RepositoryError: CarrelError, Equatable {
    /// It has no such branch; nil when it has no version at all.
    case noBranch(String?)
    /// There is no repository at the address, or none that may be read without signing in.
    case notFound
    /// The address can't be reached; `reason` in git's words.
    case unreachable(reason: String)
    /// It took longer than it may.
    case tooSlow(Duration)
    /// It is larger than it may be.
    case tooLarge(limit: ByteCount)
    /// It has more files than it may have.
    case tooManyFiles(Int, limit: Int)
    /// Something else; `reason` in git's words.
    case failed(reason: String)

    /// Says what a failure of `git` means.
    ///
    /// - Parameters:
    ///   - failure: what `git` ended with.
    ///   - branch: what it was asked for.
    ///   - limit: how large its files may be.
    init(_ failure: ProgramFailure, branch: String?, limit: ByteCount) {
        switch failure {
        // `git ls-remote --exit-code`.
        case .failed(_, code: 2, _): self = .noBranch(branch)
        case .failed(_, _, let said) where Self.has(said, ["Remote branch", "find remote ref"]):
            self = .noBranch(branch)
        case .failed(_, _, let said)
        where Self.has(said, ["signal 25", "invalid index-pack output", "File too large", "pack exceeds maximum"]):
            self = .tooLarge(limit: limit)
        case .failed(_, code: -25, _): self = .tooLarge(limit: limit)
        case .failed(_, _, let said)
        where Self.has(
            said,
            [
                "not found", "Authentication failed", "could not read Username", "error: 401", "error: 403",
                "error: 404", "error: 410", "is this a git repository",
            ],
        ):
            self = .notFound
        case .failed(_, _, let said)
        where Self.has(said, ["unable to access", "Could not resolve", "timed out", "hung up", "Connection refused"]):
            self = .unreachable(reason: Self.end(of: said))
        case .tooSlow(_, let limit): self = .tooSlow(limit)
        case .failed(_, _, let said) where !said.isEmpty: self = .failed(reason: said)
        default: self = .failed(reason: failure.message)
        }
    }

    private static func has(_ said: String, _ words: [String]) -> Bool { words.contains { said.contains($0) } }

    /// What stands after the address.
    private static func end(of said: String) -> String {
        said.split(separator: "': ", maxSplits: 1).last.map(String.init) ?? said
    }

    /// The case's name, for the API, logs and metrics.
    public var code: String {
        switch self {
        case .noBranch: "repository.noBranch"
        case .notFound: "repository.notFound"
        case .unreachable: "repository.unreachable"
        case .tooSlow: "repository.tooSlow"
        case .tooLarge: "repository.tooLarge"
        case .tooManyFiles: "repository.tooManyFiles"
        case .failed: "repository.failed"
        }
    }

    /// What happened.
    public var message: String {
        switch self {
        case .noBranch(let branch?): "The repository has no branch “\(branch)”."
        case .noBranch(nil): "The repository is empty."
        case .notFound: "There is no repository at this address, or it can only be read by those who sign in."
        case .unreachable(let reason): "The repository can't be reached: \(reason)"
        case .tooSlow(let limit): "The repository didn't answer in full within \(limit.text)."
        case .tooLarge(let limit): "The repository is larger than \(limit)."
        case .tooManyFiles(let count, let limit): "The repository has \(count) files; \(limit) are allowed."
        case .failed(let reason): "The repository can't be fetched: \(reason)"
        }
    }

    /// What the managers of the instance can do.
    public var remedy: String {
        switch self {
        case .noBranch(_?): "Give a branch that it has, or leave the branch out."
        case .noBranch(nil): "Push something to it."
        case .notFound: "Look whether the address opens in a private window of your browser."
        case .unreachable, .tooSlow: "The hub tries again every few minutes."
        case .tooLarge, .tooManyFiles: "Move what is large out of it, into a data folder or another repository."
        case .failed: "The hub tries again every few minutes; its log says more."
        }
    }
}
