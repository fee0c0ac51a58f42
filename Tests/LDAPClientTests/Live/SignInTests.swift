import LDAPClient
import Testing

@Suite struct `Signing in at a real directory` {
    @Test func `gives name, attributes and groups`() async throws {
        try await withSlapd { slapd async throws in
            let alice = try await LDAPDirectory(slapd.settings()).signIn(name: "alice", password: "ecila")
            #expect(alice.dn == "uid=alice,ou=people,dc=example,dc=org")
            #expect(alice.name == "alice")
            #expect(alice.attributes == ["mail": ["alice@example.org", "a@example.org"], "CN": ["The alice"]])
            #expect(alice.groups == ["astronomers", "physicists"])
        }
    }

    @Test func `gives the name as the directory spells it`() async throws {
        try await withSlapd { slapd async throws in
            let directory = LDAPDirectory(slapd.settings())
            for typed in ["ALICE", " alice ", "Alice", "ALİCE"] {
                #expect(try await directory.signIn(name: typed, password: "ecila").name == "alice", "\(typed)")
            }
        }
    }

    @Test func `is refused alike with a wrong password and an unknown name`() async throws {
        try await withSlapd { slapd async throws in
            let directory = LDAPDirectory(slapd.settings())
            for (name, password) in [
                ("alice", "wrong"), ("alice", "bob"), ("alice", ""), ("alice", "ecila\0"), ("alice", "\0"),
                ("nobody", "x"),
                ("", ""), ("", "x"), ("frank", "x"), ("frank", ""), ("search", "open sesame"),
            ] {
                await #expect(throws: LDAPError.wrongNameOrPassword, "\(name)") {
                    try await directory.signIn(name: name, password: password)
                }
            }
        }
    }

    @Test(arguments: [
        "*", "a*", "ali*", ")(uid=*", "*)(uid=*))(|(uid=*", "alice)(|(uid=*", "\\", "\\2a", "alice\\", "\0", "alice\0",
        "alice\0)(uid=*", "alice,ou=people,dc=example,dc=org", "uid=alice", "alice+cn=Alice", "&", "|(uid=alice)", "!",
        "(", "älice", "alice\u{200B}x", "\u{FFFF}", "\n", " ", "{name}", "{dn}", "a\\2ab",
        String(repeating: "x", count: 10_240), String(repeating: "*", count: 10_240),
        String(repeating: "(", count: 200),
    ])
    func `takes a name for nothing but a name`(name: String) async throws {
        try await withSlapd { slapd async throws in
            for template in [nil, "uid={name},ou=people,dc=example,dc=org"] {
                var settings = slapd.settings()
                settings.nameTemplate = template
                let directory = LDAPDirectory(settings)
                await #expect(throws: LDAPError.wrongNameOrPassword) {
                    try await directory.signIn(name: name, password: "ecila")
                }
                #expect(try await directory.person(named: name) == nil)
                #expect(try await directory.signIn(name: "alice", password: "ecila").name == "alice")
            }
        }
    }

    @Test(arguments: ["jürgen", "a*b", "a,b+c"], [nil, "uid={name},ou=people,dc=example,dc=org"])
    func `works for names with any sign`(name: String, template: String?) async throws {
        try await withSlapd { slapd async throws in
            var settings = slapd.settings()
            settings.nameTemplate = template
            let person = try await LDAPDirectory(settings).signIn(name: name, password: SlapdContent.password(of: name))
            #expect(person.name == name)
        }
    }

    @Test func `is refused where two entries match, whatever the password`() async throws {
        try await withSlapd { slapd async throws in
            let directory = LDAPDirectory(slapd.settings())
            let expected = LDAPError.ambiguous(server: slapd.address)
            await #expect(throws: expected) { try await directory.signIn(name: "twin", password: "niwt") }
            await #expect(throws: expected) { try await directory.person(named: "twin") }
        }
    }

    @Test func `is refused where more entries match than the server may tell`() async throws {
        try await withSlapd { slapd async throws in
            var settings = slapd.settings()
            settings.filter = "(|(uid={name})(objectClass=inetOrgPerson))"
            await #expect(throws: LDAPError.ambiguous(server: slapd.address)) {
                try await LDAPDirectory(settings).signIn(name: "alice", password: "ecila")
            }
        }
    }

    @Test func `is refused where the server tells less than there is`() async throws {
        let limits = "limits dn.exact=\"\(SlapdContent.serviceName)\" size.soft=1\n"
        try await withSlapd(limits: limits) { slapd async throws in
            let directory = LDAPDirectory(slapd.settings())
            await #expect(throws: LDAPError.ambiguous(server: slapd.address)) {
                try await directory.signIn(name: "twin", password: "niwt")
            }
            // In two groups, of which one is told.
            await #expect {
                try await directory.signIn(name: "alice", password: "ecila")
            } throws: { error in
                guard case LDAPError.unexpectedAnswer(_, let reason) = error else { return false }
                return reason.contains("groups")
            }
            #expect(try await directory.signIn(name: "jürgen", password: "negrüj").groups.isEmpty)
        }
    }

    @Test func `asks no server for more groups than it allows`() async throws {
        let limits = "limits dn.exact=\"\(SlapdContent.serviceName)\" size.soft=5 size.hard=5 time.soft=5 time.hard=5\n"
        try await withSlapd(limits: limits) { slapd async throws in
            #expect(try await LDAPDirectory(slapd.settings()).person(named: "alice")?.groups.count == 2)
        }
    }

    @Test func `tells a locked account and an expired password, as the server does`() async throws {
        try await withSlapd { slapd async throws in
            let directory = LDAPDirectory(slapd.settings())
            await #expect(throws: LDAPError.accountLocked) {
                try await directory.signIn(name: "carol", password: "lorac")
            }
            await #expect(throws: LDAPError.passwordExpired) {
                try await directory.signIn(name: "dave", password: "evad")
            }
            await #expect(throws: LDAPError.passwordExpired) {
                try await directory.signIn(name: "erin", password: "nire")
            }
            await #expect(throws: LDAPError.wrongNameOrPassword) {
                try await directory.signIn(name: "erin", password: "wrong")
            }
        }
    }

    @Test func `is refused for an entry with two names`() async throws {
        try await withSlapd { slapd async throws in
            await #expect {
                try await LDAPDirectory(slapd.settings()).signIn(name: "eve", password: "eve")
            } throws: { error in
                guard case LDAPError.unexpectedAnswer(_, let reason) = error else { return false }
                return reason.contains("2 values of uid")
            }
        }
    }

    @Test func `lets fifty in at once, each as themselves`() async throws {
        let names = (1...10).map { "user\($0)" }
        let entries = names.map { SlapdContent.person($0) }.joined()
        try await withSlapd(extra: entries) { slapd async throws in
            let directory = LDAPDirectory(slapd.settings())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for attempt in 0..<50 {
                    let name = names[attempt % names.count]
                    group.addTask { () async throws in
                        if attempt % 5 == 4 {
                            await #expect(throws: LDAPError.wrongNameOrPassword) {
                                try await directory.signIn(name: name, password: "wrong")
                            }
                        } else {
                            let password = SlapdContent.password(of: name)
                            #expect(try await directory.signIn(name: name, password: password).name == name)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `never leaves somebody's password on the connection of searches`() async throws {
        try await withSlapd { slapd async throws in
            // Whoever is bound as bob, or as nobody, doesn't find alice.
            let directory = LDAPDirectory(slapd.settings(), threads: 1)
            for _ in 1...5 {
                #expect(try await directory.signIn(name: "bob", password: "bob").groups == ["chemists", "physicists"])
                _ = try? await directory.signIn(name: "bob", password: "wrong")
                #expect(try await directory.person(named: "alice")?.groups == ["astronomers", "physicists"])
            }
        }
    }

    @Test func `follows no referral to another server`() async throws {
        let elsewhere = try Listener()
        let entry = """
            dn: uid=rita,ou=open,dc=example,dc=org
            objectClass: referral
            objectClass: extensibleObject
            uid: rita
            ref: ldap://127.0.0.1:\(elsewhere.port)/uid=rita,dc=example,dc=org


            """
        try await withSlapd(extra: entry) { slapd async throws in
            let directory = LDAPDirectory(slapd.settings())
            await #expect(throws: LDAPError.wrongNameOrPassword) {
                try await directory.signIn(name: "rita", password: "atir")
            }
            var settings = slapd.settings()
            settings.nameTemplate = "uid={name},ou=open,dc=example,dc=org"
            await #expect(throws: LDAPError.self) {
                try await LDAPDirectory(settings).signIn(name: "rita", password: "atir")
            }
            #expect(elsewhere.visitors() == 0)
        }
    }
}
