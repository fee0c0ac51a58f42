import CLDAP

/// One message of a server's answer.
final class LDAPMessage {
    /// What it is of, by its BER tag (RFC 4511, appendix B).
    enum Kind: Int32 { case bind = 0x61, entry = 0x64, searchEnd = 0x65, extended = 0x78 }

    let pointer: OpaquePointer
    /// Nil for a kind that nobody here asks for.
    let kind: Kind?
    private let connection: LDAPConnection

    /// Waits for the next message of an answer.
    ///
    /// - Throws: ``LDAPError/unreachable(server:reason:)`` when the connection breaks, ``LDAPError/tooSlow(server:after:)``.
    init(to id: Int32, on connection: LDAPConnection, until deadline: Deadline) throws(LDAPError) {
        // A server that goes on and on is never out of messages.
        guard !deadline.isOver else { throw connection.tooSlow }
        var rest = deadline.rest
        var message: OpaquePointer?
        let kind = ldap_result(connection.handle, id, Int32(LDAP_MSG_ONE), &rest, &message)
        guard kind > 0, let message else {
            guard kind == 0 else { throw connection.failure(until: deadline) }
            ldap_abandon_ext(connection.handle, id, nil, nil)
            throw connection.tooSlow
        }
        self.connection = connection
        self.kind = Kind(rawValue: kind)
        pointer = message
    }

    deinit { ldap_msgfree(pointer) }

    /// What the server says of an operation as a whole, if this is the answer to such a one.
    func result(of kind: Kind) throws(LDAPError) -> LDAPResult {
        guard kind == self.kind else {
            throw .unexpectedAnswer(server: connection.server.text, reason: "it answers what wasn't asked")
        }
        var code: Int32 = 0
        var words: UnsafeMutablePointer<CChar>?
        var controls: UnsafeMutablePointer<UnsafeMutablePointer<LDAPControl>?>?
        let handle = connection.handle
        guard ldap_parse_result(handle, pointer, &code, nil, &words, nil, &controls, 0) == LDAP_SUCCESS else {
            throw .unexpectedAnswer(server: connection.server.text, reason: "a message can't be read")
        }
        defer {
            ldap_memfree(words)
            ldap_controls_free(controls)
        }
        let diagnostic = words.map { String(cString: $0) } ?? ""
        return LDAPResult(code: code, diagnostic: diagnostic, policy: policyFault(controls))
    }

    /// The fault in the answer of a password policy (draft-behera-ldap-password-policy §6.2), if there is one.
    private func policyFault(
        _ controls: UnsafeMutablePointer<UnsafeMutablePointer<LDAPControl>?>?
    ) -> LDAPResult.PolicyFault? {
        guard let controls, let control = ldap_control_find(Self.passwordPolicy, controls, nil) else { return nil }
        var expiry: ber_int_t = 0
        var grace: ber_int_t = 0
        var fault = PP_noError
        let read = ldap_parse_passwordpolicy_control(connection.handle, control, &expiry, &grace, &fault)
        return read == LDAP_SUCCESS ? LDAPResult.PolicyFault(rawValue: Int(fault.rawValue)) : nil
    }

    private static let passwordPolicy = "1.3.6.1.4.1.42.2.27.8.5.1"
}
