import Foundation
import OpenBISClient
import Testing

@testable import CarrelHub

@Suite struct OpenBISGrantTests {
    private static let session = "Carl-Otto.B-240101120000000x0123456789ABCDEF0123456789ABCDEF"
    private static let personal = "$pat-" + session

    private func grant(_ text: String) throws -> OpenBISGrant {
        OpenBISGrant(try OpenBISToken(text), of: "Carl-Otto.B", origin: .brought)
    }

    @Test func `is read as it was stored`() throws {
        let grant = try grant(Self.personal)
        let stored = try #require(grant.stored)
        #expect(OpenBISGrant(stored: stored) == grant)
        #expect(grant.usable?.isPersonalAccessToken == true)
        #expect(OpenBISGrant(stored: Data("{}".utf8)) == nil)
    }

    @Test func `is worth nothing when it is over`() throws {
        var grant = try grant(Self.session)
        #expect(grant.usable?.text == Self.session)
        grant.isOver = true
        #expect(grant.usable == nil)
    }

    @Test func `shows nothing of the token in a log`() throws {
        let grant = try grant(Self.session)
        var dumped = ""
        dump(grant, to: &dumped)
        #expect(!"\(grant) \(String(reflecting: grant)) \(dumped)".contains("0123456789"))
    }

    @Test(arguments: [
        (session, true), (personal, true), ("carl-otto.b-240101120000000x0123456789abcdef0123456789abcdef", true),
        ("Carl-Otto.B-secret", false), ("240101120000000x0123456789ABCDEF0123456789ABCDEF", false),
        ("correct horse", false), ("", false),
    ])
    func `a token is told from a password`(typed: String, isToken: Bool) {
        #expect(OpenBISGrant.looksLikeToken(typed) == isToken)
    }
}
