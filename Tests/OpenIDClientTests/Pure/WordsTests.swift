import Foundation
import Testing

@testable import OpenIDClient

@Suite struct WordsTests {
    @Test(
        arguments: [
            ("Code not valid", "Code not valid"), ("", nil), (nil, nil), ("  \n\t ", nil),
            ("unsupported_response_type, sorry", "unsupported_response_type, sorry"), ("it was hunter2!", "it was …!"),
            ("a\u{0}b\u{1b}[31mc\u{202e}d", "a b [31mc d"), ("Grüße", "Gr e"),
            ("token MTIzNDU2Nzg5MDEyMzQ1Njc4OTA is over", "token … is over"),
            ("see https://example.org/a/long/address/with?token=1", "see …"),
            (String(repeating: "word ", count: 100), String(repeating: "word ", count: 40)),
            (String(repeating: "a", count: 10_000), "…"),
        ] as [(String?, String?)]
    )
    func `a provider's words are cleaned`(_ text: String?, _ cleaned: String?) {
        #expect(ErrorWords.description(text, hiding: ["hunter2", ""]) == cleaned)
    }

    @Test(
        arguments: [
            ("invalid_grant", true), ("a.b-c_9", true), ("", false), (nil, false), ("a b", false), ("<b>", false),
            ("é", false), (String(repeating: "a", count: 65), false),
        ] as [(String?, Bool)]
    )
    func `an error's code is letters, digits and little else`(_ text: String?, _ isCode: Bool) {
        #expect(ErrorWords.code(text) == (isCode ? text : nil))
    }

    @Test func `values with secrets don't print`() throws {
        let registration = OpenIDRegistration(
            issuer: "https://example.org",
            clientID: "carrel",
            clientSecret: "hunter2",
            redirectURI: "https://a/"
        )
        let secrets = AuthorizationRequest.Secrets(state: "hunter2", nonce: "hunter2", verifier: "hunter2")
        let response = AuthorizationResponse(query: [("code", "hunter2"), ("state", "hunter2")])
        let form = EndSessionForm(action: "https://example.org/", fields: [("id_token_hint", "hunter2")])
        let tokens = OpenIDTokens(
            accessToken: "hunter2",
            idToken: "hunter2",
            refreshToken: "hunter2",
            expires: nil,
            scopes: [],
            claims: .empty
        )
        for value in [registration, secrets, response, form, tokens] as [Any] {
            var dumped = ""
            dump(value, to: &dumped)
            #expect(!"\(value) \(String(reflecting: value)) \(dumped) \([value])".contains("hunter2"))
        }
    }

    @Test(arguments: [
        ("Https://example.org/a?b=c", true), ("https://[2001:db8::1]:8443/", true), ("http://127.1.2.3:80/", true),
        ("http://[::1]:80/", true), ("http://localhost/", true), ("http://127.0.0.1.example.org/", false),
        ("http://127.1/", false), ("http://2130706433/", false), ("http://localhost.example.org/", false),
        ("http://example.org/", false), ("https://", false), ("https:///a", false), ("https://a/#b", false),
        ("https://a@b/", false), ("https://a/\\b", false), ("https://a/ b", false), ("https://a/\n", false),
        ("https://ä/", false), ("https://a:0/", false), ("https://a:99999/", false), ("data:text/html,a", false),
        ("https://\(String(repeating: "a", count: 2048))/", false),
    ])
    func `secrets go to https, and to this machine`(_ text: String, _ isTaken: Bool) {
        #expect((EndpointAddress(text) != nil) == isTaken)
    }

    @Test func `a verifier is hashed as RFC 7636 does it`() {
        let secrets = AuthorizationRequest.Secrets(
            state: "",
            nonce: "",
            verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        )
        #expect(secrets.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    }

    @Test func `an access token is hashed as OpenID Connect Core does it`() {
        // Core, appendix A.4.
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
        #expect(SigningAlgorithm.rs256.accessTokenHash(token) == "77QmUPtjPfzWtF2AnpK9RQ")
    }
}
