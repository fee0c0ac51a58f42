/// What a server can do.
public struct WebDAVCapabilities: Sendable, Equatable {
    /// The compliance classes of its `DAV` field (RFC 4918 §18), as `1`, `2` and names of extensions.
    public let classes: Set<String>
    /// What only Nextcloud has; nil for another server.
    public let nextcloud: Nextcloud?

    /// Whether files can be locked (class 2).
    public var offersLocks: Bool { classes.contains("2") }

    /// Whether a file keeps the time of its last change when it is written.
    public var keepsTimes: Bool { nextcloud != nil }

    /// What a Nextcloud server tells of itself and of the person.
    public struct Nextcloud: Sendable, Equatable {
        /// As `25.0.3`.
        public let version: String
        /// Whose files they are; may differ from the name that is typed at sign-in.
        public let user: WebDAVName
        /// Whether large files can be written in parts, version 2.
        public let takesParts: Bool
    }
}

/// What came of a try with an address and a credential.
public enum WebDAVVerdict: Sendable, Equatable {
    /// The folder is there and the credential right.
    case ok(WebDAVCapabilities)
    /// The server doesn't accept name and password.
    case wrongCredential
    /// The credential is right, and the folder isn't allowed.
    case forbidden
    /// There is a server, and no WebDAV folder at this address.
    case notWebDAV
    /// There is no such server, or it doesn't run.
    case offline
    /// It didn't answer in time.
    case timedOut
    /// It isn't shown to be the one it should be; the credential wasn't sent.
    case untrustedCertificate
    /// It wants to be left alone for a while.
    case tooManyRequests(retryAfter: Duration?)
    /// It is in maintenance or overloaded.
    case unavailable(retryAfter: Duration?)
    /// Something else is in the way.
    case failed(WebDAVError)

    init(_ error: WebDAVError) {
        self =
            switch error {
            case .unauthorized: .wrongCredential
            case .forbidden: .forbidden
            case .notFound, .notAFolder, .malformed, .redirected, .notOffered, .refused(_, 405), .refused(_, 501),
                .refused(_, 400), .alreadyThere:
                .notWebDAV
            case .offline: .offline
            case .timedOut: .timedOut
            case .untrustedCertificate: .untrustedCertificate
            case .tooManyRequests(let pause): .tooManyRequests(retryAfter: pause)
            case .unavailable(let pause): .unavailable(retryAfter: pause)
            default: .failed(error)
            }
    }
}
