import CarrelModel
import CarrelSpawn

/// Whether a repository that a link names is there, in words.
struct RepositoryCheck: Sendable, Equatable {
    /// Which one; nil when the link names only one.
    let label: String?
    let isGood: Bool
    let message: String
    /// Branches to choose from instead.
    let branches: [String]
    let hasBranches: Bool

    /// One that wasn't looked at.
    init(label: String, message: String) {
        self.label = label.isEmpty ? nil : label
        isGood = false
        self.message = message
        branches = []
        hasBranches = false
    }

    /// - Parameters:
    ///   - label: which one it is, if there are several.
    ///   - finding: what was found; nil when nobody has looked, for others of theirs are looked at.
    ///   - reference: the branch or tag that was asked for.
    init(label: String, _ finding: RepositoryFinding?, reference: String?) {
        self.label = label.isEmpty ? nil : label
        let name = reference.map { "“\($0)”" } ?? ""
        var branches: [String] = []
        var isGood = false
        switch finding {
        case .found(let kind):
            isGood = true
            message =
                switch kind {
                case nil: "The repository is there."
                case .branch: "The repository is there, and has the branch \(name)."
                case .tag: "The repository is there, and has the tag \(name)."
                }
        case .noReference(let others):
            branches = others
            message =
                reference == nil
                ? "The repository is there, but doesn’t say which branch is its main one: choose one."
                : "The repository is there, but has no branch or tag \(name)."
        case .empty: message = "The repository is there, but nothing has been pushed to it yet."
        case .notFound: message = "Nothing is at this address. Look whether it is spelled right."
        case .notRepository:
            message =
                "There is something at this address, but it isn’t a git repository. Take the address that its host gives for cloning."
        case .needsSignIn:
            message =
                "The repository isn’t there, or can only be read by those who sign in. A link to it works for people whose server can sign in there."
        case .refused: message = "The host doesn’t take the token that was given for it."
        case .unreachable:
            message = "The host can’t be reached from servers of this hub. Look whether its name is spelled right."
        case .untrusted: message = "The host’s certificate isn’t one to trust, so git will refuse it."
        case .tooSlow: message = "The host took too long to answer. Try again later."
        case .failed: message = "git can’t read the repository."
        case nil: message = "Some of your checks are still under way. Try again in a moment."
        }
        self.isGood = isGood
        self.branches = branches
        hasBranches = !branches.isEmpty
    }
}

extension GitLink {
    /// Looks whether the repositories that the link names are there.
    func checks(by checks: RepositoryChecks, askedBy user: UserName) async -> [RepositoryCheck] {
        let hasTwo = target == .binder && !contentRepository.isEmpty
        var found = [
            await Self.check(
                repository,
                branch,
                label: hasTwo ? "Environment" : "",
                isBinder: target == .binder,
                checks,
                user
            )
        ]
        if hasTwo {
            found.append(
                await Self.check(contentRepository, contentBranch, label: "Content", isBinder: false, checks, user)
            )
        }
        return found
    }

    private static func check(
        _ repository: String,
        _ branch: String,
        label: String,
        isBinder: Bool,
        _ checks: RepositoryChecks,
        _ user: UserName,
    ) async -> RepositoryCheck {
        guard let address = WebAddress(text: repository) else {
            let message = "Only addresses that begin with https:// can be checked, without a name or password in them."
            return RepositoryCheck(label: label, message: message)
        }
        // Hosts list no single commits.
        let isCommit = isBinder && (7...64).contains(branch.count) && branch.allSatisfy(\.isHexDigit)
        let reference = branch.isEmpty || isCommit ? nil : branch
        let finding = await checks.look(at: address, for: reference, askedBy: user)
        return RepositoryCheck(label: label, finding, reference: reference)
    }
}
