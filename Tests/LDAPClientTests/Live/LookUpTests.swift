import CarrelTestSupport
import LDAPClient
import Testing

@Suite struct `Looking people up` {
    @Test func `needs no password, and says who is gone`() async throws {
        try await withSlapd { slapd async throws in
            let directory = LDAPDirectory(slapd.settings())
            let alice = try await directory.person(named: "alice")
            #expect(alice?.groups == ["astronomers", "physicists"])
            #expect(alice == (try await directory.signIn(name: "alice", password: "ecila")))
            for name in ["nobody", "", "\0"] { #expect(try await directory.person(named: name) == nil) }
        }
    }

    @Test func `takes nobody for somebody else, whose address they have`() async throws {
        let entry = SlapdContent.person("mallory", more: "mail: gone\n")
        try await withSlapd(extra: entry) { slapd async throws in
            var settings = slapd.settings()
            settings.filter = "(|(uid={name})(mail={name}))"
            let directory = LDAPDirectory(settings)
            #expect(try await directory.person(named: "gone") == nil)
            #expect(try await directory.person(named: "mallory")?.name == "mallory")
            #expect(try await directory.signIn(name: "gone", password: "yrollam").name == "mallory")
        }
    }

    @Test func `says that the base is wrong, rather than that somebody is gone`() async throws {
        try await withSlapd { slapd async throws in
            var settings = slapd.settings()
            settings.base = "ou=nowhere,dc=example,dc=org"
            for template in [nil, "uid={name},ou=nowhere,dc=example,dc=org"] {
                settings.nameTemplate = template
                await #expect {
                    try await LDAPDirectory(settings).person(named: "alice")
                } throws: { error in
                    guard case LDAPError.settings("base", _) = error else { return false }
                    return true
                }
            }
        }
    }

    @Test func `works without an account where the server lets nobody read`() async throws {
        try await withSlapd { slapd async throws in
            var settings = slapd.settings(bindName: nil)
            settings.nameTemplate = nil
            settings.base = "ou=open,dc=example,dc=org"
            settings.groupBase = nil
            settings.groupFilter = nil
            let directory = LDAPDirectory(settings)
            #expect(try await directory.person(named: "olga")?.name == "olga")
            #expect(try await directory.signIn(name: "olga", password: "aglo").name == "olga")
        }
    }

    @Test func `by a template works with the account, or with a password`() async throws {
        try await withSlapd { slapd async throws in
            let own = LDAPDirectory(slapd.settings(bindName: nil))
            let alice = try await own.signIn(name: "alice", password: "ecila")
            #expect(alice.groups == ["astronomers", "physicists"])
            await #expect(throws: LDAPError.serviceAccountMissing) { try await own.person(named: "alice") }
            await #expect(throws: LDAPError.wrongNameOrPassword) { try await own.signIn(name: "alice", password: "x") }

            var settings = slapd.settings()
            settings.nameTemplate = "uid={name},ou=people,dc=example,dc=org"
            let directory = LDAPDirectory(settings)
            #expect(try await directory.signIn(name: "alice", password: "ecila") == alice)
            #expect(try await directory.person(named: "alice") == alice)
            #expect(try await directory.person(named: "nobody") == nil)
        }
    }

    @Test func `by a template lets in only whom the filter matches`() async throws {
        try await withSlapd { slapd async throws in
            var settings = slapd.settings(bindName: nil)
            settings.filter = "(&(uid={name})(mail=*))"
            let directory = LDAPDirectory(settings)
            #expect(try await directory.signIn(name: "alice", password: "ecila").name == "alice")
            await #expect(throws: LDAPError.wrongNameOrPassword) {
                try await directory.signIn(name: "bob", password: "bob")
            }
        }
    }
}

@Suite struct `Checking a directory` {
    @Test func `finds nothing where all is well`() async throws {
        try await withSlapd { slapd in try await LDAPDirectory(slapd.settings()).check() }
    }

    @Test func `names an account that isn't let in, and tells no password`() async throws {
        try await withSlapd { slapd async throws in
            var settings = slapd.settings()
            settings.bindPassword = "a wrong secret"
            let directory = LDAPDirectory(settings)
            for action in [{ try await directory.check() }, { _ = try await directory.person(named: "alice") }] {
                await #expect {
                    try await action()
                } throws: { error in
                    guard case LDAPError.serviceAccountRefused(slapd.address, _) = error else { return false }
                    return !"\(error)".contains("a wrong secret")
                }
            }
        }
    }

    @Test(arguments: ["base", "groupBase", "filter"])
    func `names what isn't there, or can't be read`(key: String) async throws {
        try await withSlapd { slapd async throws in
            var settings = slapd.settings()
            switch key {
            case "base": settings.base = "dc=nowhere"
            case "groupBase": settings.groupBase = "ou=x,dc=example,dc=org"
            default: settings.filter = "(&(uid={name})"
            }
            await #expect {
                try await LDAPDirectory(settings).check()
            } throws: { error in
                guard case LDAPError.settings(key, _) = error else { return false }
                return true
            }
        }
    }

    @Test func `looks at each server`() async throws {
        let silence = try ReservedPort()
        try await withSlapd { slapd async throws in
            var settings = slapd.settings()
            settings.servers.append("ldap://127.0.0.1:\(silence.number)")
            await #expect {
                try await LDAPDirectory(settings).check()
            } throws: { error in
                guard case LDAPError.unreachable("ldap://127.0.0.1:\(silence.number)", _) = error else { return false }
                return true
            }
        }
    }
}
