import CarrelTestSupport
import LDAPClient
import Testing

@Suite struct `Encrypted connections` {
    /// Both ways to encrypt one.
    enum Way: CaseIterable { case fromTheStart, startTLS }

    private func settings(_ slapd: Slapd, _ way: Way, authority: String?) -> LDAPSettings {
        var settings = slapd.settings()
        settings.servers = [way == .fromTheStart ? slapd.secureAddress : slapd.address]
        settings.startTLS = way == .startTLS
        settings.certificateAuthority = authority
        return settings
    }

    @Test(arguments: Way.allCases)
    func `let people in`(way: Way) async throws {
        try await withSlapd(.right) { slapd, certificates async throws in
            let directory = LDAPDirectory(settings(slapd, way, authority: certificates?.authority))
            try await directory.check()
            #expect(try await directory.signIn(name: "alice", password: "ecila").groups.count == 2)
            await #expect(throws: LDAPError.wrongNameOrPassword) {
                try await directory.signIn(name: "alice", password: "wrong")
            }
        }
    }

    @Test(arguments: Way.allCases)
    func `are refused with a certificate of somebody unknown`(way: Way) async throws {
        try await withSlapd(.right) { slapd, certificates async throws in
            // Nil: those that the system trusts, who know nothing of the test's authority.
            for authority in [certificates?.otherAuthority, nil] {
                let settings = settings(slapd, way, authority: authority)
                let directory = LDAPDirectory(settings)
                let expected = LDAPError.untrustedCertificate(server: settings.servers[0], .authority)
                await #expect(throws: expected) { try await directory.check() }
                await #expect(throws: expected) { try await directory.signIn(name: "alice", password: "ecila") }
                await #expect(throws: expected) { try await directory.person(named: "alice") }
            }
        }
    }

    @Test(arguments: Way.allCases)
    func `are refused with a certificate for another host`(way: Way) async throws {
        try await withSlapd(.wrongHost) { slapd, certificates async throws in
            let settings = settings(slapd, way, authority: certificates?.authority)
            let expected = LDAPError.untrustedCertificate(server: settings.servers[0], .host)
            await #expect(throws: expected) {
                try await LDAPDirectory(settings).signIn(name: "alice", password: "ecila")
            }
        }
    }

    @Test(arguments: Way.allCases)
    func `are refused with a certificate that has expired`(way: Way) async throws {
        try await withSlapd(.expired) { slapd, certificates async throws in
            let settings = settings(slapd, way, authority: certificates?.authority)
            let expected = LDAPError.untrustedCertificate(server: settings.servers[0], .authority)
            await #expect(throws: expected) {
                try await LDAPDirectory(settings).signIn(name: "alice", password: "ecila")
            }
        }
    }

    @Test func `are insisted on where a server offers none`() async throws {
        try await withSlapd { slapd async throws in
            var settings = slapd.settings()
            settings.startTLS = true
            await #expect {
                try await LDAPDirectory(settings).signIn(name: "alice", password: "ecila")
            } throws: { error in
                guard case LDAPError.startTLSRefused(slapd.address, _) = error else { return false }
                return true
            }
        }
    }

    @Test func `need an authority's file that can be read`() async throws {
        try await withSlapd(.right) { slapd, certificates async throws in
            let folder = try #require(certificates?.folder)
            await #expect {
                try await LDAPDirectory(settings(slapd, .startTLS, authority: "\(folder)/server.ext")).check()
            } throws: { error in
                guard case LDAPError.settings("certificateAuthority", _) = error else { return false }
                return true
            }
        }
    }

    @Test func `aren't taken for untrusted where nobody listens or nobody speaks TLS`() async throws {
        try await withSlapd(.right) { slapd, certificates async throws in
            let silence = try ReservedPort()
            var settings = settings(slapd, .fromTheStart, authority: certificates?.authority)
            for server in ["ldaps://127.0.0.1:\(silence.number)", slapd.address.replacing("ldap:", with: "ldaps:")] {
                settings.servers = [server]
                let directory = LDAPDirectory(settings)
                await #expect {
                    try await directory.check()
                } throws: { error in
                    guard case LDAPError.unreachable(server, _) = error else { return false }
                    return true
                }
            }
        }
    }
}
