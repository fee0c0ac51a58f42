import CarrelAuth
import Foundation
import Testing

@Suite struct `The mark of a browser that has shown a link` {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func key(_ byte: UInt8 = 7) throws -> HubKey {
        try #require(HubKey(bytes: Data(repeating: byte, count: 32)))
    }

    @Test func `is read by the browser that it was given to, for a quarter of an hour`() throws {
        let key = try key()
        let sealed = try PasswordLinkMark(link: 7, now: now).sealed(for: "browser", key: key)
        func read(
            _ text: String,
            _ key: HubKey,
            by browser: String = "browser",
            after seconds: Double = 0,
        ) -> Int64? {
            PasswordLinkMark(sealed: text, for: browser, key: key, now: now.addingTimeInterval(seconds))?.link
        }
        #expect(read(sealed, key) == 7)
        #expect(read(sealed, key, after: 900) == 7)
        #expect(read(sealed, key, after: 901) == nil)
        #expect(read(sealed, key, after: -61) == nil)
        #expect(read(sealed, key, by: "another") == nil)
        #expect(read(sealed, try self.key(8)) == nil)
        #expect(read(sealed + "x", key) == nil)
        #expect(read("", key) == nil)
    }

    @Test func `isn't the mark of a password`() throws {
        let key = try key()
        let sealed = try PasswordMark(user: 7, passwordHash: "x", now: now).sealed(for: "browser", key: key)
        #expect(PasswordLinkMark(sealed: sealed, for: "browser", key: key, now: now) == nil)
    }
}
