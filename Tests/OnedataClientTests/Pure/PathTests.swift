import Foundation
import Testing

@testable import OnedataClient

@Suite struct PathTests {
    @Test func `slashes at the ends and double ones are nothing`() throws {
        #expect(try OnedataPath("/a//b/").names == ["a", "b"])
        #expect(try OnedataPath("").names == [])
        #expect(try OnedataPath("") == .top)
        #expect(OnedataPath.top.parent == nil)
        #expect(try OnedataPath("a/b").parent == OnedataPath("a"))
    }

    @Test(arguments: [
        "..", ".", "", "a/b", "a\0", String(repeating: "x", count: 256), String(repeating: "ä", count: 128),
    ])
    func `a name that no file can have is refused`(_ name: String) {
        #expect(throws: OnedataError.unfitName) { try OnedataPath(["space", name]) }
        #expect(throws: OnedataError.unfitName) { try OnedataPath.top.appending(name) }
    }

    @Test func `two forms of a letter are two names`() throws {
        let (one, other) = (try OnedataPath(["a", "\u{e4}"]), try OnedataPath(["a", "a\u{308}"]))
        #expect(one != other)
        #expect(Set([one, other]).count == 2)
        #expect(!other.lies(in: one))
    }

    @Test func `a path lies in itself and in what is above it`() throws {
        let path = try OnedataPath("a/b")
        #expect(path.lies(in: path))
        #expect(path.lies(in: .top))
        #expect(try OnedataPath("a/b/c").lies(in: path))
        #expect(try !OnedataPath("a/bc").lies(in: path))
        #expect(try !OnedataPath("a").lies(in: path))
    }

    @Test(arguments: [
        ("a b", "a%20b"), ("ä", "%C3%A4"), ("a%41", "a%2541"), ("a/b", "a%2Fb"), ("n@id", "n@id"), ("\n", "%0A"),
        ("-._~", "-._~"), ("?#&=+", "%3F%23%26%3D%2B"),
    ])
    func `names are encoded byte by byte`(_ name: String, _ encoded: String) {
        #expect(PercentCoding.encode(name) == encoded)
        #expect(encoded.removingPercentEncoding == name)
    }
}
