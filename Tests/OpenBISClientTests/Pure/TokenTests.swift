import Testing

@testable import OpenBISClient

@Suite struct TokenTests {
    private static let tail = "240101120000000x0123456789ABCDEF0123456789ABCDEF"

    @Test(arguments: [
        ("alice-\(tail)", "alice", false), ("Carl-Otto.B-\(tail)", "Carl-Otto.B", false),
        ("$pat-alice-\(tail)", "alice", true), ("$pat-Carl-Otto.B-\(tail)", "Carl-Otto.B", true),
        ("  alice-x\n", "alice", false), ("jürg@example.org-x", "jürg@example.org", false),
    ])
    func `a token names its person before the last dash`(_ text: String, _ user: String, _ isAccess: Bool) throws {
        let token = try OpenBISToken(text)
        #expect(token.userID == user)
        #expect(token.isPersonalAccessToken == isAccess)
    }

    @Test(arguments: [
        "", "-", "alice", "alice-", "-\(tail)", "$pat-\(tail)", "$pat-", "a b-c", "a-b\u{0}c", "a-b\nc",
        String(repeating: "a", count: 2000) + "-b",
    ])
    func `what can't be a token is none`(_ text: String) {
        #expect(throws: OpenBISError.notAToken) { try OpenBISToken(text) }
    }

    @Test func `a token shows nowhere`() throws {
        let token = try OpenBISToken("alice-secret")
        var dumped = ""
        dump([token], to: &dumped)
        for text in ["\(token)", String(reflecting: token), "\([token])", dumped, "\(OpenBISError.sessionOver)"] {
            #expect(!text.contains("secret"))
        }
    }
}
