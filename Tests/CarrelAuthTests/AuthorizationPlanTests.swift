import Foundation
import Testing

@testable import CarrelAuth

private typealias Step = AuthorizationPlan.Step

private let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

private func client(
    _ resource: OAuthResource? = .server(user: "alice", name: ""),
    allowed: [String] = [],
    confirmation: OAuthClient.Confirmation = .ask,
    redirect: String = "/user/alice/oauth_callback"
) throws -> OAuthClient {
    OAuthClient(
        id: "jupyterhub-user-alice",
        secretHash: SecretHash(of: "secret"),
        redirectURI: redirect,
        resource: resource,
        allowedScopes: try Scope.list(allowed),
        confirmation: confirmation,
        title: "Alice's server"
    )
}

private func visitor(_ name: String = "alice", _ scopes: [String] = ["self"], granted: [String] = []) throws
    -> AuthorizationPlan.Visitor
{
    AuthorizationPlan.Visitor(
        userID: 7,
        userName: name,
        sessionID: "s1",
        scopes: ScopeSet(expanding: try Scope.list(scopes), owner: .user(name)),
        granted: try Scope.list(granted),
        membership: GroupMembership { user, group in user == "alice" && group == "lab" }
    )
}

private func query(_ changes: [String: String?] = [:]) -> [(name: String, value: String)] {
    var items = [
        "client_id": "jupyterhub-user-alice", "redirect_uri": "/user/alice/oauth_callback", "response_type": "code",
        "code_challenge": challenge, "code_challenge_method": "S256", "state": "st&te/ü",
    ]
    for (name, value) in changes { items[name] = value }
    return items.map { ($0.key, $0.value) }
}

private let required = ["read:users:name!user", "read:users:groups!user", "access:servers!server=alice/"]

extension AuthorizationPlan.Step {
    /// What is granted, if anything is.
    fileprivate var code: OAuthCode? {
        if case .grant(let code) = self { code } else { nil }
    }

    /// What is asked, if anything is.
    fileprivate var question: (described: [Scope], offered: [Scope])? {
        if case .confirm(let described, let offered) = self { (described, offered) } else { nil }
    }
}

@Suite struct AuthorizationPlanTests {
    private let plan = AuthorizationPlan()

    private func decide(
        _ changes: [String: String?] = [:],
        client record: OAuthClient?,
        _ visitor: AuthorizationPlan.Visitor?,
        _ consent: AuthorizationPlan.Consent = .notAsked
    ) -> Step {
        plan.decide(
            AuthorizationRequest(query: query(changes)),
            client: record,
            visitor: visitor,
            consent: consent,
            at: noon
        )
    }

