import Testing

@testable import CarrelAuth

@Suite struct RedirectURITests {
    @Test(arguments: [
        ("/cb", "/cb?code=0123456789abcdef&state=a%20b"), ("/cb?x=1", "/cb?x=1&code=0123456789abcdef&state=a%20b"),
        ("https://s.example/cb?", "https://s.example/cb?code=0123456789abcdef&state=a%20b"),
        ("/cb?x&", "/cb?x&code=0123456789abcdef&state=a%20b"),
    ])
    func `code and state join the query that is there`(_ uri: String, _ whole: String) throws {
        let code = try #require(Secret(presented: "0123456789abcdef"))
        #expect(RedirectURI.carrying(code: code, state: "a b", to: uri) == whole)
        #expect(!RedirectURI.carrying(code: code, state: nil, to: uri).contains("state"))
    }

    @Test func `a state can't add parameters or lines`() throws {
        let code = try #require(Secret(presented: "0123456789abcdef"))
        let whole = RedirectURI.carrying(code: code, state: "x&code=evil#\r\nSet-Cookie: a", to: "/cb")
        #expect(whole == "/cb?code=0123456789abcdef&state=x%26code%3Devil%23%0D%0ASet-Cookie%3A%20a")
    }

    @Test(arguments: [
        ("/services/x/cb", true), ("https://s.example/cb?x=1", true), ("http://127.0.0.1:10101/cb", true), ("", false),
        ("cb", false),
        ("//evil.example/cb", false), ("/\\evil.example", false), ("https://s.example/cb#f", false),
        ("https:///cb", false), ("https:s.example", false),
        ("javascript:alert(1)", false), ("https://u@s.example/", false), ("/c b", false), ("/cb\n", false),
        ("ftp://s.example/", false),
    ])
    func `only paths of this hub and web addresses can be registered`(_ uri: String, _ isFit: Bool) {
        #expect(RedirectURI.isFit(uri) == isFit)
    }
}
