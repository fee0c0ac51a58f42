import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelAuth

/// The pair of RFC 7636, appendix B.
private let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
private let challenge = PKCEChallenge(method: .sha256, value: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")

private let client = OAuthClient(
    id: "jupyterhub-user-alice",
    secretHash: SecretHash(of: "the-server-token"),
    redirectURI: "/user/alice/oauth_callback",
    resource: .server(user: "alice", name: ""),
    title: "Alice's server"
)

private func code(
    client: String = "jupyterhub-user-alice",
    challenge: PKCEChallenge? = challenge,
    isUsed: Bool = false
) -> OAuthCode {
    OAuthCode(
        clientID: client,
        userID: 7,
        sessionID: "s1",
        redirectURI: "/user/alice/oauth_callback",
        scopes: TokenScopes.required(for: .server(user: "alice", name: "")),
        challenge: challenge,
        expires: noon + 300,
        isUsed: isUsed
    )
}

private func form(_ changes: [String: String?] = [:]) -> [(name: String, value: String)] {
    var items = [
        "client_id": "jupyterhub-user-alice", "client_secret": "the-server-token", "grant_type": "authorization_code",
        "code": "0123456789abcdef0123456789abcdef", "redirect_uri": "/user/alice/oauth_callback",
        "code_verifier": verifier,
    ]
    for (name, value) in changes { items[name] = value }
    return items.map { ($0.key, $0.value) }
}

private func failure(_ error: String, _ message: String? = nil, status: Int = 400) -> TokenExchange.Failure {
    TokenExchange.Failure(status: status, error: error, message: message)
}

extension TokenExchange.Step {
    fileprivate var isGrant: Bool {
        if case .grant = self { true } else { false }
    }
}

@Suite struct TokenExchangeTests {
    private let exchange = TokenExchange()

    private func decide(
        _ changes: [String: String?] = [:],
        _ record: OAuthCode? = code(),
        authorization: String? = nil,
        at now: Date = noon
    ) -> TokenExchange.Step {
        exchange.decide(
            TokenRequest(form: form(changes), authorization: authorization),
            client: client,
            code: record,
            at: now
        )
    }

    @Test(arguments: [nil, "token the-server-token", "Bearer x", "Basic !!!"])
    func `the stock server's request is granted`(_ authorization: String?) {
        let step = decide(authorization: authorization)
        #expect(
            step
                == .grant(
                    TokenExchange.Grant(
                        userID: 7,
                        clientID: "jupyterhub-user-alice",
                        sessionID: "s1",
                        scopes: code().scopes,
                        lifetime: .seconds(1_209_600)
                    )
                )
        )
    }

    /// As observed in JupyterHub, reference 1.11.
    @Test(
        arguments: [
            (["grant_type": "password"], failure("unsupported_grant_type")),
            (["grant_type": "client_credentials"], failure("unsupported_grant_type")),
            (["grant_type": nil], failure("unsupported_grant_type")),
            (["grant_type": "refresh_token"], failure("invalid_request", "Missing refresh token parameter.")),
            (["grant_type": "refresh_token", "refresh_token": "x"], failure("unauthorized_client")),
            (
                ["grant_type": "refresh_token", "refresh_token": "x", "client_secret": "bad"],
                failure("invalid_client", status: 401)
            ),
            (["code": nil], failure("invalid_request", "Missing code parameter.")),
            (["code": ""], failure("invalid_request", "Missing code parameter.")),
            (["client_secret": "the-server-tokem"], failure("invalid_client", status: 401)),
            (["client_secret": nil], failure("invalid_client", status: 401)),
            (["client_secret": "short"], failure("invalid_client", status: 401)),
            (["client_id": nil], failure("invalid_client", status: 401)),
            (["client_id": "another"], failure("invalid_client", status: 401)),
            (["redirect_uri": "/user/bob/oauth_callback"], failure("invalid_request", "Mismatching redirect URI.")),
            (["code_verifier": nil], failure("invalid_request", "Code verifier required.")),
            (["code_verifier": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"], failure("invalid_grant")),
            (["code_verifier": "short"], failure("invalid_grant")),
        ] as [([String: String?], TokenExchange.Failure)]
    )
    func `a wrong request is refused as JupyterHub does`(_ changes: [String: String?], _ failure: TokenExchange.Failure)
    {
        #expect(decide(changes) == .refuse(failure))
    }

    @Test func `an unknown code, another client's and a late one are refused`() {
        #expect(decide([:], nil) == .refuse(failure("invalid_grant")))
        #expect(decide([:], code(client: "jupyterhub-user-bob")) == .refuse(failure("invalid_grant")))
        #expect(decide(at: noon + 300) == .refuse(failure("invalid_grant")))
        #expect(decide(at: noon + 299.9).isGrant)
    }

    @Test func `a code shown twice revokes what was made from it, but only its own client can do that`() {
        #expect(decide([:], code(isUsed: true)) == .refuseAndRevoke(failure("invalid_grant")))
        #expect(decide([:], code(isUsed: true), at: noon + 9999) == .refuseAndRevoke(failure("invalid_grant")))
        #expect(
            decide(["client_secret": "guess-guess"], code(isUsed: true))
                == .refuse(failure("invalid_client", status: 401))
        )
        #expect(decide([:], code(client: "another", isUsed: true)) == .refuse(failure("invalid_grant")))
    }

    @Test func `an unknown client is refused like a wrong secret`() {
        let step = exchange.decide(TokenRequest(form: form(), authorization: nil), client: nil, code: code(), at: noon)
        #expect(step == .refuse(failure("invalid_client", status: 401)))
    }

    @Test func `a client may show itself by Basic, but not twice`() {
        let basic = "Basic " + Data("jupyterhub-user-alice:the%2Dserver-token".utf8).base64EncodedString()
        #expect(decide(["client_secret": nil, "client_id": nil], authorization: basic).isGrant)
        #expect(
            decide(authorization: basic) == .refuse(failure("invalid_request", "Duplicate client_secret parameter."))
        )
    }

    @Test(arguments: ["client_id", "client_secret", "grant_type", "code", "redirect_uri", "code_verifier"])
    func `a parameter that comes twice is refused`(_ name: String) {
        let request = TokenRequest(form: form() + form().filter { $0.name == name }, authorization: nil)
        let step = exchange.decide(request, client: client, code: code(), at: noon)
        #expect(step == .refuse(failure("invalid_request", "Duplicate \(name) parameter.")))
    }

    @Test func `without a redirect the registered one counts`() {
        #expect(decide(["redirect_uri": nil]).isGrant)
    }

    @Test func `a challenge that was stripped on the way is noticed`() {
        #expect(decide([:], code(challenge: nil)) == .refuse(failure("invalid_grant", "Challenge not found")))
        #expect(decide(["code_verifier": nil], code(challenge: nil)).isGrant)
        let strict = TokenExchange(pkce: .required).decide(
            TokenRequest(form: form(["code_verifier": nil]), authorization: nil),
            client: client,
            code: code(challenge: nil),
            at: noon
        )
        #expect(strict == .refuse(failure("invalid_request", "Code verifier required.")))
    }

    @Test func `a plain challenge is met by itself only`() {
        let plain = code(challenge: PKCEChallenge(method: .plain, value: verifier))
        #expect(decide([:], plain).isGrant)
        #expect(
            decide(["code_verifier": String(verifier.dropLast()) + "j"], plain) == .refuse(failure("invalid_grant"))
        )
    }

    @Test func `whatever is sent, nothing but the right request is granted`() {
        var generator = SeededGenerator(for: "token request")
        let names = [
            "client_id", "client_secret", "grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "é",
        ]
        let values = form().map(\.value) + ["", "x", "refresh_token", "\u{0}", String(repeating: "a", count: 500)]
        let headers = [
            nil, "", "Basic", "Basic Og==", "Basic /w==", "basic " + Data(":".utf8).base64EncodedString(), "token x",
        ]
        for _ in 0..<5000 {
            let items = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                (
                    name: names.randomElement(using: &generator) ?? "",
                    value: values.randomElement(using: &generator) ?? ""
                )
            }
            let header = headers.randomElement(using: &generator) ?? nil
            let request = TokenRequest(form: items, authorization: header)
            guard exchange.decide(request, client: client, code: code(), at: noon).isGrant else { continue }
            for (name, value) in form() where name != "redirect_uri" && name != "code" {
                #expect(items.contains { $0.name == name && $0.value == value })
            }
        }
    }

    @Test func `a request doesn't print its secrets`() {
        var dumped = ""
        dump([TokenRequest(form: form(), authorization: nil)], to: &dumped)
        #expect(!dumped.contains("the-server-token") && !dumped.contains(verifier))
    }
}

@Suite struct PKCETests {
    @Test(arguments: [
        (PKCEChallenge.Method.sha256, String(repeating: "a", count: 42)), (.sha256, String(repeating: "a", count: 44)),
        (.plain, String(repeating: "a", count: 129)), (.plain, ""), (.sha256, String(repeating: "=", count: 43)),
        (.plain, String(repeating: "é", count: 30)),
    ])
    func `what can't be a challenge is refused`(_ method: PKCEChallenge.Method, _ value: String) {
        #expect(PKCEChallenge(method: method, value: value) == nil)
    }
}
