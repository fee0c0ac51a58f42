import Testing

@testable import WebDAVClient

@Suite struct PathTests {
    @Test(arguments: ["", ".", "..", "a/b", "a\0b", "/"])
    func `some texts can't be names`(_ text: String) {
        #expect(WebDAVName(text) == nil)
    }

    @Test func `a name's bytes stay what they are`() throws {
        let composed = try #require(WebDAVName("\u{e9}"))
        let decomposed = try #require(WebDAVName("e\u{301}"))
        #expect(composed != decomposed)
        #expect(composed.bytes == [0xc3, 0xa9])
        #expect(decomposed.bytes == [0x65, 0xcc, 0x81])
    }

    @Test(arguments: [[0xff, 0xfe], [0x61, 0xe9], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf]] as [[UInt8]])
    func `what isn't UTF-8 can't be a name, as no address leads there`(_ bytes: [UInt8]) throws {
        #expect(WebDAVName(bytes: bytes) == nil)
        let address = try WebDAVAddress("https://example.org/dav", plainHTTP: .toLoopbackOnly)
        #expect(HrefReader(address: address).path(of: "/dav/" + PercentText.encode(bytes)) == nil)
        #expect(throws: WebDAVError.unfitAddress(.notAnAddress)) {
            try WebDAVAddress("https://example.org/" + PercentText.encode(bytes), plainHTTP: .toLoopbackOnly)
        }
    }

    @Test(
        arguments: [
            ("a b", "a%20b"), ("\u{e9}", "%C3%A9"), ("e\u{301}", "e%CC%81"), ("#%?", "%23%25%3F"), ("-._~", "-._~"),
            ("a+b&c=d;e,f", "a%2Bb%26c%3Dd%3Be%2Cf"), ("🧪", "%F0%9F%A7%AA"), ("...", "..."), ("\\", "%5C"),
            ("a\n", "a%0A"),
        ]
    )
    func `names are escaped and back`(_ name: String, _ text: String) throws {
        let bytes = [UInt8](name.utf8)
        #expect(PercentText.encode(bytes) == text)
        #expect(PercentText.decode(text.utf8) == bytes)
    }

    @Test(arguments: ["%", "%2", "%zz", "a%", "%%20"])
    func `a broken escape isn't read`(_ text: String) {
        #expect(PercentText.decode(text.utf8) == nil)
    }

    @Test func `all characters of a name survive an address`() throws {
        let text = String(String.UnicodeScalarView((1...0x7ff).compactMap(Unicode.Scalar.init).filter { $0 != "/" }))
        let name = try #require(WebDAVName(text))
        let address = try WebDAVAddress("https://example.org/dav", plainHTTP: .toLoopbackOnly)
        let url = address.url(of: WebDAVPath([name]), .file)
        #expect(HrefReader(address: address).path(of: url) == WebDAVPath([name]))
    }

    @Test func `a remnant is told by its name`() {
        #expect(WebDAVName(".webdav-upload-" + RemnantUpload.randomText())?.isUploadRemnant == true)
        #expect(WebDAVName(".webdav-upload-1")?.isUploadRemnant == false)
        #expect(WebDAVName("webdav-upload-")?.isUploadRemnant == false)
    }
}

@Suite struct AddressTests {
    @Test(
        arguments: [
            ("https://b2drop.eudat.eu/remote.php/webdav", "https://b2drop.eudat.eu/remote.php/webdav/"),
            (
                " HTTPS://B2Drop.eudat.eu:443/remote.php/dav/files/anna/",
                "https://b2drop.eudat.eu/remote.php/dav/files/anna/"
            ),
            ("davs://example.org:8443", "https://example.org:8443/"),
            ("https://example.org/a b/ü/%C3%BC", "https://example.org/a%20b/%C3%BC/%C3%BC/"),
            ("http://127.0.0.1:8080/dav//x", "http://127.0.0.1:8080/dav/x/"),
            ("http://[::1]/", "http://[::1]/"), ("http://localhost/x", "http://localhost/x/"),
        ]
    )
    func `an address is taken as people write it`(_ text: String, _ url: String) throws {
        #expect(try WebDAVAddress(text, plainHTTP: .toLoopbackOnly).url(of: .root, .folder) == url)
    }