    @Test func `the stock server's request is granted to its owner without asking`() throws {
        let step = try decide(client: client(), visitor())
        #expect(
            step
                == .grant(
                    OAuthCode(
                        clientID: "jupyterhub-user-alice",
                        userID: 7,
                        sessionID: "s1",
                        redirectURI: "/user/alice/oauth_callback",
                        scopes: try Scope.list(required),
                        challenge: PKCEChallenge(method: .sha256, value: challenge),
                        expires: noon + 300
                    )
                )
        )
    }

    @Test func `somebody who isn't signed in signs in first, whatever else is wrong`() throws {
        #expect(try decide(client: client(), nil) == .signIn)
        #expect(decide(["client_id": nil], client: nil, nil) == .signIn)
    }

    @Test(
        arguments: [
            (["client_id": nil], "Missing client_id parameter."), (["client_id": ""], "Missing client_id parameter."),
            (["client_id": "another"], "Invalid client_id parameter value."),
            (["redirect_uri": "https://evil.example/"], "Mismatching redirect URI."),
            (["redirect_uri": "/user/alice/oauth_callback/"], "Mismatching redirect URI."),
            (["redirect_uri": "/user/alice/oauth_callback?x"], "Mismatching redirect URI."),
            (["redirect_uri": "/user/ALICE/oauth_callback"], "Mismatching redirect URI."),
            (["redirect_uri": "//evil.example/user/alice/oauth_callback"], "Mismatching redirect URI."),
        ] as [([String: String?], String)]
    )
    func `a request whose sender isn't sure gets a page and never a redirect`(
        _ changes: [String: String?],
        _ message: String
    ) throws {
        #expect(try decide(changes, client: client(), visitor()) == .errorPage(status: 400, message: message))
    }

    @Test func `an unknown client gets a page`() throws {
        let step = try decide(client: nil, visitor())
        #expect(step == .errorPage(status: 400, message: "Invalid client_id parameter value."))
    }

    @Test func `a client whose server was removed gets a page`() throws {
        let step = try decide(client: client(nil), visitor())
        #expect(step == .errorPage(status: 500, message: "This client belongs to no server and no service."))
    }

    @Test(arguments: ["client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge"])
    func `a parameter that comes twice is refused`(_ name: String) throws {
        let items = query(["scope": "identify"]) + [(name, "x")]
        let step = try plan.decide(
            AuthorizationRequest(query: items),
            client: client(),
            visitor: visitor(),
            consent: .notAsked,
            at: noon
        )
        #expect(step == .errorPage(status: 400, message: "Duplicate \(name) parameter."))
    }

    @Test(
        arguments: [
            (["response_type": nil], "error=invalid_request&error_description=Missing%20response_type%20parameter."),
            (["response_type": "token"], "error=unsupported_response_type"),
            (["response_type": "code token"], "error=unsupported_response_type"),
            (["scope": "nonsense"], "error=invalid_scope"), (["scope": "admin:users"], "error=invalid_scope"),
            (["scope": "inherit"], "error=invalid_scope"), (["scope": "self"], "error=invalid_scope"),
            (["scope": "access:servers"], "error=invalid_scope"),
            (
                ["code_challenge_method": "S512"],
                "error=invalid_request&error_description=Transform%20algorithm%20not%20supported."
            ),
            (["code_challenge": "short"], "error=invalid_request&error_description=Malformed%20code%20challenge."),
        ] as [([String: String?], String)]
    )
    func `other mistakes are told to the client, with its state`(_ changes: [String: String?], _ error: String) throws {
        let location = "/user/alice/oauth_callback?\(error)&state=st%26te%2F%C3%BC"
        #expect(try decide(changes, client: client(), visitor()) == .redirectError(location: location))
    }

    @Test func `a challenge can be required`() throws {
        let changes: [String: String?] = ["code_challenge": nil, "code_challenge_method": nil]
        let strict = try AuthorizationPlan(pkce: .required).decide(
            AuthorizationRequest(query: query(changes)),
            client: client(),
            visitor: visitor(),
            consent: .notAsked,
            at: noon
        )
        let told = "error=invalid_request&error_description=Code%20challenge%20required.&state=st%26te%2F%C3%BC"
        #expect(strict == .redirectError(location: "/user/alice/oauth_callback?\(told)"))
        let code = try #require(try decide(changes, client: client(), visitor()).code)
        #expect(code.challenge == nil)
    }

    @Test func `without a method the challenge is plain, without a redirect it is the registered one`() throws {
        let changes: [String: String?] = ["code_challenge_method": nil, "redirect_uri": nil, "state": nil]
        let code = try #require(try decide(changes, client: client(), visitor()).code)
        #expect(code.challenge?.method == .plain && code.redirectURI == "/user/alice/oauth_callback")
    }

    @Test func `another user may not enter, nor by sending the form`() throws {
        #expect(try decide(client: client(), visitor("bob")) == .forbidden)
        #expect(try decide(client: client(), visitor("bob"), .given(scopes: [])) == .forbidden)
        #expect(try decide(client: client(confirmation: .never), visitor("bob")) == .forbidden)
        #expect(try decide(client: client(.service("x")), visitor()) == .forbidden)
    }

    @Test func `an administrator and a member of the right group are asked, and may enter`() throws {
        let other = try client(.server(user: "alice", name: ""))
        let offered = try Scope.list(required)
        for scopes in [["access:servers"], ["access:servers!user=alice"], ["access:servers!group=lab"]] {
            let step = try decide(client: other, visitor("bob", ["self"] + scopes))
            #expect(step == .confirm(described: [Scope(.noScope)], offered: offered))
        }
        #expect(try decide(client: other, visitor("bob", ["access:servers!group=field"])) == .forbidden)
    }

    @Test func `nobody is asked twice, nor for a service that the operator vouches for`() throws {
        let bob = try visitor("bob", ["self", "access:servers"], granted: required)
        #expect(try decide(client: client(), bob).code != nil)
        let new = try visitor("bob", ["self", "access:servers"], granted: ["read:users:name!user"])
        #expect(try decide(client: client(), new).question != nil)
        let fresh = try visitor("bob", ["self", "access:servers"])
        #expect(try decide(client: client(confirmation: .never), fresh).code != nil)
    }

    @Test func `a service is offered what it may ask for as far as the person has it`() throws {
        let service = try client(
            .service("dash"),
            allowed: ["servers!user", "read:users", "read:hub", "read:servers!server=alice/x"]
        )
        let bob = try visitor("alice", ["self", "access:services!service=dash"])
        let (described, offered) = try #require(decide(client: service, bob).question)
        let own = [
            "read:users!user=alice", "read:users:activity!user=alice", "read:users:groups!user=alice",
            "read:users:name!user=alice",
        ]
        let minimum = ["read:users:name!user", "read:users:groups!user", "access:services!service=dash"]
        #expect(offered.map(\.text) == ["servers!user"] + own + ["read:servers!server=alice/x"] + minimum)
        #expect(described.map(\.text) == ["servers!user"] + own + ["read:servers!server=alice/x"])
    }

    @Test func `a service that asks for part of its scopes gets that part`() throws {
        let service = try client(.service("dash"), allowed: ["servers!user", "read:users!user"])
        let alice = try visitor("alice", ["self", "access:services"])
        let step = decide(["scope": "identify read:servers!user"], client: service, alice)
        let (described, _) = try #require(step.question)
        #expect(described.map(\.text) == ["read:servers!user"])
    }

    @Test func `inherit is put before the person by itself and asked for anew`() throws {
        let service = try client(.service("dash"), allowed: ["inherit", "servers!user"])
        let fresh = try visitor("alice", ["self", "access:services"])
        let (described, offered) = try #require(decide(client: service, fresh).question)
        #expect(described == [Scope(.inherit)] && offered.contains(Scope(.inherit)))
        let known = try visitor("alice", ["self", "access:services"], granted: ["self", "access:services"])
        #expect(decide(client: service, known).question != nil)
    }

    @Test(
        arguments: [
            ([], ["read:users:name!user", "read:users:groups!user", "access:services!service=dash"]),
            (["identify"], ["read:users:name!user", "read:users:groups!user", "access:services!service=dash"]),
            (
                ["servers!user"],
                ["servers!user", "read:users:name!user", "read:users:groups!user", "access:services!service=dash"]
            ),
        ] as [([String], [String])]
    )
    func `the form grants what is left in it and the minimum`(_ chosen: [String], _ granted: [String]) throws {
        let service = try client(.service("dash"), allowed: ["servers!user", "tokens!user"])
        let step = try decide(client: service, visitor("alice", ["self", "access:services"]), .given(scopes: chosen))
        let code = try #require(step.code)
        #expect(code.scopes.map(\.text) == granted)
    }

    @Test(arguments: ["admin:users", "inherit", "servers", "servers!user=bob", "self", "rubbish", "tokens!user=alice"])
    func `the form can't grant more than was offered`(_ scope: String) throws {
        let service = try client(.service("dash"), allowed: ["servers!user"])
        let step = try decide(client: service, visitor("alice", ["self", "access:services"]), .given(scopes: [scope]))
        #expect(
            step == .redirectError(location: "/user/alice/oauth_callback?error=invalid_scope&state=st%26te%2F%C3%BC")
        )
    }

    @Test func `the person may say no`() throws {
        let step = try decide(client: client(), visitor("bob", ["access:servers"]), .denied)
        #expect(
            step == .redirectError(location: "/user/alice/oauth_callback?error=access_denied&state=st%26te%2F%C3%BC")
        )
    }
}
