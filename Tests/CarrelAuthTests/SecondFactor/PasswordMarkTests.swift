import CarrelAuth
import Foundation
import Testing

@Suite struct PasswordMarkTests {
    let key: HubKey
    let begun = Date(timeIntervalSince1970: 1_800_000_000)
    let sealed: String

    init() throws {
        key = try #require(HubKey(bytes: Data(repeating: 1, count: 32)))
        sealed = try PasswordMark(user: 7, passwordHash: "hash", now: begun).sealed(for: "browser", key: key)
    }

    private func opened(_ text: String? = nil, browser: String = "browser", after: Double = 60) -> PasswordMark? {
        PasswordMark(sealed: text ?? sealed, for: browser, key: key, now: begun.addingTimeInterval(after))
    }

    @Test func `comes back to the browser that showed the password`() throws {
        let mark = try #require(opened())
        #expect(mark.user == 7)
        #expect(mark.fits(passwordHash: "hash"))
        #expect(!mark.fits(passwordHash: "another hash"))
        #expect(!mark.fits(passwordHash: nil))
    }

    @Test func `is worth nothing to another browser, under another key, or after five minutes`() throws {
        let other = try #require(HubKey(bytes: Data(repeating: 2, count: 32)))
        #expect(opened(browser: "other") == nil)
        #expect(opened(after: 300) != nil)
        #expect(opened(after: 301) == nil)
        #expect(opened(after: -61) == nil)
        #expect(
            opened(try PasswordMark(user: 7, passwordHash: "hash", now: begun).sealed(for: "browser", key: other))
                == nil
        )
    }

    @Test func `no byte of it can be changed`() {
        for index in sealed.indices {
            var changed = sealed
            changed.replaceSubrange(index...index, with: sealed[index] == "A" ? "B" : "A")
            #expect(opened(changed) == nil)
        }
    }

    @Test func `an offer of a secret isn't one, nor the other way round`() throws {
        var random = SystemRandomNumberGenerator()
        let offer = SecondFactorOffer(now: begun, using: &random)
        let text = try offer.sealed(for: "browser", key: key)
        #expect(opened(text) == nil)
        #expect(SecondFactorOffer(sealed: sealed, for: "browser", key: key, now: begun) == nil)
        let again = try #require(SecondFactorOffer(sealed: text, for: "browser", key: key, now: begun))
        #expect(try again.secret.reveal() == offer.secret.reveal())
        #expect(SecondFactorOffer(sealed: text, for: "other", key: key, now: begun) == nil)
        #expect(SecondFactorOffer(sealed: text, for: "browser", key: key, now: begun.addingTimeInterval(901)) == nil)
        #expect("\(offer)" == "SecondFactorOffer(hidden)")
    }
}
