import Testing

@testable import OpenBISClient

@Suite struct AddressTests {
    @Test(arguments: [
        ("https://openbis.example.org", "https://openbis.example.org", "openbis.example.org"),
        (" openbis.example.org/ ", "https://openbis.example.org", "openbis.example.org"),
        ("HTTPS://Openbis.Example.org:8443/", "https://Openbis.Example.org:8443", "openbis.example.org"),
        ("openbis.example.org:8443", "https://openbis.example.org:8443", "openbis.example.org"),
        ("http://localhost:8888", "http://localhost:8888", "localhost"),
        ("http://127.0.0.1:8888", "http://127.0.0.1:8888", "127.0.0.1"),
    ])
    func `an address is taken as people type it`(_ typed: String, _ text: String, _ host: String) throws {
        let address = try OpenBISAddress(typed)
        #expect(address.text == text)
        #expect(address.host == host)
    }

    @Test(arguments: [
        ("", OpenBISAddressFault.notAnAddress), ("https://", .notAnAddress), ("ftp://a.example", .notAnAddress),
        ("https://a.example:0", .notAnAddress), ("https://a.example:99999", .notAnAddress),
        ("https://a.example/openbis", .path), ("https://a.example?x", .path), ("https://a.example#x", .path),
        ("https://a.example//", .path), ("http://a.example", .plain), ("http://127.0.0.1.example.org", .plain),
        ("https://me:secret@a.example", .secrets), ("https://me@a.example", .secrets),
    ])
    func `what no token may be sent to is no address`(_ typed: String, _ fault: OpenBISAddressFault) {
        #expect(throws: OpenBISError.unfitAddress(fault)) { try OpenBISAddress(typed) }
    }
}
