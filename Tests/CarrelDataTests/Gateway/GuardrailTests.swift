import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import CarrelData

@Suite struct `What the gateway doesn't bear` {
    @Test(
        arguments: [
            (HTTPRequest.Method.get, ["Sec-Fetch-Mode": "navigate", "User-Agent": "Mozilla/5.0"], false),
            (.get, ["Sec-Fetch-Mode": "cors", "User-Agent": "Mozilla/5.0"], true),
            (.get, ["Sec-Fetch-Mode": "no-cors"], true), (.put, ["Sec-Fetch-Mode": "navigate"], true),
            (.put, ["Origin": "https://hub.example.org"], true), (.get, ["User-Agent": "Mozilla/5.0 (X11)"], true),
            (.put, ["User-Agent": "Mozilla/5.0 (Linux) mirall/3.1"], false), (.put, ["User-Agent": "rclone/1"], false),
            (.put, [:], false), (.get, ["User-Agent": "Microsoft-WebDAV-MiniRedir/10.0"], false),
        ] as [(HTTPRequest.Method, [String: String], Bool)]
    )
    func `pages in browsers are refused, programs and opened addresses not`(
        method: HTTPRequest.Method,
        headers: [String: String],
        isRefused: Bool,
    ) {
        var fields = HTTPFields()
        for (name, value) in headers { fields[HTTPField.Name(name) ?? .via] = value }
        #expect(BrowserRule.refuses(method, fields) == isRefused)
    }

    @Test func `XML whose names would fill the memory is refused`() {
        let long = String(repeating: "n", count: 2000)
        #expect(XMLTreeReader.read(ByteBuffer(string: "<a xmlns=\"urn:\(long)\"><b/></a>")) == nil)
        let fair = String(repeating: "n", count: 1000)
        #expect(XMLTreeReader.read(ByteBuffer(string: "<a xmlns=\"urn:\(fair)\"><b/></a>")) != nil)
        let many = String(repeating: "<b/>", count: 9000)
        #expect(XMLTreeReader.read(ByteBuffer(string: "<a xmlns=\"urn:\(fair)\">\(many)</a>")) == nil)
        #expect(XMLTreeReader.read(ByteBuffer(string: "<a>\(many)</a>")) != nil)
    }

    @Test func `a lock keeps only so much about its owner`() throws {
        func owner(_ count: Int) throws -> String {
            let words = String(repeating: "\"", count: count)
            let text =
                "<lockinfo xmlns=\"DAV:\"><lockscope><exclusive/></lockscope><locktype><write/></locktype>"
                + "<owner>\(words)</owner></lockinfo>"
            let root = try #require(XMLTreeReader.read(ByteBuffer(string: text)))
            return try #require(LockRequest(root)).owner
        }
        #expect(try owner(10).contains("&quot;"))
        #expect(try owner(20_000).isEmpty)
    }

    @Test func `who guesses waits, for a while`() {
        let noon = Date(timeIntervalSince1970: 1_800_000_000)
        var count = RefusalCount()
        for _ in 0..<59 { count.note("192.0.2.1", at: noon) }
        #expect(count.wait(of: "192.0.2.1", at: noon) == nil)
        count.note("192.0.2.1", at: noon + 1)
        #expect(count.wait(of: "192.0.2.1", at: noon + 2) == 58)
        #expect(count.wait(of: "192.0.2.2", at: noon + 2) == nil)
        #expect(count.wait(of: "192.0.2.1", at: noon + 60) == nil)
    }
}
