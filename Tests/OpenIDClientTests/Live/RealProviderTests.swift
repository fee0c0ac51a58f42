import CarrelTestSupport
import Foundation
import Testing

@testable import OpenIDClient

private let alice =
    #"{"sub":"alice","name":"Alice","email":"a@example.org","eduperson_entitlement":["urn:geant:a:group:x"]}"#

/// The whole way with a provider that others wrote.
@Suite(.enabled(if: RealProvider.program != nil, "make test-environment"), .serialized, .timeLimit(.minutes(3)))
struct RealProviderTests {
    @Test func `somebody signs in, is known, comes back with a refresh, and is sent out`() async throws {
        try await withRealProvider(["--user-claims", alice, "--require-nonce", "true"]) { provider in
            let client = provider.client()
            let tokens = try await provider.signIn(client, as: "alice")
            #expect(tokens.claims.subject == "alice")
            #expect(tokens.claims["at_hash"] != nil)
            #expect(tokens.claims.strings("aud") == ["carrel"])
            #expect(try #require(tokens.expires) > Date())

            let claims = try await client.userInfo(tokens.accessToken, subject: "alice")
            #expect(claims.string("email") == "a@example.org")
            #expect(claims.strings("eduperson_entitlement") == ["urn:geant:a:group:x"])
            let other = await failure { try await client.userInfo(tokens.accessToken, subject: "bob") }
            #expect(other == .mismatch(.subject))

            let newer = try await client.refresh(try #require(tokens.refreshToken), subject: "alice")
            #expect(newer.accessToken != tokens.accessToken)
            _ = try await client.userInfo(newer.accessToken, subject: "alice")

            try await provider.revokeAll(of: "alice")
            let refreshed = await failure {
                try await client.refresh(newer.refreshToken ?? "", subject: "alice")
            }
            #expect(refreshed?.endsGrant == true)
            guard
                case .refused(.userInfo, _, _) = await failure(of: {
                    try await client.userInfo(newer.accessToken, subject: "alice")
                })
            else {
                Issue.record("A revoked token was taken.")
                return
            }
        }
    }

    @Test func `a code is redeemed once, and only for its own request`() async throws {
        try await withRealProvider { provider in
            let client = provider.client()
            let request = try await client.authorizationRequest()
            let other = try await client.authorizationRequest()
            let response = try await provider.browse(request, as: "alice")
            #expect(await failure { try await client.redeem(response, for: other.secrets) } == .mismatch(.state))

            _ = try await client.redeem(response, for: request.secrets)
            #expect(await failure { try await client.redeem(response, for: request.secrets) }?.endsGrant == true)

            let forged = AuthorizationRequest.Secrets(state: "a", nonce: "b", verifier: request.secrets.verifier)
            let second = try await provider.browse(other, as: "alice")
            let moved = AuthorizationResponse(query: [("code", second.code ?? ""), ("state", "a")])
            #expect(await failure { try await client.redeem(moved, for: forged) } == .mismatch(.nonce))
        }
    }

    @Test func `the provider is stopped, and comes back with other keys`() async throws {
        try await withHTTP { http in
            let port = try ReservedPort()
            let client = try await RealProvider.run(on: Int(port.number), http: http) { provider in
                let client = provider.client()
                _ = try await provider.signIn(client, as: "alice")
                return client
            }
            let stopped = await failure { try await client.refresh("a", subject: "alice") }
            #expect(stopped == .unreachable(.token))
            try await RealProvider.run(on: Int(port.number), http: http) { provider in
                _ = try await provider.signIn(client, as: "alice")
            }
        }
    }

    @Test func `a registered client shows its secret`() async throws {
        try await withRealProvider(["--require-registration", "true"]) { provider in
            let (id, secret) = try await provider.register()
            let client = provider.client(id, secret: secret)
            let tokens = try await provider.signIn(client, as: "alice")
            #expect(tokens.claims.subject == "alice")
            let error = await failure { try await provider.signIn(provider.client(id, secret: "wrong"), as: "alice") }
            guard case .refused(.token, "invalid_client", _) = error else {
                Issue.record("It was \(error.debugDescription).")
                return
            }
        }
    }

    @Test func `tokens of a provider of the same make are refused`() async throws {
        try await withRealProvider { provider in
            let idToken = try #require(try await provider.signIn(provider.client(), as: "alice").idToken)
            try await RealProvider.run(http: provider.http) { other in
                let access = await failure {
                    try await other.client().accessClaims(idToken, audiences: ["carrel"])
                }
                // Its keys have no names, so the one there is is tried.
                #expect(access == .invalidToken(.signature))
            }
        }
    }

    @Test func `a browser's form ends the session there`() async throws {
        try await withRealProvider { provider in
            let client = provider.client()
            let tokens = try await provider.signIn(client, as: "alice")
            let form = try #require(
                try await client.endSession(idToken: tokens.idToken, returningTo: "https://a.example/", state: "s")
            )
            let answer = try await provider.post(
                form.action,
                FormText.encode(form.fields),
                type: "application/x-www-form-urlencoded"
            )
            #expect(answer.status == 200)
            #expect(answer.body.contains("https://a.example/?state=s"))
        }
    }
}
