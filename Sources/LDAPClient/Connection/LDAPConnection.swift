import CLDAP

/// One connection to a server, by libldap; belongs to the thread that opened it.
final class LDAPConnection {
    let server: ServerAddress
    let handle: OpaquePointer
    private let settings: LDAPSettings
    private var descriptor: Int32 = -1

    /// How much of a certificate is looked at: everything, but for finding out what is wrong with it.
    private enum Trust { case whole, authority, none }

    /// The most bytes of one message: what a hostile server may make this process hold.
    private static let largestMessage: UInt = 4 << 20

    /// libldap reads its files of defaults at the first call, once for the process.
    private static let isReady: Bool = {
        var version: Int32 = 0
        return ldap_get_option(nil, LDAP_OPT_PROTOCOL_VERSION, &version) == LDAP_OPT_SUCCESS
    }()

    /// Connects, and encrypts the connection if the settings ask for it; nobody is bound yet.
    ///
    /// - Throws: ``LDAPError/unreachable(server:reason:)``, ``LDAPError/tooSlow(server:after:)``, or what is wrong with TLS.
    convenience init(to server: ServerAddress, _ settings: LDAPSettings, until deadline: Deadline) throws(LDAPError) {
        do {
            try self.init(to: server, settings, .whole, until: deadline)
        } catch .unreachable where settings.startTLS || server.isEncrypted {
            throw Self.explained(server, settings, until: deadline)
        }
    }

    /// Sets every option that the machine's `ldap.conf` or the environment could turn otherwise, and connects.
    private init(
        to server: ServerAddress,
        _ settings: LDAPSettings,
        _ trust: Trust,
        until deadline: Deadline,
    ) throws(LDAPError) {
        var handle: OpaquePointer?
        guard Self.isReady, ldap_initialize(&handle, server.text) == LDAP_SUCCESS, let handle else {
            throw .unreachable(server: server.text, reason: "libldap can't be started")
        }
        self.server = server
        self.handle = handle
        self.settings = settings
        try set(LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3)
        try set(LDAP_OPT_DEREF, LDAP_DEREF_NEVER)
        // Servers refuse what they find too long; the deadline is kept here.
        try set(LDAP_OPT_TIMELIMIT, LDAP_NO_LIMIT)
        // LDAP_OPT_OFF: a referral would carry the password to whatever server it names.
        try check(ldap_set_option(handle, LDAP_OPT_REFERRALS, nil))
        try check(ldap_set_option(handle, LDAP_OPT_RESTART, nil))
        try limit(until: deadline)
        if isEncrypted { try setTLS(trust) }
        var socket: OpaquePointer?
        var most = Self.largestMessage
        try check(ldap_get_option(handle, LDAP_OPT_SOCKBUF, &socket))
        ber_sockbuf_ctrl(socket, LBER_SB_OPT_SET_MAX_INCOMING, &most)
        guard ldap_connect(handle) == LDAP_SUCCESS else { throw failure(until: deadline) }
        if isEncrypted && !server.isEncrypted { try startTLS(until: deadline) }
        descriptor = presentDescriptor
    }

    deinit { ldap_unbind_ext(handle, nil, nil) }

    /// Bounds what libldap waits for by itself: connecting, the handshake, and answers.
    func limit(until deadline: Deadline) throws(LDAPError) {
        var rest = deadline.rest
        try check(ldap_set_option(handle, LDAP_OPT_NETWORK_TIMEOUT, &rest))
        try check(ldap_set_option(handle, LDAP_OPT_TIMEOUT, &rest))
    }

    /// Makes sure that what is sent next goes over the connection that was opened.
    ///
    /// libldap opens another by itself when it has lost one: without StartTLS, and with nobody bound.
    ///
    /// - Throws: ``LDAPError/unreachable(server:reason:)`` when the connection is lost.
    func checkThatOpen() throws(LDAPError) {
        let isSafe = !isEncrypted || ldap_tls_inplace(handle) == 1
        guard descriptor >= 0, descriptor == presentDescriptor, isSafe else {
            throw .unreachable(server: server.text, reason: "the connection broke")
        }
    }

