import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import CarrelData

@Suite struct `Addresses of the gateway` {
    let address = GatewayAddress(prefix: "/dav/")

    @Test(arguments: [
        "/dav/a/../b", "/dav/%2e%2e/x", "/dav/.%2E", "/dav/a%2Fb", "/dav/a%00b", "/dav/%zz", "/dav/%4", "/davx/a", "/",
        "", "*", "/dav/a#b", "/DAV/a", "/dav/./a", "//dav/a", "dav/a",
        "/dav/" + String(repeating: "a", count: 256), "/dav/" + String(repeating: "a/", count: 129),
    ])
    func `that could lead astray are refused`(_ target: String) {
        #expect(address.path(ofTarget: target) == nil)
    }

    @Test func `are decoded once`() {
        #expect(address.path(ofTarget: "/dav/%252e%252e/a%2520?x=/../")?.description == "%2e%2e/a%20")
        #expect(address.path(ofTarget: "/dav") == .root)
        #expect(address.path(ofTarget: "/dav/home//a/")?.description == "home/a")
    }

    @Test func `of every byte come back`() throws {
        for byte in UInt8.min...UInt8.max where byte != 0 && byte != UInt8(ascii: "/") && byte != UInt8(ascii: ".") {
            let path = DataPath([try #require(DataName(bytes: [byte]))])
            let text = address.address(of: path, isFolder: false)
            #expect(text.utf8.allSatisfy { 0x21...0x7e ~= $0 && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: "&") })
            #expect(address.path(ofTarget: text) == path)
        }
    }

    @Test func `of another scheme and host count by their path`() {
        #expect(address.path(ofAddress: "https://elsewhere:8443/dav/home/a")?.description == "home/a")
        #expect(address.path(ofAddress: "http://elsewhere/other/home/a") == nil)
        #expect(address.path(ofAddress: "file:///dav/home/a") == nil)
        #expect(address.path(ofAddress: "http://elsewhere") == nil)
        #expect(address.path(ofAddress: "https:/dav/a") == nil)
    }
}

@Suite struct `Fields of requests` {
    @Test(arguments: [
        "", "()", "(<a)", "(<a>", "<a>", "<a> <b> (<c>)", "([\"x\")", "(Not)", "(Not Not <a>)", "(x)", "<a>)",
        "(<a>) x",
        "((<a>))",
    ])
    func `a broken If is refused`(_ text: String) {
        #expect(IfField(text) == nil)
    }

    @Test func `If has lists with and without an address`() throws {
        let field = try #require(IfField("(<a> [\"e\"]) (Not <b>) <http://h/dav/x> (<c>)(<d>)"))
        #expect(field.lists.map(\.address) == [nil, nil, "http://h/dav/x", "http://h/dav/x"])
        #expect(field.tokens == ["a", "c", "d"])
        #expect(field.lists[0].conditions[1] == IfField.Condition(isNot: false, state: .tag("\"e\"")))
        #expect(field.lists[1].conditions[0].isNot)
    }

    @Test func `If takes any bytes without harm`() {
        var generator = SystemRandomNumberGenerator()
        let pieces = ["<", ">", "(", ")", "[", "]", "Not ", "a", "\"", " ", "é", "<x>", "(<y>)"]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0..<12, using: &generator)).map { _ in
                pieces[Int.random(in: 0..<pieces.count)]
            }
            if let field = IfField(text.joined()) { #expect(!field.lists.isEmpty) }
        }
    }

    @Test(arguments: [
        ("bytes=0-0", DataRange.bytes(0..<1)), ("bytes=5-", .from(5)), ("bytes=-7", .last(7)), ("bytes=2-1", nil),
        ("bytes=0-1,3-4", nil), ("items=0-1", nil), ("bytes=a-b", nil), ("bytes=-", nil), ("bytes=-0", nil),
        ("bytes=--1", nil),
        ("bytes=+1-2", nil), ("bytes=0-9223372036854775807", nil), ("bytes=99999999999999999999-", nil), ("", nil),
    ])
    func `a range is one or none`(_ text: String, _ range: DataRange?) {
        #expect(RangeField.read(text) == range)
    }

