import CLDAP

/// What the answer to a bind with somebody's password means; pure.
enum BindVerdict: Equatable {
    case accepted
    case wrong
    case locked
    case expired
    /// The server can't say; another may.
    case unavailable
    /// The server doesn't let anybody in this way.
    case refused

    init(_ result: LDAPResult) {
        switch result.code {
        // RFC 4513 §5.1: nothing else lets somebody in. With a password that must be changed first, nothing is allowed.
        case LDAP_SUCCESS: self = result.policy == .changeAfterReset ? .expired : .accepted
        case LDAP_INVALID_CREDENTIALS: self = Self.told(result)
        // No such entry, an impossible name, or an entry without password: only where the name wasn't searched.
        case LDAP_NO_SUCH_OBJECT, LDAP_INVALID_DN_SYNTAX, LDAP_INAPPROPRIATE_AUTH: self = .wrong
        // 389 Directory Server: too many wrong passwords.
        case LDAP_CONSTRAINT_VIOLATION: self = .locked
        // 389 Directory Server: “Account inactivated.”
        case LDAP_UNWILLING_TO_PERFORM where result.diagnostic.lowercased().contains("inactivated"): self = .locked
        case _ where result.isUnavailable: self = .unavailable
        default: self = .refused
        }
    }

    /// What is told beside a wrong password: by the policy's answer, or by Active Directory's `data` number.
    private static func told(_ result: LDAPResult) -> BindVerdict {
        switch result.policy {
        case .accountLocked: return .locked
        case .passwordExpired, .changeAfterReset: return .expired
        case nil: break
        }
        guard let start = result.diagnostic.firstRange(of: "AcceptSecurityContext error, data ") else { return .wrong }
        switch result.diagnostic[start.upperBound...].prefix(while: \.isHexDigit) {
        // Expired, and must be changed.
        case "532", "773": return .expired
        // Not at this time, not at this machine, disabled, account expired, locked.
        case "530", "531", "533", "701", "775": return .locked
        default: return .wrong
        }
    }
}