    @Test(
        arguments: [
            ("", .notAnAddress), ("example.org", .notAnAddress), ("ftp://example.org/", .notAnAddress),
            ("https://", .notAnAddress), ("https:///a", .notAnAddress), ("https://a:0/", .notAnAddress),
            ("https://a:65536/", .notAnAddress), ("https://a:/", .notAnAddress), ("https://ä/", .notAnAddress),
            ("https://a b/", .notAnAddress), ("https://a/../b", .notAnAddress), ("https://a/%2e%2e/b", .notAnAddress),
            ("https://a/%2F", .notAnAddress), ("https://a/%00", .notAnAddress), ("https://a/\\b", .notAnAddress),
            ("https://a/\r\nX: y", .notAnAddress), ("https://[::1", .notAnAddress), ("https://a/%zz", .notAnAddress),
            ("https://anna:pw@a/", .tooMuch), ("https://a/?x", .tooMuch), ("https://a/#x", .tooMuch),
            ("https://a/?\u{301}x", .tooMuch), ("http://example.org/", .plainHTTP),
            ("http://127.0.0.1.example.org/", .plainHTTP), ("http://127.1/", .plainHTTP),
            ("dav://example.org/", .plainHTTP),
        ] as [(String, AddressFault)]
    )
    func `other addresses are refused`(_ text: String, _ fault: AddressFault) {
        #expect(throws: WebDAVError.unfitAddress(fault)) { try WebDAVAddress(text, plainHTTP: .toLoopbackOnly) }
    }

    @Test func `plain http is for those who ask for it`() throws {
        let settings = try WebDAVSettings(address: "http://example.org/dav", credential: nil, plainHTTP: .allowed)
        #expect(settings.isNextcloud == false)
    }

    @Test(
        arguments: [
            ("https://a/remote.php/webdav", true, nil), ("https://a/remote.php/dav/files/Anna%20B/sub", true, "Anna B"),
            ("https://a/cloud/remote.php/dav/files/anna", true, "anna"), ("https://a/remote.php/dav/files", false, nil),
            ("https://a/remote.php", false, nil), ("https://a/webdav", false, nil),
        ] as [(String, Bool, String?)]
    )
    func `Nextcloud is told by its address`(_ text: String, _ isNextcloud: Bool, _ user: String?) throws {
        let address = try WebDAVAddress(text, plainHTTP: .toLoopbackOnly)
        #expect((address.nextcloud != nil) == isNextcloud)
        #expect(address.nextcloud?.user?.text == user)
    }

    @Test(
        arguments: [
            ("/dav/a%20b", "a b"), ("/dav/a%20b/", "a b"), ("https://example.org/dav/a%20b", "a b"),
            ("http://EXAMPLE.org:8080/dav/a b", "a b"), ("/d%61v/%61", "a"), ("//dav//a", "a"), ("/dav", ""),
            ("\n /dav/a \n", "a"), ("/dav/%C3%BC/e\u{301}", "ü/e\u{301}"), ("/dav/a+b", "a+b"),
            ("/other/a", nil), ("/da", nil), ("/davx/a", nil), ("dav/a", nil), ("", nil), ("/dav/../etc", nil),
            ("/dav/%2e%2e/etc", nil), ("/dav/a%2fb", nil), ("/dav/a%00", nil), ("/dav/%", nil),
            ("https://evil.example/dav/a", nil), ("https://example.org@evil.example/dav/a", nil),
            ("javascript://example.org/dav/a", nil), ("https://example.org", nil),
        ] as [(String, String?)]
    )
    func `an entry's address is inside, or refused`(_ href: String, _ text: String?) throws {
        let address = try WebDAVAddress("https://example.org/dav/", plainHTTP: .toLoopbackOnly)
        let found = HrefReader(address: address).path(of: href)
        #expect(found == text.flatMap { WebDAVPath($0) })
    }
}
