import Foundation
import Testing

@testable import OpenIDClient

extension ChangedToken {
    static let accessTokens: [ChangedToken] = [
        .init("nothing", nil) { _ in },
        .init("RFC 9068's type", nil) { $0.header["typ"] = "at+jwt" },
        .init("expired", .expired) { $0.claims["exp"] = TrialToken.seconds(-121) },
        .init("no end", .missing("exp")) { $0.claims["exp"] = nil },
        .init("not valid yet", .notYetValid) { $0.claims["nbf"] = TrialToken.seconds(121) },
        .init("a foreign audience", .foreignAudience) { $0.claims["aud"] = ["other"] },
        .init("a foreign audience but our client", .foreignAudience) { token in
            token.claims["aud"] = "account"
            token.claims["azp"] = "carrel"
        },
        .init("no audience, issued to us", nil) { token in
            token.claims["aud"] = nil
            token.claims["azp"] = "carrel"
        },
        .init("no audience, issued to another", .foreignAudience) { token in
            token.claims["aud"] = nil
            token.claims["azp"] = "other"
            token.claims["client_id"] = "carrel"
        },
        .init("no audience, and the client in RFC 9068's claim", nil) { token in
            token.claims["aud"] = nil
            token.claims["client_id"] = "carrel"
        },
        .init("neither audience nor client", .foreignAudience) { $0.claims["aud"] = nil },
        .init("an audience of another kind", .wrongType("aud")) { $0.claims["aud"] = [:] },
        .init("another issuer", .foreignIssuer) { $0.claims["iss"] = "https://evil.example" },
        .init("no subject", .missing("sub")) { $0.claims["sub"] = nil },
        .init("an unknown key", .unknownKey) { $0.header["kid"] = "two" },
        .init("another's signature", .signature) { $0.key = .other },
        .init("alg none", .algorithm) { $0.header["alg"] = "none" },
        .init("HMAC, as Keycloak's refresh tokens", .algorithm) { $0.header["alg"] = "HS512" },
        .init("an ID token, as Keycloak's", .wrongKind) { $0.claims["typ"] = "ID" },
        .init("an ID token, as others'", .wrongKind) { $0.claims["at_hash"] = "x" },
        .init("an ID token that says little", .wrongKind) { token in
            token.claims["typ"] = nil
            token.claims["nonce"] = "n"
        },
        .init("an access token of an old Keycloak", nil) { $0.claims["nonce"] = "n" },
        .init("a logout token", .wrongKind) { $0.header["typ"] = "logout+jwt" },
        .init("crit", .critical) { $0.header["crit"] = ["x"] },
    ]

    static let introspected: [ChangedToken] = [
        .init("nothing", nil) { _ in },
        .init("only what Check-in says", nil) { token in
            for name in ["iss", "aud"] { token.claims[name] = nil }
            token.claims["client_id"] = "carrel"
        },
        .init("not active", .inactive) { $0.claims = ["active": false] },
        .init("expired", .expired) { $0.claims["exp"] = TrialToken.seconds(-121) },
        .init("a foreign audience", .foreignAudience) { $0.claims["aud"] = "other" },
        .init("another client", .foreignAudience) { token in
            token.claims["aud"] = nil
            token.claims["client_id"] = "other"
        },
        .init("another issuer", .foreignIssuer) { $0.claims["iss"] = "https://evil.example" },
        .init("no subject", .missing("sub")) { $0.claims["sub"] = nil },
        .init("a refresh token", .wrongKind) { $0.claims["token_type"] = "Refresh" },
        .init("a bearer token", nil) { $0.claims["token_type"] = "bearer" },
    ]
}

