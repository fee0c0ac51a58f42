import StorageHubClient

extension StorageHubError {
    /// What it is for whoever uses a store.
    var fault: DataFault {
        switch self {
        case .unfitAddress, .nonsense(_, .redirect), .nonsense(_, .notJSON), .nonsense(_, .member):
            .unusable(.otherService)
        case .unreachable, .cut(_, after: 0): .unusable(.offline)
        case .slow: .unusable(.slow)
        case .cut, .tokenRenewed: .interrupted
        case .tokenExpired, .signInOver: .unusable(.expired)
        case .tokenRefused, .contextRefused: .unusable(StorageHubState.refused.state)
        case .forbidden, .protectedFolder: .forbidden
        case .notFound: .notFound
        case .locked: .locked
        case .refused(_, let exception):
            switch exception {
            case .idNotFound: .notFound
            case .alreadyExists: .alreadyThere
            case .locked: .locked
            case .notAuthorized, .invalidItem: .forbidden
            case .invalidCall, .backend: .failed(description)
            }
        case .overQuota: .overQuota
        case .tooManyRequests(_, let pause), .unavailable(_, let pause): .unusable(.busy(retryAfter: pause))
        case .nonsense, .folderTooLarge: .failed(description)
        case .wrongLength: .bodyFailed
        case .nameTaken: .alreadyThere
        case .unfitName: .unfitName
        case .notFolder: .notAFolder
        case .notFile: .notAFile
        case .changed: .changed
        case .halfDone: .unclear
        case .cancelled: .cancelled
        }
    }
}

extension StorageHubState {
    /// What a connection is in of which this was found.
    var state: ConnectionState {
        switch self {
        case .connected: .connected
        case .expired: .expired
        case .refused: .unfit("The workspace doesn't take the token, or you are no member of the virtual laboratory.")
        case .offline: .offline
        case .busy(let pause): .busy(retryAfter: pause)
        case .notStorageHub: .otherService
        }
    }
}
