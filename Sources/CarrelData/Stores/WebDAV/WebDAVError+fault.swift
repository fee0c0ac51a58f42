import WebDAVClient

extension WebDAVError {
    /// What it is for whoever uses a store.
    var fault: DataFault {
        switch self {
        case .unfitAddress, .redirected: .unusable(.otherService)
        case .unfitCredential: .unusable(.unfit(message))
        case .unauthorized: .unusable(.refused)
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .alreadyThere: .alreadyThere
        case .notAFolder: .notAFolder
        case .notAFile: .notAFile
        case .conflict: .noParent
        case .preconditionFailed, .changedMeanwhile: .changed
        case .rangeOutside: .rangeOutside(size: nil)
        case .locked: .locked
        case .overQuota: .overQuota
        case .tooLarge: .tooLarge
        case .tooManyRequests(let pause), .unavailable(let pause): .unusable(.busy(retryAfter: pause))
        // What stands before the service is there, and the service isn't.
        case .refused(_, 502), .refused(_, 504): .unusable(.busy())
        case .refused, .notOffered: .failed(message)
        case .timedOut: .unusable(.slow)
        case .offline: .unusable(.offline)
        case .untrustedCertificate: .unusable(.untrusted)
        case .malformed(_, .status), .malformed(_, .notXML), .malformed(_, .notMultistatus), .malformed(_, .notJSON):
            .unusable(.otherService)
        case .malformed: .failed(message)
        case .contentFailed: .bodyFailed
        case .cancelled: .cancelled
        }
    }
}

extension WebDAVVerdict {
    /// What a connection is in of which this was found.
    var state: ConnectionState {
        switch self {
        case .ok: .connected
        case .wrongCredential: .refused
        case .forbidden: .unfit("The service takes the user name and password, and doesn't let them into this folder.")
        case .notWebDAV: .otherService
        case .offline: .offline
        case .timedOut: .slow
        case .untrustedCertificate: .untrusted
        case .tooManyRequests(let pause), .unavailable(let pause): .busy(retryAfter: pause)
        case .failed(.refused(_, 500...)): .busy()
        case .failed(let error):
            switch error.fault {
            case .unusable(let state): state
            case .cancelled: .slow
            default: .otherService
            }
        }
    }
}
