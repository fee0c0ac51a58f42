import Foundation
import Testing

@testable import OpenIDClient

extension ChangedToken {
    static let logoutTokens: [ChangedToken] = [
        .init("nothing", nil) { _ in },
        .init("no type", nil) { $0.header["typ"] = nil },
        .init("an ID token's type", nil) { $0.header["typ"] = "JWT" },
        .init("an access token's type", .wrongKind) { $0.header["typ"] = "at+jwt" },
        .init("an ID token", .wrongKind) { $0.claims["events"] = nil },
        .init("another event", .wrongKind) { $0.claims["events"] = ["http://schemas.openid.net/event/other": [:]] },
        .init("an event that isn't an object", .wrongKind) {
            $0.claims["events"] = ["http://schemas.openid.net/event/backchannel-logout": true]
        },
        .init("a list of events", .wrongKind) {
            $0.claims["events"] = ["http://schemas.openid.net/event/backchannel-logout"]
        },
        .init("a nonce", .wrongKind) { $0.claims["nonce"] = "n" },
        .init("null as nonce", .wrongKind) { $0.claims["nonce"] = .null },
        .init("another issuer", .foreignIssuer) { $0.claims["iss"] = "https://evil.example" },
        .init("another audience", .foreignAudience) { $0.claims["aud"] = "other" },
        .init("no audience", .missing("aud")) { $0.claims["aud"] = nil },
        .init("no beginning", .missing("iat")) { $0.claims["iat"] = nil },
        .init("no name of its own", .missing("jti")) { $0.claims["jti"] = nil },
        .init("an empty name of its own", .wrongType("jti")) { $0.claims["jti"] = "" },
        .init("a number as name of its own", .wrongType("jti")) { $0.claims["jti"] = 1 },
        .init("only a subject", nil) { $0.claims["sid"] = nil },
        .init("only a session", nil) { $0.claims["sub"] = nil },
        .init("neither subject nor session", .missing("sub")) { token in
            for name in ["sub", "sid"] { token.claims[name] = nil }
        },
        .init("an empty session", .wrongType("sid")) { $0.claims["sid"] = "" },
        .init("a number as subject", .wrongType("sub")) { $0.claims["sub"] = 7 },
        .init("expired", .expired) { $0.claims["exp"] = TrialToken.seconds(-120) },
        .init("no end, and just made", nil) { $0.claims["exp"] = nil },
        .init("no end, and made long ago", .expired) { token in
            token.claims["exp"] = nil
            token.claims["iat"] = TrialToken.seconds(-240)
        },
        .init("made in the future", .notYetValid) { $0.claims["iat"] = TrialToken.seconds(121) },
        .init("another's signature", .signature) { $0.key = .other },
        .init("alg none", .algorithm) { $0.header["alg"] = "none" },
    ]
}

@Suite(.timeLimit(.minutes(2))) struct LogoutTests {
    @Test(arguments: ChangedToken.logoutTokens)
    func `a logout token holds only if everything about it is right`(_ changed: ChangedToken) async throws {
        try await withProvider { provider in
            var token = TrialToken.logoutToken(of: provider.issuer)
            changed.change(&token)
            let text = try token.text
            let error = await failure { try await provider.client.logoutNotice(text) }
            #expect(error == changed.fault.map(OpenIDError.invalidToken))
        }
    }

    @Test func `a notice says whose session ends and how long to remember it`() async throws {
        try await withProvider { provider in
            let text = try TrialToken.logoutToken(of: provider.issuer).text
            let notice = try await provider.client.logoutNotice(text)
            let end = noon.addingTimeInterval(240)
            #expect(
                notice == LogoutNotice(subject: "alice@example.org", sessionID: "s1", identifier: "j1", expires: end)
            )
            provider.clock.advance(by: 240)
            #expect(await failure { try await provider.client.logoutNotice(text) } == .invalidToken(.expired))
        }
    }

    @Test func `a browser posts the end of a session, with the ID token in no address`() async throws {
        try await withProvider { provider in
            let form = try await provider.client.endSession(
                idToken: "id.to.ken",
                returningTo: "https://hub.example.org/",
                state: "st4te"
            )
            let fields = [
                ("id_token_hint", "id.to.ken"), ("client_id", "carrel"),
                ("post_logout_redirect_uri", "https://hub.example.org/"), ("state", "st4te"),
            ]
            #expect(form == EndSessionForm(action: "\(provider.issuer)/logout", fields: fields))
            let bare = try await provider.client.endSession(idToken: nil, returningTo: "https://a/", state: nil)
            #expect(bare?.fields.map(\.name) == ["client_id", "post_logout_redirect_uri"])
        }
    }

    @Test func `there is no form where the provider ends no sessions`() async throws {
        try await withProvider { provider in
            provider.change { $0.metadata["end_session_endpoint"] = .some(nil) }
            let form = try await provider.client.endSession(idToken: nil, returningTo: "https://a/", state: nil)
            #expect(form == nil)
        }
    }
}
