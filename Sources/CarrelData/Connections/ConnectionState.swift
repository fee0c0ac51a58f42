/// What became of a connection when it was last used or tried.
public enum ConnectionState: Sendable, Equatable, Hashable, Codable {
    /// It works.
    case connected
    /// It works; nothing can be changed.
    case readOnly
    /// It works; there is no room left to write.
    case overQuota
    /// The user name or password isn't taken.
    case refused
    /// What was given can be used no more: it ended or was withdrawn.
    case expired
    /// What was given is no credential of that service, or doesn't allow what is needed.
    case unfit(String)
    /// It is no longer known what to sign in with: it has to be given (again).
    case missing
    /// The service isn't reached.
    case offline
    /// The service is reached, and doesn't answer in time.
    case slow
    /// The service has too much to do, or is being worked on; for how long it wants to be left alone, if it says so.
    case busy(retryAfter: Duration? = nil)
    /// The service's certificate isn't trusted.
    case untrusted
    /// There is something else at that address.
    case otherService

    /// The case's name, for the API, logs and metrics.
    public var code: String {
        switch self {
        case .connected: "connected"
        case .readOnly: "readOnly"
        case .overQuota: "overQuota"
        case .refused: "refused"
        case .expired: "expired"
        case .unfit: "unfit"
        case .missing: "missing"
        case .offline: "offline"
        case .slow: "slow"
        case .busy: "busy"
        case .untrusted: "untrusted"
        case .otherService: "otherService"
        }
    }

    /// Whether files can be read.
    public var isUsable: Bool {
        switch self {
        case .connected, .readOnly, .overQuota: true
        default: false
        }
    }

    /// Whether it can mend itself, so that it is tried again without anybody's doing.
    public var isPassing: Bool {
        switch self {
        case .offline, .slow, .busy, .untrusted, .otherService: true
        default: false
        }
    }

    /// What is the case.
    public var message: String {
        switch self {
        case .connected: "Connected."
        case .readOnly: "Connected; files can be read, not changed."
        case .overQuota: "Connected; your quota there is used up."
        case .refused: "The service doesn’t take this user name and password."
        case .expired: "What the hub signs in with has ended or was withdrawn."
        case .unfit(let reason): reason
        case .missing: "The hub has nothing to sign in there with."
        case .offline: "The service isn’t reached."
        case .slow: "The service doesn’t answer in time."
        case .busy: "The service has too much to do, or is being worked on."
        case .untrusted: "The service's certificate isn’t trusted, so nothing was sent to it."
        case .otherService: "What is at the service's address isn’t that service."
        }
    }

    /// What to do.
    public var remedy: String {
        switch self {
        case .connected, .readOnly: ""
        case .overQuota: "Remove something there, or ask for more room."
        case .refused: "Make a new app password there and give it on the page Connections."
        case .expired, .unfit, .missing: "Connect again on the page Connections."
        case .offline, .slow, .busy: "Nothing to do: the hub goes on trying."
        case .untrusted, .otherService: "Tell the people who run this hub."
        }
    }
}
