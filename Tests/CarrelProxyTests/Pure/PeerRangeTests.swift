import NIOCore
import Testing

@testable import CarrelProxy

@Suite struct PeerRangeTests {
    @Test(arguments: [
        ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false),
        ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.6", false),
        ("10.0.0.0/9", "10.127.0.1", true), ("10.0.0.0/9", "10.128.0.1", false),
        ("0.0.0.0/0", "203.0.113.1", true), ("0.0.0.0/0", "::1", false), ("::/0", "192.0.2.1", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
        ("::1", "::1", true), ("127.0.0.0/8", "::ffff:127.0.0.1", true), ("127.0.0.0/8", "::127.0.0.1", false),
    ])
    func `a range holds just its addresses`(_ range: String, _ peer: String, _ isInside: Bool) throws {
        #expect(try PeerRange(range).contains(SocketAddress(ipAddress: peer, port: 1)) == isInside)
    }

    @Test(arguments: [
        "", "/", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "::/129", "hub.org", "10.1",
    ])
    func `what is no range is refused`(_ text: String) {
        #expect(throws: ProxyError.badAddress(text)) { try PeerRange(text) }
    }
}
