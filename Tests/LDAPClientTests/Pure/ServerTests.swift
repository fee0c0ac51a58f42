import Testing

@testable import LDAPClient

@Suite struct `The address of a server` {
    @Test(arguments: [
        ("ldap://a.example.org", "ldap://a.example.org:389"), ("LDAPS://A.example.org/", "ldaps://a.example.org:636"),
        ("ldap://127.0.0.1:3890", "ldap://127.0.0.1:3890"), ("ldaps://[2001:db8::1]", "ldaps://[2001:db8::1]:636"),
        ("ldap://[::1]:3890", "ldap://[::1]:3890"),
    ])
    func `is read`(text: String, meant: String) {
        #expect(ServerAddress(text)?.text == meant)
    }

    @Test(arguments: [
        "", "ldap://", "a.example.org", "http://a", "ldapi:///run/ldapi", "ldap://a:0", "ldap://a:65536", "ldap://a:+1",
        "ldap://a:", "ldap://a/dc=org", "ldap://a b", "ldap://a ldap://b", "ldap://u@a", "ldap://[::1", "ldap://[a]",
        "ldap://ä", "ldap://a?x", "ldap://::1",
    ])
    func `is refused`(text: String) {
        #expect(ServerAddress(text) == nil)
    }

    @Test(arguments: [
        ("ldap://localhost", true), ("ldap://127.0.0.1", true), ("ldap://127.9.9.9", true), ("ldap://[::1]", true),
        ("ldap://127.0.0.1.example.org", false), ("ldap://localhost.example.org", false), ("ldap://128.0.0.1", false),
        ("ldap://[::2]", false), ("ldap://127.1", false), ("ldap://[::ffff:10.0.0.1]", false),
    ])
    func `says whether it is of this machine`(text: String, isLoopback: Bool) {
        #expect(ServerAddress(text)?.isLoopback == isLoopback)
    }
}

@Suite struct `The order of servers` {
    private let servers = ["ldap://a", "ldap://b", "ldap://c"].compactMap(ServerAddress.init)

    @Test func `has those last that failed, for a while`() {
        let noon = ContinuousClock.now
        var order = ServerOrder(servers)
        #expect(order.order(at: noon) == servers)
        order.failed(servers[0], at: noon)
        #expect(order.order(at: noon) == [servers[1], servers[2], servers[0]])
        #expect(order.order(at: noon + ServerOrder.rest) == servers)
    }

    @Test func `is as before when all failed, or when one answered again`() {
        let noon = ContinuousClock.now
        var order = ServerOrder(servers)
        for server in servers { order.failed(server, at: noon) }
        #expect(order.order(at: noon) == servers)
        order.answered(servers[1])
        #expect(order.order(at: noon) == [servers[1], servers[0], servers[2]])
    }
}