    @Test func `lists of entity tags`() {
        #expect(EntityTag.list("\"a\", W/\"b\",\"c d\"") == ["\"a\"", "W/\"b\"", "\"c d\""])
        #expect(EntityTag.list("a") == nil)
        #expect(EntityTag.list("\"a") == nil)
        #expect(EntityTag.of(DataVersion("abc")) == "\"abc\"")
        #expect(EntityTag.of(DataVersion("W/\"abc\"")).hasPrefix("\"h-"))
        #expect(EntityTag.of(DataVersion("a\r\nb")) != EntityTag.of(DataVersion("a\nb")))
    }

    @Test(arguments: [0, 784_111_777, -1, 951_782_400, 4_102_444_799, -8_000_000_000])
    func `moments come back`(_ seconds: Int64) {
        #expect(GatewayDate.read(GatewayDate.write(DataTime(nanoseconds: seconds * 1_000_000_000))) == seconds)
    }

    @Test func `a moment as HTTP writes it`() {
        #expect(GatewayDate.write(DataTime(nanoseconds: 784_111_777_000_000_000)) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(GatewayDate.write(DataTime(nanoseconds: -1)) == "Wed, 31 Dec 1969 23:59:59 GMT")
        #expect(GatewayDate.read("Sunday, 06-Nov-94 08:49:37 GMT") == nil)
    }

    @Test func `an authorization is a name and password, or a token`() {
        let basic = Data("anna:se:cret".utf8).base64EncodedString()
        #expect(AuthorizationReader.read("Basic \(basic)") == .basic(user: "anna", password: "se:cret"))
        #expect(AuthorizationReader.read("bearer  abc ") == .bearer(token: "abc"))
        for text in ["", "Basic", "Basic !!", "Basic YW5uYQ==", "Digest x", "Bearer "] {
            #expect(AuthorizationReader.read(text) == nil)
        }
        #expect("\(GatewayAuthorization.bearer(token: "abc"))" == "GatewayAuthorization(hidden)")
    }
}

@Suite struct `XML of requests` {
    static let bombs = [
        "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "<a>", "", "x",
        "<a/><b/>", "<a>\u{0}</a>", "<D:a/>", "<a xmlns:b=\"\"/>", "<a b=\"1\" b=\"2\"/>", "<a>&nbsp;</a>",
        String(repeating: "<a>", count: 40) + String(repeating: "</a>", count: 40),
        "<a>" + String(repeating: "<b/>", count: 10_001) + "</a>",
        "<a>" + String(repeating: "x", count: 1 << 20) + "</a>",
    ]

    @Test(arguments: bombs)
    func `that could do harm is refused`(_ text: String) {
        #expect(XMLTreeReader.read(ByteBuffer(string: text)) == nil)
    }

    @Test func `comes back as what it meant`() throws {
        let text = #"<a xmlns="u:1" xml:lang="de" p:q="1&amp;2" xmlns:p="u:2">x &lt; <b xmlns="">&#10;ü</b><p:c/></a>"#
        let read = try #require(XMLTreeReader.read(ByteBuffer(string: text)))
        #expect(read.parts.count == 3)
        #expect(XMLTreeReader.read(ByteBuffer(string: read.text)) == read)
    }

    @Test func `holds no character that XML has not`() {
        #expect(XMLText.escape("a\u{1}b\u{fffe}<\u{1f}") == "a\u{fffd}b\u{fffd}&lt;\u{fffd}")
    }
}

@Suite struct `Locks` {
    let now = Date(timeIntervalSince1970: 1000)

