import CLDAP

/// How an operation ended (RFC 4511 §4.1.9).
struct LDAPResult: Equatable {
    let code: Int32
    /// The server's own words, which may hold anything.
    let diagnostic: String
    let policy: PolicyFault?

    /// Faults of draft-behera-ldap-password-policy §6.2 that bear on a bind.
    enum PolicyFault: Int { case passwordExpired = 0, accountLocked = 1, changeAfterReset = 2 }

    init(code: Int32, diagnostic: String = "", policy: PolicyFault? = nil) {
        self.code = code
        self.diagnostic = diagnostic
        self.policy = policy
    }

    /// The code's name in plain words.
    static func words(_ code: Int32) -> String {
        guard let text = ldap_err2string(code) else { return "code \(code)" }
        return "\(String(cString: text)) (\(code))"
    }

    /// The code's name, and the start of the server's words, on one line.
    var reason: String {
        let line = String(
            decoding: diagnostic.unicodeScalars.prefix(200).flatMap { scalar in
                scalar.properties.generalCategory == .control ? Array(" ".utf8) : Array(String(scalar).utf8)
            },
            as: UTF8.self,
        )
        return line.isEmpty ? Self.words(code) : "\(Self.words(code)), \(line)"
    }

    /// Whether the server can't do its work at present.
    var isUnavailable: Bool { code == LDAP_BUSY || code == LDAP_UNAVAILABLE }
}
