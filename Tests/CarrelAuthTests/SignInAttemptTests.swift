import CarrelAuth
import Foundation
import Testing

@Suite struct SignInAttemptTests {
    let key: HubKey
    let begun = Date(timeIntervalSince1970: 1_800_000_000)
    let state = "0123456789abcdef0123456789abcdef"
    let attempt: SignInAttempt
    let sealed: String

    init() throws {
        key = try #require(HubKey(bytes: Data(repeating: 1, count: 32)))
        attempt = SignInAttempt(
            authenticator: "egi",
            state: state,
            nonce: "nonce",
            verifier: "verifier",
            next: "/hub/home",
            purpose: .link(user: 7),
            begun: begun,
        )
        sealed = try attempt.sealed(for: "browser", key: key)
    }

    private func opened(_ text: String? = nil, state: String? = nil, browser: String = "browser", after: Double = 60)
        -> SignInAttempt?
    {
        let now = begun.addingTimeInterval(after)
        return SignInAttempt(sealed: text ?? sealed, state: state ?? self.state, for: browser, key: key, now: now)
    }

    @Test func `comes back whole to the browser that began`() {
        #expect(opened() == attempt)
    }

    @Test func `is worth nothing to another browser, for another state, or too late`() throws {
        #expect(opened(browser: "other") == nil)
        #expect(opened(state: "0123456789abcdef0123456789abcdeF") == nil)
        #expect(opened(after: 901) == nil)
        #expect(opened(after: -61) == nil)
        let other = try #require(HubKey(bytes: Data(repeating: 2, count: 32)))
        #expect(opened(try attempt.sealed(for: "browser", key: other)) == nil)
    }

    @Test(arguments: ["", ".", "a.b", "a.b.c", String(repeating: "a", count: 10_000)])
    func `nonsense is nothing`(_ text: String) {
        #expect(opened(text) == nil)
    }

    @Test func `no byte of it can be changed`() {
        for index in sealed.indices {
            var changed = sealed
            changed.replaceSubrange(index...index, with: sealed[index] == "A" ? "B" : "A")
            #expect(opened(changed) == nil)
        }
    }

    @Test func `an address that no cookie could hold is left out`() {
        let long = SignInAttempt(
            authenticator: "egi",
            state: state,
            nonce: "",
            verifier: "",
            next: "/" + String(repeating: "a", count: 1500),
            purpose: .signIn,
            begun: begun,
        )
        #expect(long.next == nil)
    }

    @Test func `cookies of two states have two names`() {
        let names = [state, String(state.reversed())].map { SignInAttempt.cookieName(for: $0) }
        #expect(Set(names).count == 2)
        #expect(SignInAttempt.cookieName(for: "") == nil)
        #expect(SignInAttempt.cookieName(for: String(repeating: "a", count: 1000)) == nil)
    }
}
