import CarrelModel
import Testing

@Suite struct ConfigurationValueTests {
    @Test(arguments: [
        "127.0.0.1:8000", "0.0.0.0:80", "[::1]:8000", "[::]:0", "localhost:443", "hub.example.org:65535", "unix:/run/x",
    ])
    func `an address to listen on is printed as it was written`(text: String) {
        #expect(ListenAddress(text: text)?.description == text)
    }

    @Test(arguments: [
        "", ":80", "80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+80", "127.0.0.1:８０", "::1:80",
        "[::g]:80", "[127.0.0.1]:80", "999.0.0.1:80", "1.2.3:80", "-a:80", "a..b:80", "a b:80", "http://a:80", "unix:",
        "a:80/x", "*:80",
    ])
    func `what isn't an address to listen on is refused`(text: String) {
        #expect(ListenAddress(text: text) == nil)
    }

    @Test(arguments: [
        ("0.0.0.0:80", "127.0.0.1:80", true), ("127.0.0.1:80", "[::]:80", true), ("0.0.0.0:80", "[::1]:80", false),
        ("127.0.0.1:80", "127.0.0.1:81", false), ("127.0.0.1:0", "127.0.0.1:0", false), ("unix:/a", "unix:/a", true),
        ("unix:/a", "unix:/b", false), ("unix:/a", "127.0.0.1:80", false), ("10.0.0.1:80", "10.0.0.2:80", false),
    ])
    func `addresses overlap when they can't be listened on at once`(one: String, other: String, areOne: Bool) throws {
        let (one, other) = (try #require(ListenAddress(text: one)), try #require(ListenAddress(text: other)))
        #expect(one.overlaps(other) == areOne)
        #expect(other.overlaps(one) == areOne)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.9.8.7", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.7", "192.0.2.7", true),
        ("192.0.2.7", "192.0.2.8", false), ("0.0.0.0/0", "8.8.8.8", true), ("::1", "::1", true),
        ("fd00::/8", "fd12::1", true),
        ("fd00::/8", "fe80::1", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("10.0.0.0/8", "fd12::1", false),
        ("172.16.0.0/12", "172.31.255.255", true), ("172.16.0.0/12", "172.32.0.0", false),
        ("10.0.0.0/8", "what", false),
    ])
    func `a network holds its addresses`(network: String, address: String, isInside: Bool) throws {
        #expect(try #require(IPNetwork(text: network)).contains(address) == isInside)
    }

    @Test(arguments: [
        "", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0/8", "::/129", "host", "10.0.0.0/-1",
    ])
    func `what isn't a network is refused`(text: String) {
        #expect(IPNetwork(text: text) == nil)
    }

    @Test(arguments: [
        ("https://hub.example.org", "https://hub.example.org"), ("https://hub.example.org/", "https://hub.example.org"),
        ("http://HUB:8000", "http://hub:8000"), ("https://h:443", "https://h"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ])
    func `a public address loses what it doesn't need`(text: String, printed: String) {
        #expect(WebOrigin(text: text)?.description == printed)
    }

    @Test(arguments: [
        "", "hub", "ftp://h", "https://", "https://h/x", "https://h?x", "https://h#x", "https://u@h", "https://h:0",
        "https://h:99999", "https://h h", "//h", "https://é",
    ])
    func `what isn't a public address is refused`(text: String) {
        #expect(WebOrigin(text: text) == nil)
    }

    @Test(arguments: [
        "", "1", "999-2000", "2000-1000", "1000-70000", "65535-65540", "1000-4294967295", "-1000-2000", "1000–2000",
    ])
    func `what isn't a range of user ids is refused`(text: String) {
        #expect(IDRange(text: text) == nil)
    }

    @Test func `a range of user ids counts both ends`() throws {
        let range = try #require(IDRange(text: "200000-299999"))
        #expect(range.count == 100_000)
        #expect(range.contains(299_999))
        #expect(!range.contains(300_000))
    }
}
