import CarrelStore

/// Who makes a request, and how they proved it.
enum Caller: Sendable {
    case nobody
    /// A browser with a session cookie.
    case session(SessionRecord, UserRecord)
    /// A program, a server, or a service with a token.
    case token(TokenRecord, UserRecord)

    /// The user on whose behalf the request is made.
    var user: UserRecord? {
        switch self {
        case .nobody: nil
        case .session(_, let user), .token(_, let user): user
        }
    }
}
