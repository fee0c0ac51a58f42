import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelAuth

@Suite struct NextURLTests {
    private let own = ["hub.example.org", "127.0.0.1:8000", "[::1]:8000", "Other.Example.org:8443"]

    @Test(arguments: [
        ("/hub/home", "/hub/home"), ("/", "/"), ("/hub/spawn?x=1&y=//h", "/hub/spawn?x=1&y=//h"),
        ("/user/a/lab/tree/my%20file.ipynb#cell", "/user/a/lab/tree/my%20file.ipynb#cell"),
        ("/user/Ü/lab", "/user/%C3%9C/lab"), ("/a b", "/a%20b"), ("/a//b", "/a//b"), ("/a/../b", "/a/../b"),
        ("/a%2Fb", "/a%2Fb"),
        ("/@/space%20word/hub/", "/@/space%20word/hub/"), ("/hub/x\\y", "/hub/x%5Cy"), ("/a?b=\\\\h", "/a?b=%5C%5Ch"),
        (
            "/hub/api/oauth2/authorize?client_id=a&redirect_uri=%2Fuser%2Fa%2Foauth_callback&state=x%0Ay",
            "/hub/api/oauth2/authorize?client_id=a&redirect_uri=%2Fuser%2Fa%2Foauth_callback&state=x%0Ay"
        ),
        ("https://hub.example.org/hub/home", "/hub/home"), ("HTTP://HUB.example.org:80/x", "/x"),
        ("https://hub.example.org:443/x", "/x"),
        ("//hub.example.org/x?q#f", "/x?q#f"), ("http://127.0.0.1:8000", "/"), ("http://127.0.0.1:8000?q", "/?q"),
        ("///hub.example.org/x", "/x"),
        ("https://hub.example.org//evil.example", "/evil.example"),
        ("https://hub.example.org///evil.example/", "/evil.example/"),
        ("http://[::1]:8000/x", "/x"), ("https://other.example.org:8443/x", "/x"), ("/100%", "/100%"),
        ("/<b>\"", "/%3Cb%3E%22"),
    ])
    func `a place in this hub is accepted`(_ next: String, _ path: String) {
        #expect(NextURL(untrusted: next, ownHosts: own)?.path == path)
    }

    @Test(arguments: [
        "", " ", "h", "hub/home", "?x", "#x", "..", "./x",
        "//evil.example", "///evil.example", "////evil.example/x", "//evil.example/hub.example.org", "//", "///", "//?",
        "//#",
        "\\\\evil.example", "\\/evil.example", "/\\evil.example", "/\\/evil.example", "/\\\\evil.example",
        "//\\evil.example",
        "http://evil.example", "https://evil.example/hub", "https:evil.example", "https:/evil.example",
        "https:///evil.example",
        "http:\\\\evil.example", "https:\\evil.example", "hTTps:/\\evil.example", "http:", "https://",
        "https:hub.example.org",
        "https:/hub.example.org/x", "https:///hub.example.org/..//evil.example/.././/evil",
        "https://hub.example.org:8000/x", "https://hub.example.org:80/x", "http://hub.example.org:443/x",
        "http://127.0.0.1/x", "http://127.0.0.1:8001/x",
        "https://hub.example.org@evil.example/", "https://user:pass@hub.example.org/", "//hub.example.org@evil.example",
        "https://hub.example.org\\@evil.example/", "https://hub.example.org\\.evil.example/",
        "https://hub.example.org.evil.example/",
        "https://evilhub.example.org/", "https://hub.example.org%2f@evil.example/",
        "https://hub.example.org:@evil.example/", "https://hub.example.org.",
        "https://hub%2eexample.org/", "https://hub。example.org/", "https://ｈub.example.org/",
        "javascript:alert(1)", "JaVaScRiPt://hub.example.org/%0aalert(1)", "data:text/html,x", "vbscript:x",
        "file:///etc/passwd", "ftp://hub.example.org/x",
        "blob:https://hub.example.org/x", "mailto:a@b",
        "/\t/evil.example", "\t//evil.example", "/\n/evil.example", "/hub\r\nSet-Cookie: a=b", "h\tttps://evil.example",
        " //evil.example",
        "\u{0}//evil.example", "/\u{0}/evil.example", "/x\u{7F}", "/x\u{85}", "/x\u{9F}", "\u{A0}//evil.example",
        "\u{FEFF}//evil.example",
        "/%09/evil.example", "/%0a/evil.example", "/%0D%0ALocation:x", "/x/%00", "/x%7F", "/%2fevil.example",
        "/%2F/evil.example", "/%5cevil.example", "/%5C%5Cevil.example",
        "%2f%2fevil.example", "%2F/evil.example", "/%2F%2Fevil.example",
        "/.//evil.example", "/..//evil.example", "/a/..//evil.example", "/a/%2e%2e//evil.example", "/%2E//evil.example",
        "/a/b/../..//evil.example", "/.%2e//evil.example",
        "／／evil.example", "⁄⁄evil.example", "〳evil", "https：//evil.example",
        "/" + String(repeating: "a", count: 8192),
    ])
    func `an attack is refused`(_ next: String) {
        #expect(NextURL(untrusted: next, ownHosts: own) == nil)
    }

    @Test func `no parameter, and a hub that knows no host of its own, give nothing away`() {
        #expect(NextURL(untrusted: nil, ownHosts: own) == nil)
        #expect(NextURL(untrusted: "https:///x", ownHosts: [""]) == nil)
        #expect(NextURL(untrusted: "//evil.example", ownHosts: []) == nil)
        #expect(NextURL(untrusted: "//evil.example", ownHosts: [""]) == nil)
    }

    /// Browsers are asked elsewhere; here Foundation's parser stands in for them.
    @Test func `whatever is accepted stays on this host`() throws {
        var generator = SeededGenerator(for: "next")
        let pieces = [
            "/", "//", "\\", ":", "@", "?", "#", ".", "..", "%2f", "%5c", "%2e", "%09", "\t", "\n", " ", "http",
            "https:", "javascript:",
            "hub.example.org", "evil.example", "é", "／", "a", "[", "]", ";", "%", "&", "=",
        ]
        let base = try #require(URL(string: "https://hub.example.org/hub/login"))
        var accepted = 0
        for _ in 0..<10_000 {
            let next = generator.text(of: pieces, upTo: 10)
            guard let path = NextURL(untrusted: next, ownHosts: ["hub.example.org"])?.path else { continue }
            accepted += 1
            #expect(path.hasPrefix("/") && !path.hasPrefix("//") && path.utf8.allSatisfy(\.isVisible), "\(next)")
            if let resolved = URL(string: path, relativeTo: base)?.absoluteURL {
                #expect(resolved.host() == "hub.example.org" && resolved.scheme == "https", "\(next)")
            }
            #expect(NextURL(untrusted: path, ownHosts: [])?.path == path, "\(next)")
        }
        #expect(accepted > 50)
    }

    @Test(arguments: [
        ("/hub/openbis/", true), ("/hub/openbis/lab/search?text=../..", true), ("/hub/openbis/a/../b", true),
        ("/hub/openbis", false), ("/hub/openbis/../account", false),
        ("/hub/openbis/%2E%2e/%2e%2E/user/mallory/x", false),
        ("/user/mallory/../../hub/openbis/", false), ("/hub/./openbis/x", false),
    ])
    func `leads below a folder as browsers read it`(_ path: String, _ isBelow: Bool) throws {
        let next = try #require(NextURL(untrusted: path, ownHosts: []))
        #expect(next.leads(below: "/hub/openbis/") == isBelow)
    }
}
