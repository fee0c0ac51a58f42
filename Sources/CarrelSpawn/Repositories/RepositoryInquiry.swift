public import CarrelModel

/// Looks at a repository from afar, with what servers may reach and no more.
public protocol RepositoryInquiry: Sendable {
    /// Asks a repository for its branches and tags; nothing of it is fetched.
    ///
    /// - Parameters:
    ///   - address: `https` or `http`, without credentials.
    ///   - reference: the branch or tag that should be there; nil for none in particular.
    ///   - credential: what to sign in with, if it asks.
    ///   - account: as whom `git` runs; nil for the hub's own user.
    ///   - limit: how long it may take in all, or nearly so.
    /// - Returns: what was found; a failure is one too.
    func look(
        at address: WebAddress,
        for reference: String?,
        signingInWith credential: GitCredential?,
        as account: Account?,
        within limit: Duration,
    ) async -> RepositoryFinding
}

/// What a git host wants to see of somebody.
public struct GitCredential: Sendable, Equatable {
    /// A name, or whatever the host wants in its place.
    public let user: String
    /// A token or a password.
    public let secret: String

    /// Holds both; nil when one can't be said to git, which takes a line for each.
    public init?(user: String, secret: String) {
        let isFine = { (text: String) in
            !text.isEmpty && text.utf8.count <= 4096 && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
        }
        guard isFine(user), isFine(secret) else { return nil }
        self.user = user
        self.secret = secret
    }

    /// As git's credential helpers answer (`git-credential(1)`).
    var answer: String { "username=\(user)\npassword=\(secret)\n" }
}

/// What looking at a repository came to.
public enum RepositoryFinding: Sendable, Equatable {
    /// What a name stands for.
    public enum Kind: Sendable, Equatable { case branch, tag }

    /// It is there, and so is what was asked for.
    case found(Kind?)
    /// It is there, but has no such branch or tag; some that it has.
    case noReference(others: [String])
    /// It is there, and has nothing in it yet.
    case empty
    /// Nothing is at the address.
    case notFound
    /// Something else is at the address.
    case notRepository
    /// It can only be read by those who sign in, or it isn't there: many hosts don't tell.
    case needsSignIn
    /// The host doesn't take the credential.
    case refused
    /// The host doesn't answer, or servers may not reach it.
    case unreachable
    /// The host's certificate isn't one to trust.
    case untrusted
    /// It took longer than it may.
    case tooSlow
    /// Something else.
    case failed
}
