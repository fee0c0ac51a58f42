import Foundation
import NIOHTTP1
import Synchronization

@testable import OpenIDClient

/// A provider that tests play, and a client of it.
struct TrialProvider: Sendable {
    let server: TrialServer
    let client: OpenIDProvider
    let clock: HandClock
    fileprivate let state: State

    /// What the provider publishes and answers; whatever is missing is nothing that it has.
    struct Behaviour: Sendable {
        /// Members of the metadata besides the usual ones, or instead of them.
        var metadata: [String: OpenIDValue?] = [:]
        var keys: [OpenIDValue] = []
        /// By path, instead of what would be answered.
        var replies: [String: TrialServer.Reply] = [:]
        /// What the token endpoint answers with, besides an access token.
        var tokens: [String: OpenIDValue?] = [:]
        var userInfo: [String: OpenIDValue] = [:]
        var introspection: [String: OpenIDValue] = [:]
    }

    fileprivate final class State: Sendable {
        let behaviour: Mutex<Behaviour>

        init(_ behaviour: Behaviour) {
            self.behaviour = Mutex(behaviour)
        }
    }

    var issuer: String { client.registration.issuer }

    func change(_ work: @Sendable (inout Behaviour) throws -> Void) rethrows {
        try state.behaviour.withLock { try work(&$0) }
    }

    /// The reply with its metadata.
    var document: TrialServer.Reply {
        state.behaviour.withLock { TrialProvider.Behaviour.json($0.document(issuer)) }
    }

    /// How often a path was asked for.
    func count(_ path: String) -> Int { server.requests.count { $0.path == path } }

    func last(_ path: String) -> TrialServer.Request? { server.requests.last { $0.path == path } }

    /// Lets somebody sign in, with an ID token made by the test.
    func signIn(
        _ token: (TrialToken) throws -> String = { try $0.text }
    ) async throws -> OpenIDTokens {
        let request = try await client.authorizationRequest()
        let text = try token(.idToken(of: issuer, nonce: request.secrets.nonce))
        change { $0.tokens["id_token"] = .string(text) }
        let answer = [("code", "c0de"), ("state", request.secrets.state)]
        return try await client.redeem(AuthorizationResponse(query: answer), for: request.secrets)
    }
}

/// Gives a test a provider and a client, and undoes both.
func withProvider(
    _ change: (inout OpenIDRegistration) -> Void = { _ in },
    _ test: (TrialProvider) async throws -> Void
) async throws {
    let state = TrialProvider.State(TrialProvider.Behaviour(keys: [try TrialKey.one.published("one")]))
    let server = try await TrialServer.start { request in
        let host = "http://\(request.headers.first(name: "Host") ?? "")"
        return state.behaviour.withLock { $0.reply(to: request, issuer: host) }
    }
    var registration = OpenIDRegistration(
        issuer: "http://127.0.0.1:\(server.port)",
        clientID: "carrel",
        clientSecret: "s3cret",
        redirectURI: "https://hub.example.org/hub/callback",
        scopes: ["openid", "profile"],
        // Longer than any test on a busy machine; those that are about deadlines set theirs.
        deadline: .seconds(60)
    )
    change(&registration)
    let clock = HandClock()
    let outcome: Result<Void, any Error>
    do {
        try await withHTTP { http in
            let client = OpenIDProvider(registration, http: http) { clock.now }
            try await test(TrialProvider(server: server, client: client, clock: clock, state: state))
        }
        outcome = .success(())
    } catch {
        outcome = .failure(error)
    }
    try await server.stop()
    try outcome.get()
}

extension TrialProvider.Behaviour {
    fileprivate func reply(to request: TrialServer.Request, issuer: String) -> TrialServer.Reply {
        if let reply = replies[request.path] { return reply }
        return switch request.path {
        case "/.well-known/openid-configuration": Self.json(document(issuer))
        case "/keys": Self.json(["keys": .array(keys)])
        case "/token": Self.json(merged(["access_token": "acce55", "token_type": "Bearer", "expires_in": 300], tokens))
        case "/userinfo": Self.json(userInfo)
        case "/introspect": Self.json(introspection)
        case "/revoke": .answer(200, body: "")
        default: .answer(404, type: "text/html", body: "<h1>Not found</h1>")
        }
    }

    fileprivate func document(_ issuer: String) -> [String: OpenIDValue] {
        merged(
            [
                "issuer": .string(issuer), "authorization_endpoint": .string("\(issuer)/authorize"),
                "token_endpoint": .string("\(issuer)/token"), "jwks_uri": .string("\(issuer)/keys"),
                "userinfo_endpoint": .string("\(issuer)/userinfo"),
                "introspection_endpoint": .string("\(issuer)/introspect"),
                "revocation_endpoint": .string("\(issuer)/revoke"),
                "end_session_endpoint": .string("\(issuer)/logout"),
            ],
            metadata
        )
    }

    private func merged(
        _ usual: [String: OpenIDValue],
        _ changes: [String: OpenIDValue?]
    ) -> [String: OpenIDValue] {
        changes.reduce(into: usual) { $0[$1.key] = $1.value }
    }

    fileprivate static func json(_ object: [String: OpenIDValue]) -> TrialServer.Reply {
        do {
            return .answer(200, body: String(decoding: try JSONEncoder().encode(object), as: UTF8.self))
        } catch {
            return .cut
        }
    }
}

extension TrialProvider {
    /// The error that some work ends with, done again while it gets stuck before that call: on a busy machine, a deadline
    /// that is short for the sake of a test may end an earlier one.
    func failure(at call: OpenIDCall, of work: () async throws -> some Any) async -> OpenIDError? {
        while true {
            let error = await OpenIDClientTests.failure(of: work)
            if case .slow(let earlier, _) = error, earlier != call { continue }
            return error
        }
    }
}

/// The error that some work ends with.
func failure(of work: () async throws -> some Any) async -> OpenIDError? {
    do {
        _ = try await work()
        return nil
    } catch {
        return error as? OpenIDError
    }
}
