import CarrelTestSupport
import Testing

@testable import CarrelAuth

@Suite struct RequestAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1"),
        ("::FFFF:c000:0201", "192.0.2.1", "192.0.2.1"),
        ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "2001:db8::/64"),
        ("[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::1", "fe80::/64"),
        ("::1", "::1", "::/64"),
        ("::", "::", "::/64"),
    ])
    func `an address has one spelling and one network`(_ text: String, _ spelling: String, _ network: String) throws {
        let address = try #require(RequestAddress(text))
        #expect(address.description == spelling)
        #expect(address.networkKey == network)
        #expect(RequestAddress(spelling) == address)
    }

    @Test(arguments: [
        "", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4:80", "[1.2.3.4]", "[::1]:80", "[::1",
        "::1]",
        ":::", "1::2::3", "::1%", "%eth0", "0x7f.1", "2130706433", " 1.2.3.4", "1.2.3.4 ", "1.2.3.4\u{0}", "１.2.3.4",
        "::ffff:1.2.3.4.5", String(repeating: "1", count: 10_000),
    ])
    func `what isn't an address is refused`(_ text: String) {
        #expect(RequestAddress(text) == nil)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("::ffff:127.0.0.1", true), ("::2", false),
        ("128.0.0.1", false),
    ])
    func `this machine's own addresses are known`(_ text: String, _ isLoopback: Bool) throws {
        #expect(try #require(RequestAddress(text)).isLoopback == isLoopback)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("0.0.0.0/0", "8.8.8.8", true),
        ("0.0.0.0/0", "2001:db8::1", false), ("192.0.2.128/25", "192.0.2.127", false),
        ("192.0.2.128/25", "192.0.2.200", true),
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
        ("::ffff:10.0.0.0/104", "10.1.1.1", true), ("2001:db8::/33", "2001:db8:7fff::1", true),
        ("2001:db8::/33", "2001:db8:8000::1", false), ("::/0", "10.0.0.1", false), ("::1", "::1", true),
    ])
    func `a range holds what it says`(_ range: String, _ address: String, _ isInside: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(#require(RequestAddress(address))) == isInside)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.1/8", "10.0.0.0/8/8", "::/129",
        "10.0.0.0/99999999999",
        "fe80::%eth0/64", "::ffff:10.0.0.0/90", "host/8",
    ])
    func `a range that isn't one, or has bits behind its prefix, is refused`(_ text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(
        arguments: [
            (nil, "10.0.0.1"), ("", "10.0.0.1"), ("203.0.113.9", "203.0.113.9"),
            ("1.1.1.1, 203.0.113.9", "203.0.113.9"),
            ("1.1.1.1, 203.0.113.9 , 10.0.0.2", "203.0.113.9"), ("1.1.1.1, rubbish, 10.0.0.2", "10.0.0.2"),
            ("10.0.0.3,10.0.0.2", "10.0.0.3"), ("203.0.113.9:1234", "10.0.0.1"), (",,,", "10.0.0.1"),
        ] as [(String?, String)]
    )
    func `the client is who the last untrusted hop was`(_ field: String?, _ client: String) throws {
        let trusted = try [#require(AddressRange("10.0.0.0/8"))]
        let peer = try #require(RequestAddress("10.0.0.1"))
        #expect(RequestAddress.client(peer: peer, forwardedFor: field, trusted: trusted).description == client)
    }

    @Test func `a stranger's forwarded field is not believed`() throws {
        let peer = try #require(RequestAddress("203.0.113.9"))
        #expect(RequestAddress.client(peer: peer, forwardedFor: "127.0.0.1", trusted: []) == peer)
    }

    @Test func `every address that is read is written so that it is read again`() {
        var generator = SeededGenerator(for: "address")
        let pieces = [":", "::", "1", "ff", "ffff", "0", ".", "255", "%", "[", "]", "/", "64", "g", "::ffff:", "é"]
        for _ in 0..<20_000 {
            let text = generator.text(of: pieces, upTo: 12)
            if let address = RequestAddress(text) { #expect(RequestAddress(address.description) == address) }
            if let range = AddressRange(text) { #expect(AddressRange(range.description) == range) }
        }
    }
}
