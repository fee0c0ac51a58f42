/// How it stands with somebody's workspace.
public enum StorageHubState: Sendable, Equatable {
    /// It answers, and the token is good.
    case connected(path: String)
    /// The token, or the sign-in behind it, is over; another one is needed.
    case expired
    /// The token is refused, or isn't for a context of the person.
    case refused
    /// It can't be reached, or is silent.
    case offline
    /// It is there but can't work just now.
    case busy(retryAfter: Duration?)
    /// What answers there is no StorageHub.
    case notStorageHub
}

extension StorageHub {
    /// Tries the address and the token, by asking for the root.
    ///
    /// - Returns: how it stands; never an error, but ``StorageHubState/offline`` if the task is cancelled.
    public func check() async -> StorageHubState {
        do {
            return .connected(path: try await root().path)
        } catch {
            return error.state
        }
    }
}

extension StorageHubError {
    /// What a failure says about the whole workspace, and not about one file in it.
    public var state: StorageHubState {
        switch self {
        case .tokenExpired, .signInOver: .expired
        case .tokenRefused, .contextRefused, .forbidden: .refused
        case .tooManyRequests(_, let time), .unavailable(_, let time): .busy(retryAfter: time)
        case .refused, .locked, .overQuota, .tokenRenewed: .busy(retryAfter: nil)
        case .nonsense(_, .status(500...)): .busy(retryAfter: nil)
        case .nonsense, .notFound, .unfitAddress: .notStorageHub
        default: .offline
        }
    }
}

/// What a store can do that is built on a StorageHub.
public enum StorageHubCapabilities {
    /// Whether parts of a file can be had without what comes before them.
    public static let readsParts = false
    /// Whether a file is replaced at once, and the old content kept as a version.
    public static let keepsVersions = true
    /// Whether what is deleted lies in a trash.
    public static let hasTrash = true
    /// Whether it tells how much room there is; a full workspace shows when something is written.
    public static let tellsQuota = false
    /// Whether a folder can be copied.
    public static let copiesFolders = false
    /// Whether a change can be bound to what somebody has seen; ``StorageHubTree`` looks right before instead.
    public static let comparesVersions = false
}
