import CarrelModel
import CarrelSpawn

/// Repositories that nobody has to be called for: what is found depends on the address's last part.
struct KnownRepositories: RepositoryInquiry {
    func look(
        at address: WebAddress,
        for reference: String?,
        signingInWith credential: GitCredential?,
        as account: Account?,
        within limit: Duration,
    ) async -> RepositoryFinding {
        switch address.text.split(separator: "/").last {
        case "rivers" where reference == nil: .found(nil)
        case "rivers": reference == "main" ? .found(.branch) : .noReference(others: ["main", "<b>bold</b>"])
        case "closed": credential?.secret == "right" ? .found(nil) : credential == nil ? .needsSignIn : .refused
        default: .notFound
        }
    }
}

/// Repositories that don't answer until they may.
actor HeldRepositories: RepositoryInquiry {
    private var held: [CheckedContinuation<Void, Never>] = []
    private var watchers: [(count: Int, CheckedContinuation<Void, Never>)] = []
    private var isHeld = true

    func look(
        at address: WebAddress,
        for reference: String?,
        signingInWith credential: GitCredential?,
        as account: Account?,
        within limit: Duration,
    ) async -> RepositoryFinding {
        if isHeld {
            await withCheckedContinuation { one in
                held.append(one)
                for watcher in watchers where held.count >= watcher.count { watcher.1.resume() }
                watchers.removeAll { held.count >= $0.count }
            }
        }
        return .empty
    }

    /// Returns when so many are asked for.
    func wait(for count: Int) async {
        if held.count >= count { return }
        await withCheckedContinuation { watchers.append((count, $0)) }
    }

    /// Lets all of them answer.
    func goOn() {
        isHeld = false
        for one in held { one.resume() }
        held = []
    }
}
