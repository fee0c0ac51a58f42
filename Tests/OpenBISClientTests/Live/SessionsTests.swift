import AsyncHTTPClient
import Foundation
import Testing

@testable import OpenBISClient

@Suite(.enabled(if: StandIn.python != nil), .timeLimit(.minutes(2))) struct SessionsTests {
    @Test(arguments: [["--tls"], ["--tls", "--version", "7.0", "--references"], ["--version", "3.5"]])
    func `somebody signs in, is known, and signs out`(_ arguments: [String]) async throws {
        try await withStandIn(arguments) { openBIS in
            let client = openBIS.client()
            for user in ["alice", "Carl-Otto.B"] {
                let token = try await client.login(user: user, password: user)
                #expect(token.userID == user)
                #expect(try await client.isSessionActive(token))
                let known = try await client.sessionInformation(token)
                #expect(known.userID == user)
                #expect(known.person?.userID == user)
                #expect(!known.isOfPersonalAccessToken)

                try await client.logout(token)
                #expect(try await !client.isSessionActive(token))
                try await client.logout(token)
                #expect(await failure { try await client.sessionInformation(token) } == .sessionOver)
            }
            let alice = try await client.sessionInformation(client.login(user: "alice", password: "alice"))
            #expect(alice.person?.name == "Alice Ansermet")
            #expect(alice.person?.email == "alice@lab.example")
        }
    }

    @Test func `who doesn't know the password is told so, and nothing else`() async throws {
        try await withStandIn { openBIS in
            for (user, password) in [("alice", "bob"), ("nobody", "nobody"), ("", "x"), ("alice", "")] {
                let error = await failure { try await openBIS.client().login(user: user, password: password) }
                #expect(error == .wrongCredentials)
            }
        }
    }

    @Test func `the server says what it is`() async throws {
        try await withStandIn(["--tls", "--version", "3.5"]) { openBIS in
            let client = openBIS.client()
            let token = try await client.login(user: "bob", password: "bob")
            let told = try await client.serverInformation(token)
            #expect(told.apiVersion == OpenBISAPIVersion(major: 3, minor: 5))
            #expect(told.version == "20.10.0")
            #expect(told.allowsPersonalAccessTokens)
            #expect(told.longestPersonalAccess == .seconds(30 * 86_400))
            #expect(told.personalAccessWarning == .seconds(3 * 86_400))
        }
    }

    @Test func `a session that is over is told from a server that is`() async throws {
        try await withStandIn { openBIS in
            let client = openBIS.client()
            let token = try await client.login(user: "alice", password: "alice")
            try await openBIS.tell("expire")
            #expect(try await !client.isSessionActive(token))
            #expect(await failure { try await client.serverInformation(token) } == .sessionOver)

            try await openBIS.fault("status", "*", ["status": .number(503), "retry_after": .text("30")])
            let host = openBIS.address.name
            #expect(
                await failure { try await client.isSessionActive(token) } == .unavailable(host, after: .seconds(30))
            )
            try await openBIS.mend()
            try await openBIS.fault("html", "*")
            #expect(await failure { try await client.isSessionActive(token) } == .nonsense(host, .page))
            try await openBIS.mend()
            try await openBIS.fault("error", "*", ["message": .text("Out of \(token.text) memory")])
            #expect(await failure { try await client.isSessionActive(token) } == .refused("Out of … memory"))
        }
    }

    @Test func `a server that isn't there is told as such`() async throws {
        try await withHTTP { http in
            let address = try OpenBISAddress("http://localhost:1")
            let client = OpenBISClient(OpenBISSettings(address: address), http: http, sleep: { _ in })
            #expect(await failure { try await client.login(user: "a", password: "b") } == .unreachable("localhost:1"))
        }
    }

    @Test func `a certificate that isn't trusted is told as such, and let through only if told so`() async throws {
        try await withStandIn { openBIS in
            let host = openBIS.address.name
            try await withHTTP { http in
                let client = OpenBISClient(openBIS.settings, http: http)
                let error = await failure { try await client.login(user: "alice", password: "alice") }
                #expect(error == .untrustedCertificate(host))
            }
            try await withHTTP(try OpenBISClient.httpConfiguration(verifyingCertificates: false)) { http in
                let client = OpenBISClient(openBIS.settings, http: http)
                let token = try await client.login(user: "alice", password: "alice")
                #expect(token.userID == "alice")
            }
        }
    }

    @Test func `a file without certificates is no authority`() throws {
        for file in ["/nonexistent", "/dev/null", "/etc/hostname"] {
            #expect(throws: OpenBISError.unfitAuthority) { _ = try OpenBISClient.httpConfiguration(trusting: file) }
        }
    }

    @Test func `an answer that never comes ends with the deadline`() async throws {
        try await withStandIn { openBIS in
            let token = try await openBIS.client().login(user: "alice", password: "alice")
            for kind in ["slow", "stall"] {
                try await openBIS.fault(kind, "isSessionActive")
                let limit = Duration.milliseconds(300)
                let error = await failure { try await openBIS.client { $0.deadline = limit }.isSessionActive(token) }
                #expect(error == .slow(openBIS.address.name, after: limit))
                try await openBIS.mend()
            }
        }
    }

    @Test func `a sign-in without an answer isn't made again, a question is`() async throws {
        try await withStandIn { openBIS in
            let client = openBIS.client()
            let token = try await client.login(user: "alice", password: "alice")
            try await openBIS.tell("forget")
            try await openBIS.fault("mute", "*", ["times": .number(2)])
            #expect(await failure { try await client.login(user: "bob", password: "bob") } != nil)
            #expect(try await openBIS.count("login") == 1)
            #expect(try await client.isSessionActive(token))
            #expect(try await openBIS.count("isSessionActive") == 2)
        }
    }
}
