import OnedataClient

extension OnedataError {
    /// What it is for whoever uses a store.
    var fault: DataFault {
        switch self {
        case .unreachable: .unusable(.offline)
        case .slow: .unusable(.slow)
        case .nonsense(.onezone, _), .unfitAddress: .unusable(.otherService)
        case .unavailable(_, let pause), .tooManyRequests(_, let pause): .unusable(.busy(retryAfter: pause))
        case .token(.expired), .token(.revoked): .unusable(.expired)
        case .token: .unusable(.unfit(description))
        case .forbidden: .forbidden
        case .readOnly: .readOnly
        case .notFound: .notFound
        case .exists: .alreadyThere
        case .notAFolder: .notAFolder
        case .isAFolder: .notAFile
        case .overQuota: .overQuota
        case .unfitName: .unfitName
        case .crossesSpaces: .notOffered("Nothing can be moved into another space: copy it there, then remove it here.")
        case .invalidRange: .rangeOutside(size: nil)
        case .changed: .changed
        case .incomplete: .interrupted
        case .sourceFailed: .bodyFailed
        case .nonsense(.provider, _), .notEmpty, .noProvider, .refused: .failed(description)
        case .cancelled: .cancelled
        }
    }

    /// Whether it is a provider's and not Onezone's, so that other spaces may well be fine.
    var isOfProvider: Bool {
        switch self {
        case .unreachable(.provider), .slow(.provider, _), .unavailable(.provider, _), .tooManyRequests(.provider, _):
            true
        default: false
        }
    }
}

extension OnedataVerdict {
    /// What a connection is in of which this was found.
    var state: ConnectionState {
        switch self {
        case .ok: .connected
        case .readOnly: .readOnly
        case .expired, .revoked: .expired
        case .notAToken: .unfit(OnedataError.token(.notAToken).description)
        case .limited(let caveat?): .unfit(OnedataError.token(.limited(caveat)).description)
        case .limited(nil): .unfit(OnedataError.token(.refused).description)
        case .notOnedata: .otherService
        case .offline(let error):
            if case .unusable(let state) = error.fault { state } else { .offline }
        }
    }
}
