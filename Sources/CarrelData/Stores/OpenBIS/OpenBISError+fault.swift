import OpenBISClient

extension OpenBISError {
    /// What it is for whoever uses a store.
    var fault: DataFault {
        switch self {
        case .unfitAddress, .nonsense(_, .page), .nonsense(_, .redirect), .nonsense(_, .notJSON):
            .unusable(.otherService)
        case .unfitAuthority, .untrustedCertificate: .unusable(.untrusted)
        case .notAToken, .wrongCredentials, .sessionOver: .unusable(.expired)
        case .unreachable: .unusable(.offline)
        case .slow: .unusable(.slow)
        case .unavailable(_, let pause), .tooManyRequests(_, let pause): .unusable(.busy(retryAfter: pause))
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .notOffered: .notOffered(description)
        case .invalidRange: .rangeOutside(size: nil)
        case .incomplete: .interrupted
        case .unfitName: .unfitName
        case .nonsense, .refused, .damaged, .sourceFailed, .unknownOutcome: .failed(description)
        case .cancelled: .cancelled
        }
    }

    /// What it is while a file's content comes: a page in its place says something of that file only.
    var faultOfContent: DataFault {
        switch self {
        case .nonsense: .failed(description)
        case .unreachable: .interrupted
        default: fault
        }
    }
}