@Suite(.timeLimit(.minutes(2))) struct AccessTokenTests {
    @Test(arguments: ChangedToken.accessTokens)
    func `a JWT holds by the provider's keys`(_ changed: ChangedToken) async throws {
        try await withProvider { provider in
            var token = TrialToken.accessToken(of: provider.issuer)
            changed.change(&token)
            let text = try token.text
            let error = await failure { try await provider.client.accessClaims(text, audiences: ["carrel", "hub"]) }
            #expect(error == changed.fault.map(OpenIDError.invalidToken))
            #expect(provider.count("/introspect") == 0)
        }
    }

    @Test(arguments: ChangedToken.introspected)
    func `an opaque token holds by the provider's word`(_ changed: ChangedToken) async throws {
        try await withProvider { provider in
            var token = TrialToken.accessToken(of: provider.issuer)
            token.claims["active"] = true
            token.claims["typ"] = nil
            changed.change(&token)
            provider.change { [claims = token.claims] in $0.introspection = claims }
            let error = await failure {
                try await provider.client.accessClaims("opaque", audiences: ["carrel", "hub"])
            }
            #expect(error == changed.fault.map(OpenIDError.invalidToken))
        }
    }

    @Test func `an introspection shows who asks`() async throws {
        try await withProvider { provider in
            provider.change {
                $0.introspection = ["active": true, "sub": "alice", "client_id": "carrel", "groups": ["a"]]
            }
            let claims = try await provider.client.accessClaims("opaque", audiences: ["carrel"])
            #expect(claims.subject == "alice")
            #expect(claims.strings("groups") == ["a"])
            let request = try #require(provider.last("/introspect"))
            #expect(request.form == ["token": "opaque", "token_type_hint": "access_token"])
            #expect(request.authorization == ["Basic Y2FycmVsOnMzY3JldA=="])
        }
    }

    @Test(arguments: [#"{}"#, #"{"active":"true"}"#, #"{"active":1}"#])
    func `an introspection says yes or no`(_ body: String) async throws {
        try await withProvider { provider in
            provider.change { $0.replies["/introspect"] = .answer(200, body: body) }
            let error = await failure { try await provider.client.accessClaims("opaque", audiences: ["carrel"]) }
            #expect(error == .nonsense(.introspection, .member("active")))
        }
    }

    @Test func `an opaque token is worth nothing where there is no introspection`() async throws {
        try await withProvider { provider in
            provider.change { $0.metadata["introspection_endpoint"] = .some(nil) }
            let error = await failure { try await provider.client.accessClaims("opaque", audiences: ["carrel"]) }
            #expect(error == .invalidToken(.malformed))
        }
    }

    @Test(arguments: ["", "a b", "a\r\nX: y", "ä", "a\u{0}"])
    func `a text that can't be a token isn't sent anywhere`(_ text: String) async throws {
        try await withProvider { provider in
            let access = await failure { try await provider.client.accessClaims(text, audiences: ["carrel"]) }
            #expect(access == .invalidToken(.malformed))
            let info = await failure { try await provider.client.userInfo(text, subject: "alice") }
            #expect(info == .invalidToken(.malformed))
            #expect(provider.server.requests.isEmpty)
        }
    }

    @Test func `a token of more than 64 KiB isn't looked at`() async throws {
        try await withProvider { provider in
            let text = String(repeating: "a", count: 65_537)
            let error = await failure { try await provider.client.accessClaims(text, audiences: ["carrel"]) }
            #expect(error == .invalidToken(.tooLarge))
            #expect(provider.server.requests.isEmpty)
        }
    }

    @Test func `a token says where it comes from, whoever made it`() throws {
        var token = TrialToken.accessToken(of: "https://example.org")
        token.key = .other
        #expect(OpenIDProvider.claimedIssuer(of: try token.text) == "https://example.org")
        #expect(OpenIDProvider.claimedIssuer(of: "opaque") == nil)
    }

    @Test func `a token is revoked`() async throws {
        try await withProvider { provider in
            try await provider.client.revoke("refre5h")
            let request = try #require(provider.last("/revoke"))
            #expect(request.form == ["token": "refre5h"])
            #expect(request.authorization == ["Basic Y2FycmVsOnMzY3JldA=="])
        }
    }

    @Test func `nothing is revoked where that isn't offered`() async throws {
        try await withProvider { provider in
            provider.change { $0.metadata["revocation_endpoint"] = .some(nil) }
            try await provider.client.revoke("refre5h")
            #expect(provider.count("/revoke") == 0)
        }
    }

    @Test func `a revocation that is refused is told`() async throws {
        try await withProvider { provider in
            provider.change { $0.replies["/revoke"] = .answer(400, body: #"{"error":"unsupported_token_type"}"#) }
            let error = await failure { try await provider.client.revoke("refre5h") }
            #expect(error == .refused(.revocation, code: "unsupported_token_type", description: nil))
        }
    }
}
