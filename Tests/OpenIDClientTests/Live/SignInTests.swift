import Foundation
import Testing

@testable import OpenIDClient

@Suite(.timeLimit(.minutes(2))) struct SignInTests {
    private let secrets = AuthorizationRequest.Secrets(state: "st4te", nonce: "n0nce", verifier: "verif1er")

    /// What the provider says to somebody who comes back with these.
    private func redeem(_ query: [(String, String)], _ provider: TrialProvider) async -> OpenIDError? {
        await failure { try await provider.client.redeem(AuthorizationResponse(query: query), for: secrets) }
    }

    @Test func `a sign-in begins with state, nonce and a hashed verifier`() async throws {
        try await withProvider { provider in
            provider.change { $0.metadata["authorization_endpoint"] = .string("\(provider.issuer)/authorize?realm=a") }
            let request = try await provider.client.authorizationRequest(prompt: "login")
            let parts = try #require(URLComponents(string: request.url))
            let items = try #require(parts.queryItems).map { "\($0.name)=\($0.value ?? "")" }
            #expect(parts.path == "/authorize")
            #expect(
                items == [
                    "realm=a", "response_type=code", "client_id=carrel",
                    "redirect_uri=https://hub.example.org/hub/callback", "scope=openid+profile",
                    "state=\(request.secrets.state)", "nonce=\(request.secrets.nonce)",
                    "code_challenge=\(request.secrets.challenge)", "code_challenge_method=S256", "prompt=login",
                ]
            )
            #expect(!request.url.contains(request.secrets.verifier))
            let again = try await provider.client.authorizationRequest()
            #expect(again.secrets.state != request.secrets.state)
            #expect(again.secrets.nonce != request.secrets.nonce)
            #expect(again.secrets.verifier != request.secrets.verifier)
        }
    }

    @Test func `a code becomes tokens`() async throws {
        try await withProvider { provider in
            provider.change { $0.tokens = ["refresh_token": "refre5h", "scope": "openid email"] }
            let tokens = try await provider.signIn()
            #expect(tokens.accessToken == "acce55")
            #expect(tokens.refreshToken == "refre5h")
            #expect(tokens.scopes == ["openid", "email"])
            #expect(tokens.expires == noon + 300)
            #expect(tokens.claims.subject == "alice@example.org")
            #expect(tokens.idToken?.isEmpty == false)
            let again = try JSONDecoder().decode(OpenIDTokens.self, from: JSONEncoder().encode(tokens))
            #expect(again == tokens)
        }
    }

    @Test func `a code is sent with its verifier, and the client shows who it is`() async throws {
        try await withProvider {
            $0.clientID = "carrel hub"
            $0.clientSecret = "s3:cr+t%"
        } _: { provider in
            _ = await failure { try await provider.signIn { try $0.with(claim: "aud", "carrel hub").text } }
            let request = try #require(provider.last("/token"))
            #expect(request.form["code_verifier"]?.count == 43)
            #expect(
                request.form.filter { $0.key != "code_verifier" } == [
                    "grant_type": "authorization_code", "code": "c0de",
                    "redirect_uri": "https://hub.example.org/hub/callback",
                ]
            )
            let pair = Data("carrel+hub:s3%3Acr%2Bt%25".utf8).base64EncodedString()
            #expect(request.authorization == ["Basic \(pair)"])
        }
    }

    @Test(
        arguments: [
            ("s3cret", ["client_secret_post", "private_key_jwt"], ["client_id": "carrel", "client_secret": "s3cret"]),
            (nil, ["client_secret_basic"], ["client_id": "carrel"]), (nil, ["none"], ["client_id": "carrel"]),
        ] as [(String?, OpenIDValue, [String: String])]
    )
    func `a client shows who it is in the form, where it must`(
        _ secret: String?,
        _ offered: OpenIDValue,
        _ fields: [String: String],
    ) async throws {
        try await withProvider {
            $0.clientSecret = secret
        } _: { provider in
            provider.change { $0.metadata["token_endpoint_auth_methods_supported"] = offered }
            _ = try await provider.signIn()
            let request = try #require(provider.last("/token"))
            #expect(request.authorization.isEmpty)
            #expect(request.form.filter { $0.key.hasPrefix("client_") } == fields)
        }
    }

    @Test func `a secret isn't sent in a way that the provider doesn't take`() async throws {
        try await withProvider { provider in
            provider.change { $0.metadata["token_endpoint_auth_methods_supported"] = ["private_key_jwt"] }
            #expect(await failure { try await provider.signIn() } == .unfitRegistration(.clientAuthentication))
            #expect(provider.count("/token") == 0)
        }
    }

    @Test(arguments: [
        [], [("code", "c0de")], [("code", "c0de"), ("state", "")], [("code", "c0de"), ("state", "other")],
        [("code", "c0de"), ("state", "st4tE")], [("code", "c0de"), ("state", "st4te ")],
        [("error", "access_denied"), ("state", "other")], [("state", "other"), ("state", "st4te"), ("code", "c0de")],
    ])
    func `an answer to another request is refused before anything is sent`(_ query: [(String, String)]) async throws {
        try await withProvider { provider in
            #expect(await redeem(query, provider) == .mismatch(.state))
            #expect(provider.server.requests.isEmpty)
        }
    }

    @Test(arguments: ["code", "state", "iss", "error"])
    func `a parameter that comes twice is refused before anything is sent`(_ name: String) async throws {
        try await withProvider { provider in
            let query = [("code", "c0de"), ("state", "st4te"), (name, "a"), (name, "a")]
            #expect(await redeem(query, provider) == .nonsense(.authorization, .repeatedParameter))
            #expect(provider.server.requests.isEmpty)
        }
    }

    @Test(arguments: [("https://evil.example", true), (nil, true), ("https://evil.example", false)])
    func `an answer of another provider is refused`(_ issuer: String?, _ isAnnounced: Bool) async throws {
        try await withProvider { provider in
            provider.change {
                $0.metadata["authorization_response_iss_parameter_supported"] = .bool(isAnnounced)
            }
            for answer in [("code", "c0de"), ("error", "access_denied")] {
                let query = [answer, ("state", "st4te")] + (issuer.map { [("iss", $0)] } ?? [])
                #expect(await redeem(query, provider) == .mismatch(.issuer))
            }
            #expect(provider.count("/token") == 0)
        }
    }

    @Test func `an answer that names its provider passes`() async throws {
        try await withProvider { provider in
            provider.change {
                $0.metadata["authorization_response_iss_parameter_supported"] = true
                $0.replies["/token"] = .answer(400, body: #"{"error":"invalid_grant"}"#)
            }
            let query = [("code", "c0de"), ("state", "st4te"), ("iss", provider.issuer)]
            #expect(await redeem(query, provider) == .refused(.token, code: "invalid_grant", description: nil))
        }
    }

    @Test(arguments: [
        (
            "access_denied", "You said no",
            OpenIDError.refused(.authorization, code: "access_denied", description: "You said no")
        ),
        ("login_required", "", .refused(.authorization, code: "login_required", description: nil)),
        ("<script>", "", .nonsense(.authorization, .member("error"))),
        ("a", "<b>\u{202E}\n\0é</b>", .refused(.authorization, code: "a", description: "<b> </b>")),
    ])
    func `a refusal is passed on, cleaned`(_ code: String, _ words: String, _ error: OpenIDError) async throws {
        try await withProvider { provider in
            let query = [("error", code), ("error_description", words), ("state", "st4te")]
            #expect(await redeem(query, provider) == error)
        }
    }

    @Test(arguments: ["", "a b", "c\r\nd", "ä"])
    func `a code must be one`(_ code: String) async throws {
        try await withProvider { provider in
            let error = await redeem([("code", code), ("state", "st4te")], provider)
            #expect(error == .nonsense(.authorization, .member("code")))
            #expect(provider.count("/token") == 0)
        }
    }

    @Test(
        arguments: [
            ("access_token", nil, "access_token"), ("access_token", "", "access_token"),
            ("access_token", 1, "access_token"),
            ("access_token", "a\nb", "access_token"), ("token_type", nil, "token_type"),
            ("token_type", "mac", "token_type"),
            ("expires_in", -1, "expires_in"), ("expires_in", 1e300, "expires_in"), ("expires_in", "soon", "expires_in"),
            ("expires_in", "nan", "expires_in"), ("expires_in", true, "expires_in"),
            ("refresh_token", [], "refresh_token"),
            ("scope", ["openid"], "scope"), ("id_token", nil, "id_token"), ("id_token", 1, "id_token"),
        ] as [(String, OpenIDValue?, String)]
    )
    func `tokens must have their form`(_ name: String, _ value: OpenIDValue?, _ fault: String) async throws {
        try await withProvider { provider in
            provider.change { $0.tokens[name] = .some(value) }
            let error = await failure {
                // An ID token that the test takes away stays away.
                name == "id_token" ? try await provider.redeemAnything() : try await provider.signIn()
            }
            #expect(error == .nonsense(.token, .member(fault)))
        }
    }

    @Test(arguments: [("3600", 3600), (60.5, 60.5), (nil, nil), (.null, nil), (0, 0)] as [(OpenIDValue?, Double?)])
    func `a lifetime is a number or a number in a text`(_ value: OpenIDValue?, _ seconds: Double?) async throws {
        try await withProvider { provider in
            provider.change { $0.tokens["expires_in"] = .some(value) }
            let tokens = try await provider.signIn()
            #expect(tokens.expires == seconds.map { noon + $0 })
        }
    }

    @Test func `a code that was used before is told, without what was sent`() async throws {
        try await withProvider { provider in
            let words = "Code c0de of eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.AAAA for s3cret is over"
            let body = #"{"error":"invalid_grant","error_description":"\#(words)"}"#
            provider.change { $0.replies["/token"] = .answer(400, body: body) }
            let error = try #require(await failure { try await provider.signIn() })
            #expect(error == .refused(.token, code: "invalid_grant", description: "Code … of … for … is over"))
            #expect(error.endsGrant)
        }
    }

    @Test func `a client that the provider doesn't know ends no grant`() async throws {
        try await withProvider { provider in
            provider.change { $0.replies["/token"] = .answer(401, body: #"{"error":"invalid_client"}"#) }
            let error = try #require(await failure { try await provider.signIn() })
            #expect(error == .refused(.token, code: "invalid_client", description: nil))
            #expect(!error.endsGrant)
        }
    }

    @Test(arguments: BadAnswer.all)
    func `an answer that can't be used ends no grant`(_ bad: BadAnswer) async throws {
        try await withProvider {
            if case .slow = bad.error(.token) { $0.deadline = .milliseconds(200) }
        } _: { provider in
            provider.change { $0.replies["/token"] = bad.reply }
            let error = try #require(await provider.failure(at: .token) { try await provider.redeemAnything() })
            #expect(error == bad.error(.token))
            #expect(!error.endsGrant)
        }
    }
}

extension TrialProvider {
    /// Redeems a code for whatever the token endpoint gives.
    fileprivate func redeemAnything() async throws -> OpenIDTokens {
        let request = try await client.authorizationRequest()
        let answer = [("code", "c0de"), ("state", request.secrets.state)]
        return try await client.redeem(AuthorizationResponse(query: answer), for: request.secrets)
    }
}
