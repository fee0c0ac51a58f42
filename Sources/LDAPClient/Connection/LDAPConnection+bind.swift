import CLDAP

extension LDAPConnection {
    /// Tries a name and a password: a simple bind (RFC 4513 §5.1.3), and what a password policy says of it.
    ///
    /// Without a name or without a password that would be a bind as nobody, which succeeds: it isn't tried.
    func bind(as dn: String, password: String, until deadline: Deadline) throws(LDAPError) -> LDAPResult {
        guard !dn.isEmpty, !password.isEmpty else { return LDAPResult(code: LDAP_INVALID_CREDENTIALS) }
        try checkThatOpen()
        var policy: UnsafeMutablePointer<LDAPControl>?
        guard ldap_create_passwordpolicy_control(handle, &policy) == LDAP_SUCCESS else {
            throw failure(until: deadline)
        }
        defer { ldap_control_free(policy) }
        var controls = [policy, nil]
        var bytes = password.utf8.map { CChar(bitPattern: $0) }
        var id: Int32 = 0
        let sent = bytes.withUnsafeMutableBufferPointer { buffer in
            var credential = berval(bv_len: ber_len_t(buffer.count), bv_val: buffer.baseAddress)
            return ldap_sasl_bind(handle, dn, nil, &credential, &controls, nil, &id)
        }
        guard sent == LDAP_SUCCESS else { throw failure(until: deadline) }
        return try LDAPMessage(to: id, on: self, until: deadline).result(of: .bind)
    }
}
