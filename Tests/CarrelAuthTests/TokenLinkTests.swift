import Foundation
import Testing

@testable import CarrelAuth

@Suite struct TokenLinkTests {
    private static let now = Date(timeIntervalSince1970: 1_795_000_000)

    private static func link(next: String? = "/user/anna/lab") -> TokenLink {
        TokenLink(authenticator: "lab", token: "anna-x", next: next, isTrusted: true, begun: now)
    }

    private func key(_ byte: UInt8 = 7) throws -> HubKey {
        try #require(HubKey(bytes: Data(repeating: byte, count: 32)))
    }

    @Test func `is read by the browser that followed it, for some minutes`() throws {
        let sealed = try Self.link().sealed(for: "browser", key: key())
        let read = { (browser: String, seconds: TimeInterval) in
            TokenLink(sealed: sealed, for: browser, key: try key(), now: Self.now.addingTimeInterval(seconds))
        }
        #expect(try read("browser", 0) == Self.link())
        #expect(try read("browser", 599) == Self.link())
        #expect(try read("browser", 601) == nil)
        #expect(try read("another", 0) == nil)
        #expect(TokenLink(sealed: sealed, for: "browser", key: try key(8), now: Self.now) == nil)
        #expect(TokenLink(sealed: sealed + "0", for: "browser", key: try key(), now: Self.now) == nil)
        #expect(TokenLink(sealed: "", for: "browser", key: try key(), now: Self.now) == nil)
    }

    @Test func `the longest that is taken fits into a cookie`() throws {
        let next = "/" + String(repeating: "a", count: 1199)
        let token = String(repeating: "t", count: TokenLink.longestToken)
        let name = String(repeating: "n", count: 60)
        let link = TokenLink(authenticator: name, token: token, next: next, isTrusted: false, begun: Self.now)
        let sealed = try link.sealed(for: "browser", key: key())
        #expect(sealed.utf8.count < 3800)
        #expect(TokenLink(sealed: sealed, for: "browser", key: try key(), now: Self.now)?.next == next)
        #expect(Self.link(next: next + "b").next == nil)
    }
}
