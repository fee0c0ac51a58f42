import CarrelTestSupport
import LDAPClient
import Testing

@Suite struct `Servers that fail` {
    private static func silent(_ listener: Listener, deadline: Duration = .milliseconds(300)) -> LDAPSettings {
        LDAPSettings(servers: ["ldap://127.0.0.1:\(listener.port)"], base: "dc=example,dc=org", deadline: deadline)
    }

    private static func isTooSlow(_ error: any Error) -> Bool {
        guard case LDAPError.tooSlow = error else { return false }
        return true
    }

    /// So many times the same that who reads it always has more to read.
    private static func much(_ bytes: [UInt8]) -> [UInt8] { Array(repeatElement(bytes, count: 10_000).joined()) }

    @Test func `are named when nobody listens`() async throws {
        let silence = try ReservedPort()
        let server = "ldap://127.0.0.1:\(silence.number)"
        let directory = LDAPDirectory(LDAPSettings(servers: [server], base: "dc=example,dc=org"))
        for action in [
            { try await directory.check() }, { _ = try await directory.person(named: "alice") },
            { _ = try await directory.signIn(name: "alice", password: "x") },
        ] {
            await #expect {
                try await action()
            } throws: { error in
                guard case LDAPError.unreachable(server, _) = error else { return false }
                return true
            }
        }
    }

    @Test(arguments: ["ldap", "ldaps", "startTLS"], [false, true])
    func `are left when they never answer`(way: String, hasTemplate: Bool) async throws {
        let listener = try Listener()
        var settings = Self.silent(listener)
        if way == "ldaps" { settings.servers = ["ldaps://127.0.0.1:\(listener.port)"] }
        settings.startTLS = way == "startTLS"
        if hasTemplate { settings.nameTemplate = "uid={name},dc=example,dc=org" }
        let directory = LDAPDirectory(settings)
        await #expect { try await directory.signIn(name: "alice", password: "x") } throws: { Self.isTooSlow($0) }
    }

    @Test func `are left by those, too, for whom no thread is free`() async throws {
        let listener = try Listener()
        let directory = LDAPDirectory(Self.silent(listener), threads: 1)
        await withTaskGroup(of: Void.self) { group in
            for _ in 1...8 {
                group.addTask {
                    await #expect { try await directory.person(named: "alice") } throws: { Self.isTooSlow($0) }
                }
            }
        }
    }

    @Test func `are left when the task that asks is cancelled`() async throws {
        let listener = try Listener()
        let directory = LDAPDirectory(Self.silent(listener, deadline: .seconds(3600)))
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: LDAPError.cancelled) { try await directory.signIn(name: "alice", password: "x") }
            }
            group.cancelAll()
        }
    }

    @Test(
        arguments: [
            [], [0x30], Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), [0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF],
            [0x30, 0x88, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x30, 0x80], [0x30, 0x00],
            [0x02, 0x01, 0x01],
            // Success for a bind, though nobody asked for one; entries without an end.
            [0x30, 0x0C, 0x02, 0x01, 0x01, 0x61, 0x07, 0x0A, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00],
            [0x30, 0x0B, 0x02, 0x01, 0x01, 0x64, 0x06, 0x04, 0x02, 0xFF, 0xFE, 0x30, 0x00],
            // Disconnection without being asked (RFC 4511 §4.4.1).
            [
                0x30, 0x24, 0x02, 0x01, 0x00, 0x78, 0x1F, 0x0A, 0x01, 0x34, 0x04, 0x00, 0x04, 0x00, 0x8A, 0x16,
            ] + Array("1.3.6.1.4.1.1466.20036".utf8),
        ] as [[UInt8]]
    )
    func `let nobody in by nonsense`(bytes: [UInt8]) async throws {
        let listener = try Listener()
        let directory = LDAPDirectory(Self.silent(listener, deadline: .seconds(1)))
        try await listener.saying(bytes) {
            await #expect(throws: LDAPError.self) { try await directory.signIn(name: "alice", password: "x") }
            await #expect(throws: LDAPError.self) { try await directory.person(named: "alice") }
        }
    }

    @Test func `let nobody in by the answer to something else`() async throws {
        let listener = try Listener()
        var settings = Self.silent(listener, deadline: .seconds(60))
        settings.nameTemplate = "uid={name},dc=example,dc=org"
        let directory = LDAPDirectory(settings)
        let endOfSearch: [UInt8] = [0x30, 0x0C, 0x02, 0x01, 0x01, 0x65, 0x07, 0x0A, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00]
        try await listener.saying(endOfSearch) {
            await #expect {
                try await directory.signIn(name: "alice", password: "x")
            } throws: { error in
                guard case LDAPError.unexpectedAnswer = error else { return false }
                return true
            }
        }
    }

    @Test func `are taken no more from than was asked for`() async throws {
        let listener = try Listener()
        let directory = LDAPDirectory(Self.silent(listener, deadline: .seconds(60)))
        let entry = Self.much([0x30, 0x0C, 0x02, 0x01, 0x01, 0x64, 0x07, 0x04, 0x03, 0x61, 0x3D, 0x62, 0x30, 0x00])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await listener.flood(entry) }
            await #expect {
                try await directory.person(named: "alice")
            } throws: { error in
                guard case LDAPError.ambiguous = error else { return false }
                return true
            }
            try await group.waitForAll()
        }
    }

    @Test func `are hung up on when they go on and on`() async throws {
        let listener = try Listener()
        let directory = LDAPDirectory(Self.silent(listener, deadline: .seconds(3)))
        // References to other servers, which are passed over.
        let reference = Self.much([0x30, 0x08, 0x02, 0x01, 0x01, 0x73, 0x03, 0x04, 0x01, 0x61])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await listener.flood(reference) }
            await #expect { try await directory.person(named: "alice") } throws: { Self.isTooSlow($0) }
            try await group.waitForAll()
        }
    }

    @Test func `are reached again after a restart`() async throws {
        try await withSlapd { slapd async throws in
            let directory = LDAPDirectory(slapd.settings(), threads: 1)
            #expect(try await directory.signIn(name: "alice", password: "ecila").name == "alice")
            try await slapd.stop()
            await #expect {
                try await directory.signIn(name: "alice", password: "ecila")
            } throws: { error in
                guard case LDAPError.unreachable(slapd.address, _) = error else { return false }
                return true
            }
            try await slapd.start()
            #expect(try await directory.signIn(name: "alice", password: "ecila").name == "alice")
        }
    }

    @Test func `are reached at the first try when they were restarted meanwhile`() async throws {
        try await withSlapd { slapd async throws in
            let directory = LDAPDirectory(slapd.settings(), threads: 1)
            for _ in 1...3 {
                #expect(try await directory.person(named: "alice")?.name == "alice")
                try await slapd.stop()
                try await slapd.start()
            }
            #expect(try await directory.signIn(name: "alice", password: "ecila").name == "alice")
        }
    }

    @Test func `are restarted amid sign-ins, and each ends well or says what is wrong`() async throws {
        try await withSlapd { slapd async throws in
            let directory = LDAPDirectory(slapd.settings())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...4 {
                    group.addTask { () async throws in
                        for _ in 1...50 {
                            do throws(LDAPError) {
                                #expect(try await directory.signIn(name: "alice", password: "ecila").name == "alice")
                            } catch {
                                guard case .unreachable = error else { throw error }
                            }
                        }
                    }
                }
                group.addTask { () async throws in
                    for _ in 1...3 {
                        try await slapd.stop()
                        try await slapd.start()
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await directory.signIn(name: "alice", password: "ecila").name == "alice")
        }
    }

    @Test func `are passed over for the next one, and not waited for again`() async throws {
        let listener = try Listener()
        let silence = try ReservedPort()
        try await withSlapd { slapd async throws in
            var settings = slapd.settings()
            settings.servers = [
                "ldap://127.0.0.1:\(silence.number)", "ldap://127.0.0.1:\(listener.port)", slapd.address,
            ]
            settings.deadline = .seconds(10)
            let directory = LDAPDirectory(settings, threads: 1)
            #expect(try await directory.signIn(name: "alice", password: "ecila").name == "alice")
            #expect(listener.visitors() == 1)
            #expect(try await directory.signIn(name: "alice", password: "ecila").name == "alice")
            #expect(listener.visitors() == 0)
            await #expect(throws: LDAPError.wrongNameOrPassword) {
                try await directory.signIn(name: "alice", password: "wrong")
            }
        }
    }

    @Test func `aren't asked for a password that another server has refused`() async throws {
        let listener = try Listener()
        try await withSlapd { slapd async throws in
            var settings = slapd.settings()
            settings.servers.append("ldap://127.0.0.1:\(listener.port)")
            let directory = LDAPDirectory(settings)
            await #expect(throws: LDAPError.wrongNameOrPassword) {
                try await directory.signIn(name: "alice", password: "wrong")
            }
            #expect(listener.visitors() == 0)
        }
    }
}
