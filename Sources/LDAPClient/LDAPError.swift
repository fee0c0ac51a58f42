/// Why somebody can't be signed in or looked up.
///
/// None of it holds a password or what somebody typed.
public enum LDAPError: Error, Equatable, Sendable {
    /// There is nobody of that name, or the password is another.
    case wrongNameOrPassword
    /// Several entries match the name.
    case ambiguous(server: String)
    /// The server says that the account is locked, disabled or expired.
    case accountLocked
    /// The server says that the password is expired or must be changed first.
    case passwordExpired
    /// No connection, or it broke; or the server says that it is busy or down.
    case unreachable(server: String, reason: String)
    /// It didn't answer in time.
    case tooSlow(server: String, after: Duration)
    /// It isn't shown to be the server it should be. Nothing was sent to it.
    case untrustedCertificate(server: String, CertificateFault)
    /// It doesn't encrypt the connection by StartTLS. Nothing was sent to it.
    case startTLSRefused(server: String, reason: String)
    /// Passwords would travel unencrypted. Nothing was sent to it.
    case unprotected(server: String)
    /// The account that searches isn't let in.
    case serviceAccountRefused(server: String, reason: String)
    /// Without such an account nobody is looked up whose password isn't at hand.
    case serviceAccountMissing
    /// The server refuses something else.
    case refused(server: String, action: String, reason: String)
    /// Something isn't as it must be, as an entry without a name.
    case unexpectedAnswer(server: String, reason: String)
    /// A setting can't be used.
    case settings(key: String, fault: String)
    /// The task that asked was cancelled.
    case cancelled

    /// What is wrong with a certificate.
    public enum CertificateFault: Sendable, Equatable {
        /// It isn't signed by a trusted authority, or isn't valid at this time.
        case authority
        /// It is for another host.
        case host
    }

    /// Whether another server may do better.
    var isOfServer: Bool {
        switch self {
        case .unreachable, .tooSlow, .untrustedCertificate, .startTLSRefused: true
        default: false
        }
    }
}

extension LDAPError: CustomStringConvertible {
    /// What happened, and what to do.
    public var description: String { "\(message) \(remedy)" }

    /// What happened.
    public var message: String {
        switch self {
        case .wrongNameOrPassword: "The name or the password is wrong."
        case .ambiguous(let server): "Several entries of \(server) match this name."
        case .accountLocked: "The account is locked in the directory."
        case .passwordExpired: "The password has expired in the directory."
        case .unreachable(let server, let reason): "\(server) can't be reached: \(reason)."
        case .tooSlow(let server, let limit): "\(server) didn't answer within \(limit)."
        case .untrustedCertificate(let server, .authority): "The certificate of \(server) isn't trusted."
        case .untrustedCertificate(let server, .host): "The certificate of \(server) is for another host."
        case .startTLSRefused(let server, let reason): "\(server) doesn't encrypt by StartTLS: \(reason)."
        case .unprotected(let server): "Passwords would go to \(server) unencrypted."
        case .serviceAccountRefused(let server, let reason): "\(server) refuses the account that searches: \(reason)."
        case .serviceAccountMissing: "The directory can't be searched: the settings name no account for it."
        case .refused(let server, let action, let reason): "\(server) refuses \(action): \(reason)."
        case .unexpectedAnswer(let server, let reason): "\(server) answered unexpectedly: \(reason)."
        case .settings(let key, let fault): "The setting \(key) can't be used: \(fault)."
        case .cancelled: "Nobody waits for the answer of the directory any more."
        }
    }

    /// What to do.
    public var remedy: String {
        switch self {
        case .wrongNameOrPassword: "Type both again."
        case .ambiguous: "Make `filter` or `base` narrower, so that one entry matches."
        case .accountLocked: "Ask those who run the directory."
        case .passwordExpired: "Change it where the directory's passwords are changed."
        case .unreachable: "Look whether the server runs, and whether a firewall stands between."
        case .tooSlow: "Look what keeps the server busy, or make `deadline` longer."
        case .untrustedCertificate(_, .authority):
            "Name the authority's file as `certificateAuthority`, and look whether the certificate has expired."
        case .untrustedCertificate(_, .host):
            "Write the server in `servers` by a name that its certificate holds; 127.0.0.1 rather than localhost."
        case .startTLSRefused: "Give the server a certificate, or write it as ldaps://."
        case .unprotected: "Write it as ldaps://, or turn `startTLS` on."
        case .serviceAccountRefused: "Correct `bindName` and `bindPassword`."
        case .serviceAccountMissing: "Give `bindName` and `bindPassword`."
        case .refused: "Look at the server's access rules and log."
        case .unexpectedAnswer: "Compare `base`, `filter` and the attributes in the settings with the directory."
        case .settings: "Correct it."
        case .cancelled: "Ask again."
        }
    }
}
