import Foundation
import Testing

@testable import OpenIDClient

private let alice = "alice@example.org"

@Suite(.timeLimit(.minutes(2))) struct RefreshTests {
    /// An ID token of a refresh has no nonce.
    private func idToken(_ provider: TrialProvider, subject: String = alice) throws -> OpenIDValue {
        var token = TrialToken.idToken(of: provider.issuer, nonce: "")
        token.claims["nonce"] = nil
        token.claims["sub"] = .string(subject)
        return .string(try token.text)
    }

    @Test func `a refresh brings new tokens`() async throws {
        try await withProvider { provider in
            let idToken = try idToken(provider)
            provider.change { $0.tokens = ["refresh_token": "newe5t", "id_token": idToken] }
            let tokens = try await provider.client.refresh("refre5h", subject: alice)
            #expect(tokens.refreshToken == "newe5t")
            #expect(tokens.claims.subject == alice)
            let request = try #require(provider.last("/token"))
            #expect(request.form == ["grant_type": "refresh_token", "refresh_token": "refre5h"])
        }
    }

    @Test func `the old refresh token stays where no other comes, and the claims may be missing`() async throws {
        try await withProvider { provider in
            let tokens = try await provider.client.refresh("refre5h", subject: alice)
            #expect(tokens.refreshToken == "refre5h")
            #expect(tokens.idToken == nil)
            #expect(tokens.claims.isEmpty)
            #expect(tokens.scopes == ["openid", "profile"])
        }
    }

    @Test func `tokens about somebody else are refused`() async throws {
        try await withProvider { provider in
            let idToken = try idToken(provider, subject: "mallory")
            provider.change { $0.tokens["id_token"] = idToken }
            let error = await failure { try await provider.client.refresh("refre5h", subject: alice) }
            #expect(error == .mismatch(.subject))
        }
    }

    @Test func `an ID token of a refresh is checked like any other`() async throws {
        try await withProvider { provider in
            let idToken = try idToken(provider)
            provider.change { $0.tokens["id_token"] = idToken }
            provider.clock.advance(by: 3720)
            let error = await failure { try await provider.client.refresh("refre5h", subject: alice) }
            #expect(error == .invalidToken(.expired))
        }
    }

    @Test func `a grant that is over is told apart from a provider that is down`() async throws {
        try await withProvider { provider in
            provider.change { $0.replies["/token"] = .answer(400, body: #"{"error":"invalid_grant"}"#) }
            #expect(await failure { try await provider.client.refresh("refre5h", subject: alice) }?.endsGrant == true)
            provider.change { $0.replies["/token"] = .answer(502, body: #"{"error":"invalid_grant"}"#) }
            #expect(await failure { try await provider.client.refresh("refre5h", subject: alice) }?.endsGrant == false)
        }
    }
}

@Suite(.timeLimit(.minutes(2))) struct UserInfoTests {
    @Test func `claims come for an access token, 200 kB of them too`() async throws {
        try await withProvider { provider in
            let groups = (0..<3000).map { "urn:mace:egi.eu:group:vo\($0).example.org:role=member#aai.egi.eu" }
            provider.change {
                $0.userInfo = ["sub": .string(alice), "eduperson_entitlement": .array(groups.map(OpenIDValue.string))]
            }
            let claims = try await provider.client.userInfo("acce55", subject: alice)
            #expect(claims.strings("eduperson_entitlement") == groups)
            let request = try #require(provider.last("/userinfo"))
            #expect(request.method == "GET")
            #expect(request.authorization == ["Bearer acce55"])
        }
    }

    @Test(
        arguments: [
            (["sub": "mallory"], OpenIDError.mismatch(.subject)), (["sub": "ALICE@example.org"], .mismatch(.subject)),
            (["sub": ""], .mismatch(.subject)), ([:], .nonsense(.userInfo, .member("sub"))),
            (["sub": 1], .nonsense(.userInfo, .member("sub"))),
            (["sub": ["alice@example.org"]], .nonsense(.userInfo, .member("sub"))),
        ] as [([String: OpenIDValue], OpenIDError)]
    )
    func `claims must be about the one who signed in`(
        _ claims: [String: OpenIDValue],
        _ error: OpenIDError,
    ) async throws {
        try await withProvider { provider in
            provider.change { $0.userInfo = claims }
            #expect(await failure { try await provider.client.userInfo("acce55", subject: alice) } == error)
        }
    }

    @Test func `nobody is nobody's subject`() async throws {
        try await withProvider { provider in
            provider.change { $0.userInfo = ["sub": ""] }
            #expect(await failure { try await provider.client.userInfo("a", subject: "") } == .mismatch(.subject))
        }
    }

    @Test(arguments: [
        #"{"error":"invalid_token","error_description":"Token verification failed"}"#, "", "<h1>Unauthorized</h1>",
    ])
    func `a token that is over is told`(_ body: String) async throws {
        try await withProvider { provider in
            provider.change { $0.replies["/userinfo"] = .answer(401, body: body) }
            let error = await failure { try await provider.client.userInfo("acce55", subject: alice) }
            guard case .refused(.userInfo, "invalid_token", _) = error else {
                Issue.record("It was \(error.debugDescription).")
                return
            }
        }
    }

    @Test func `a provider may have none`() async throws {
        try await withProvider { provider in
            provider.change { $0.metadata["userinfo_endpoint"] = .some(nil) }
            let error = await failure { try await provider.client.userInfo("acce55", subject: alice) }
            #expect(error == .notOffered(.userInfo))
        }
    }
}