    private var isEncrypted: Bool { settings.startTLS || server.isEncrypted }

    private var presentDescriptor: Int32 {
        var number: Int32 = -1
        return ldap_get_option(handle, LDAP_OPT_DESC, &number) == LDAP_OPT_SUCCESS ? number : -1
    }

    // MARK: - TLS

    private func setTLS(_ trust: Trust) throws(LDAPError) {
        let file = try Authorities.file(settings)
        try check(ldap_set_option(handle, LDAP_OPT_X_TLS_CACERTFILE, file))
        try check(ldap_set_option(handle, LDAP_OPT_X_TLS_CACERTDIR, nil))
        try set(LDAP_OPT_X_TLS_PROTOCOL_MIN, 0x303)
        try set(LDAP_OPT_X_TLS_REQUIRE_CERT, trust == .none ? LDAP_OPT_X_TLS_NEVER : LDAP_OPT_X_TLS_HARD)
        // What was set holds for a context made after it; this one is a client's.
        var isServer: Int32 = 0
        guard ldap_set_option(handle, LDAP_OPT_X_TLS_NEWCTX, &isServer) == LDAP_OPT_SUCCESS else {
            throw .settings(key: "certificateAuthority", fault: "“\(file)” can't be used by libldap")
        }
        // The context keeps whether the authority is looked at; whether the host is, stands in the handle.
        if trust == .authority { try set(LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_NEVER) }
    }

    /// RFC 4511 §4.14: asks, waits for the yes, and shakes hands.
    private func startTLS(until deadline: Deadline) throws(LDAPError) {
        var id: Int32 = 0
        guard ldap_start_tls(handle, nil, nil, &id) == LDAP_SUCCESS else { throw failure(until: deadline) }
        let answer = try LDAPMessage(to: id, on: self, until: deadline)
        let result = try answer.result(of: .extended)
        guard result.code == LDAP_SUCCESS else {
            throw .startTLSRefused(server: server.text, reason: result.reason)
        }
        try limit(until: deadline)
        guard ldap_install_tls(handle) == LDAP_SUCCESS else { throw failure(until: deadline) }
    }

    /// What is wrong where TLS was asked for.
    ///
    /// libldap gives the same number for a server that is down and for a certificate that isn't trusted, so the server is
    /// tried again with less of a look at its certificate. Nothing is sent over these connections.
    private static func explained(
        _ server: ServerAddress,
        _ settings: LDAPSettings,
        until deadline: Deadline,
    ) -> LDAPError {
        do {
            _ = try LDAPConnection(to: server, settings, .none, until: deadline)
        } catch {
            return error
        }
        do {
            _ = try LDAPConnection(to: server, settings, .authority, until: deadline)
            return .untrustedCertificate(server: server.text, .host)
        } catch .unreachable {
            return .untrustedCertificate(server: server.text, .authority)
        } catch {
            return error
        }
    }

    // MARK: - How

    /// What libldap's last failure means.
    func failure(until deadline: Deadline) -> LDAPError {
        var code: Int32 = 0
        ldap_get_option(handle, LDAP_OPT_RESULT_CODE, &code)
        if deadline.isOver || code == LDAP_TIMEOUT { return tooSlow }
        return .unreachable(server: server.text, reason: LDAPResult.words(code))
    }

    var tooSlow: LDAPError { .tooSlow(server: server.text, after: settings.deadline) }

    private func set(_ option: Int32, _ value: Int32) throws(LDAPError) {
        var value = value
        try check(ldap_set_option(handle, option, &value))
    }

    private func check(_ result: Int32) throws(LDAPError) {
        guard result == LDAP_OPT_SUCCESS else {
            throw .unexpectedAnswer(
                server: server.text,
                reason: "this machine's libldap lacks an option that is needed"
            )
        }
    }
}