    private func path(_ text: String) throws -> DataPath { try #require(DataPath(text)) }

    private func lock(_ path: String, _ token: String, isExclusive: Bool = true, isDeep: Bool = true) throws -> DataLock
    {
        DataLock(
            token: token,
            path: try self.path(path),
            isExclusive: isExclusive,
            isDeep: isDeep,
            owner: "",
            seconds: 60,
            end: now.addingTimeInterval(60)
        )
    }

    @Test func `stand in the way until their token is shown`() throws {
        var table = LockTable()
        _ = table.add(try lock("a", "t1"), of: "anna", at: now)
        let inside = [LockTable.Change(path: try path("a/b/c"))]
        #expect(try table.obstacles(to: inside, of: "anna", with: [], at: now) == [path("a")])
        #expect(table.obstacles(to: inside, of: "anna", with: ["t1"], at: now).isEmpty)
        #expect(table.obstacles(to: inside, of: "ben", with: [], at: now).isEmpty)
        #expect(table.obstacles(to: inside, of: "anna", with: [], at: now.addingTimeInterval(60)).isEmpty)
    }

    @Test func `of what is in a folder stand in the way of its removal`() throws {
        var table = LockTable()
        _ = table.add(try lock("a/b", "t1"), of: "anna", at: now)
        let whole = LockTable.Change(path: try path("a"), isDeep: true)
        #expect(!table.obstacles(to: [whole], of: "anna", with: [], at: now).isEmpty)
        #expect(try table.obstacles(to: [LockTable.Change(path: path("a"))], of: "anna", with: [], at: now).isEmpty)
    }

    @Test func `of Depth 0 on a folder keep its list as it is`() throws {
        var table = LockTable()
        _ = table.add(try lock("a", "t1", isDeep: false), of: "anna", at: now)
        let new = LockTable.Change(path: try path("a/b"), changesFolder: true)
        #expect(!table.obstacles(to: [new], of: "anna", with: [], at: now).isEmpty)
        #expect(try table.obstacles(to: [LockTable.Change(path: path("a/b"))], of: "anna", with: [], at: now).isEmpty)
    }

    @Test func `that are shared bear each other only`() throws {
        var table = LockTable()
        let shared = try lock("a", "t1", isExclusive: false)
        _ = table.add(shared, of: "anna", at: now)
        #expect(try table.opposing(lock("a/b", "t2", isExclusive: false), of: "anna", at: now).isEmpty)
        #expect(try table.opposing(lock("a/b", "t2"), of: "anna", at: now) == [shared])
        #expect(try table.opposing(lock("", "t2"), of: "anna", at: now) == [shared])
        #expect(try table.opposing(lock("", "t2", isDeep: false), of: "anna", at: now).isEmpty)
    }

    @Test func `are no more than a person may have`() throws {
        var table = LockTable()
        var isTaken = true
        for number in 0..<LockTable.most {
            let lock = try lock("\(number)", "t\(number)")
            isTaken = table.add(lock, of: "anna", at: now) && isTaken
        }
        #expect(isTaken)
        let more = table.add(try lock("x", "x"), of: "anna", at: now)
        #expect(!more)
        let other = table.add(try lock("x", "x"), of: "ben", at: now)
        #expect(other)
    }

    @Test(arguments: [
        (nil, 3600), ("Infinite, Second-4100000000", 3600), ("Second-10", 10), ("Second-0", 1), ("x", 3600),
        ("Second-99999999999999999999", 3600), ("Extended, Second-5", 5),
    ])
    func `last no longer than an hour`(_ field: String?, _ seconds: Int) {
        #expect(LockRequest.seconds(field) == seconds)
    }
}

@Suite struct `Properties that programs keep` {
    private func set(_ name: String, _ text: String) -> PropertyShelf.Change {
        .set(XMLElement(name: XMLName("u:1", name), parts: [.text(text)]))
    }

    @Test func `go with what they belong to`() throws {
        var shelf = PropertyShelf()
        let (a, b, c) = (try #require(DataPath("a/x")), try #require(DataPath("b/x")), try #require(DataPath("c")))
        _ = shelf.change([set("p", "1")], at: a, of: "anna")
        shelf.move(try #require(a.parent), to: try #require(b.parent), of: "anna")
        #expect(shelf.properties(of: a, of: "anna").isEmpty)
        #expect(shelf.properties(of: b, of: "anna").count == 1)
        #expect(shelf.properties(of: b, of: "ben").isEmpty)
        shelf.copy(try #require(b.parent), to: c, isDeep: true, of: "anna")
        #expect(shelf.properties(of: try #require(DataPath("c/x")), of: "anna").count == 1)
        shelf.removeAll(in: .root, of: "anna")
        #expect(shelf.properties(of: b, of: "anna").isEmpty)
    }

    @Test func `take no more room than they may`() throws {
        var shelf = PropertyShelf()
        let big = String(repeating: "x", count: 300_000)
        let names = try ["a", "b", "c", "d"].map { try #require(DataPath($0)) }
        var isKept: [Bool] = []
        for name in names { isKept.append(shelf.change([set("p", big)], at: name, of: "anna")) }
        #expect(isKept == [true, true, true, false])
        #expect(shelf.properties(of: names[3], of: "anna").isEmpty)
        shelf.removeAll(in: names[0], of: "anna")
        _ = shelf.change([set("p", big)], at: names[3], of: "anna")
    }
}
