import Foundation
import Testing

@testable import CarrelData

/// Anna with a store of her own, and a gateway for her.
func withAnna(
    mount: String? = nil,
    isWritable: Bool = true,
    _ body: @escaping @Sendable (TrialGateway, MemoryStore) async throws -> Void,
) async throws {
    let store = MemoryStore()
    let caller = GatewayCaller(
        id: "anna",
        name: "Anna",
        tree: try tree(store),
        isWritable: isWritable,
        mount: mount
    )
    try await withGateway(["anna:secret": caller, "token-anna": caller]) { try await body($0, store) }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct `The gateway's door` {
    @Test func `asks those who show nothing, or what isn't right`() async throws {
        try await withAnna { gateway, _ in
            let shown: [String?] = [nil, "anna:wrong", "ben:secret", ":"]
            for user in shown {
                let answer = try await Wire.call(gateway, "GET", "/dav/", as: user)
                #expect(answer.status == 401)
                let challenges = answer.all("WWW-Authenticate")
                #expect(challenges == [#"Basic realm="Carrel", charset="UTF-8""#, #"Bearer realm="Carrel""#])
            }
            #expect(!gateway.log.text.contains("wrong"))
            #expect(!gateway.log.text.contains("secret"))
        }
    }

    @Test func `lets tokens in, and has guessers wait`() async throws {
        try await withAnna { gateway, _ in
            let bearer = ["Authorization": "Bearer token-anna"]
            #expect(try await Wire.call(gateway, "GET", "/dav/", bearer, as: nil).status == 200)
            let guesser = ["Authorization": "Bearer token-guesser"]
            let answer = try await Wire.call(gateway, "GET", "/dav/", guesser, as: nil)
            #expect(answer.status == 429)
            #expect(answer["Retry-After"] == "30")
        }
    }

    @Test func `says what it does`() async throws {
        try await withAnna { gateway, _ in
            let answer = try await Wire.call(gateway, "OPTIONS", "/dav/home/")
            #expect(answer["DAV"] == "1, 2")
            #expect(answer["Allow"]?.contains("PROPFIND") ?? false)
            #expect(try await Wire.call(gateway, "POST", "/dav/home/", body: bytes("a=b")).status == 405)
        }
    }

    @Test func `bears no more requests of one person than it should, and still serves others`() async throws {
        let slow = GateStore()
        let anna = GatewayCaller(id: "anna", name: "Anna", tree: try tree(slow))
        let ben = GatewayCaller(id: "ben", name: "Ben", tree: try tree(MemoryStore()))
        try await withGateway(["anna:secret": anna, "ben:secret": ben], { $0.mostRequestsOfOne = 3 }) { gateway in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<3 {
                    group.addTask { try await Wire.call(gateway, "HEAD", "/dav/home/x").status }
                }
                await slow.waitForGuests(3)
                #expect(try await Wire.call(gateway, "HEAD", "/dav/home/x").status == 429)
                #expect(try await Wire.call(gateway, "GET", "/dav/", as: "ben:secret").status == 200)
                slow.open()
                for try await status in group { #expect(status == 404) }
            }
            #expect(try await Wire.call(gateway, "HEAD", "/dav/home/x").status == 404)
        }
    }
}

@Suite struct `Reading through the gateway` {
    @Test(arguments: [
        ("bytes=0-3", 206, "0123" as String?, "bytes 0-3/10" as String?), ("bytes=7-", 206, "789", "bytes 7-9/10"),
        ("bytes=-2", 206, "89", "bytes 8-9/10"), ("bytes=8-99", 206, "89", "bytes 8-9/10"),
        ("bytes=0-1,4-5", 200, "0123456789", nil), ("nonsense", 200, "0123456789", nil),
        ("bytes=10-", 416, nil, "bytes */10"),
    ])
    func `gives the bytes that are asked for`(_ range: String, _ status: Int, _ text: String?, _ said: String?)
        async throws
    {
        try await withAnna { gateway, store in
            try store.put("a.txt", "0123456789")
            let answer = try await Wire.call(gateway, "GET", "/dav/home/a.txt", ["Range": range])
            #expect(answer.status == status)
            if let text { #expect(answer.text == text) }
            #expect(answer["Content-Range"] == said)
        }
    }

    @Test func `gives nothing twice to those who have it`() async throws {
        try await withAnna { gateway, store in
            try store.put("a.txt", "0123456789")
            let first = try await Wire.call(gateway, "GET", "/dav/home/a.txt")
            let (tag, time) = (try #require(first["ETag"]), try #require(first["Last-Modified"]))
            for headers in [["If-None-Match": tag], ["If-Modified-Since": time], ["If-None-Match": "W/\(tag)"]] {
                let again = try await Wire.call(gateway, "GET", "/dav/home/a.txt", headers)
                #expect(again.status == 304)
                #expect(again.body.isEmpty)
            }
            let same = ["Range": "bytes=0-1", "If-Range": tag]
            #expect(try await Wire.call(gateway, "GET", "/dav/home/a.txt", same).status == 206)
            let other = ["Range": "bytes=0-1", "If-Range": "\"other\""]
            #expect(try await Wire.call(gateway, "GET", "/dav/home/a.txt", other).text == "0123456789")
            #expect(try await Wire.call(gateway, "GET", "/dav/home/a.txt", ["If-Match": "\"x\""]).status == 412)
            let head = try await Wire.call(gateway, "HEAD", "/dav/home/a.txt")
            #expect(head["Content-Length"] == "10")
            #expect(head.body.isEmpty)
            #expect(head["Content-Disposition"] == "attachment")
        }
    }

    @Test func `lists a folder for people, and every name as text`() async throws {
        try await withAnna { gateway, store in
            try store.put("<b>&\".txt", "x")
            let top = try await Wire.call(gateway, "GET", "/dav/")
            #expect(top.text.contains(#"<a href="/dav/b2drop/">B2DROP</a>"#))
            let page = try await Wire.call(gateway, "GET", "/dav/home/")
            #expect(page.text.contains("&lt;b&gt;&amp;&quot;.txt</a>, 1 bytes"))
            #expect(page.text.contains(#"href="/dav/home/%3Cb%3E%26%22.txt""#))
            #expect(page["Content-Security-Policy"]?.contains("sandbox allow-downloads;") ?? false)
        }
    }

    @Test func `cuts the connection when a file breaks off`() async throws {
        let caller = GatewayCaller(id: "anna", name: "Anna", tree: try tree(BrokenStore()))
        try await withGateway(["anna:secret": caller]) { gateway in
            await #expect(throws: Wire.Failure.self) { try await Wire.call(gateway, "GET", "/dav/home/x") }
            await #expect(throws: Wire.Failure.self) {
                try await Wire.call(gateway, "PROPFIND", "/dav/home/", ["Depth": "1"])
            }
            #expect(gateway.log.text.contains("info gateway broke off"))
            #expect(gateway.log.text.contains("data.interrupted"))
        }
    }

    @Test func `takes from the store no more than a slow reader reads`() async throws {
        let store = ZeroStore(size: 1 << 30)
        let caller = GatewayCaller(id: "anna", name: "Anna", tree: try tree(store))
        try await withGateway(["anna:secret": caller]) { gateway in
            let head = "GET /dav/home/zeros HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer anna:secret\r\n\r\n"
            let seen = try await Wire.exchange(gateway.port, bytes(head), reading: 1 << 20)
            #expect(seen.count >= 1 << 20)
        }
        #expect(store.count < 32 << 20)
    }

    @Test func `ends a connection on which the reader has fallen asleep`() async throws {
        let store = ZeroStore(size: 1 << 30)
        let caller = GatewayCaller(id: "anna", name: "Anna", tree: try tree(store))
        let settings = { (settings: inout GatewaySettings) in
            settings.patience = .seconds(5)
            settings.mostRequestsOfOne = 1
        }
        try await withGateway(["anna:secret": caller], settings) { gateway in
            let head = "GET /dav/home/zeros HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer anna:secret\r\n\r\n"
            let sleeper = try Wire.open(gateway.port, bytes(head))
            defer { close(sleeper) }
            while store.count == 0 { await Task.yield() }
            #expect(try await Wire.call(gateway, "HEAD", "/dav/home/zeros").status == 429)
            // Its place is free again when the gateway has given it up.
            while try await Wire.call(gateway, "HEAD", "/dav/home/zeros").status == 429 { await Task.yield() }
        }
    }
}

@Suite struct `Writing through the gateway` {
    @Test func `keeps times, tells versions and heeds conditions`() async throws {
        try await withAnna { gateway, store in
            let new = ["X-OC-Mtime": "1600000000", "If-None-Match": "*"]
            let made = try await Wire.call(gateway, "PUT", "/dav/home/a.txt", new, body: bytes("one"))
            #expect(made.status == 201)
            #expect(made["X-OC-MTime"] == "accepted")
            #expect(try await Wire.call(gateway, "PUT", "/dav/home/a.txt", new, body: bytes("two")).status == 412)
            let tag = try #require(made["ETag"])
            let bound = ["If-Match": tag]
            #expect(try await Wire.call(gateway, "PUT", "/dav/home/a.txt", bound, body: bytes("two")).status == 204)
            #expect(try await Wire.call(gateway, "PUT", "/dav/home/a.txt", bound, body: bytes("three")).status == 412)
            #expect(try store.text("a.txt") == "two")
            let part = ["Content-Range": "bytes 0-2/9"]
            #expect(try await Wire.call(gateway, "PUT", "/dav/home/a.txt", part, body: bytes("xyz")).status == 400)
            #expect(try await Wire.call(gateway, "PUT", "/dav/home/no/a.txt", body: bytes("x")).status == 409)
            #expect(try await Wire.call(gateway, "PUT", "/dav/home/", body: bytes("x")).status == 405)
            #expect(try await Wire.call(gateway, "PUT", "/dav/new", body: bytes("x")).status == 404)
        }
    }

    @Test func `takes pieces of unknown number`() async throws {
        try await withAnna { gateway, store in
            let pieces = bytes("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            let chunked = ["Transfer-Encoding": "chunked"]
            let made = try await Wire.call(gateway, "PUT", "/dav/home/a.txt", chunked, body: pieces)
            #expect(made.status == 201)
            #expect(try store.text("a.txt") == "abcde")
            let expecting = ["Expect": "100-continue"]
            #expect(try await Wire.call(gateway, "PUT", "/dav/home/b.txt", expecting, body: bytes("x")).status == 201)
        }
    }

    @Test(arguments: [
        "Content-Length: 100\r\n\r\nhalf of it", "Transfer-Encoding: chunked\r\n\r\n5\r\nhalf \r\n",
        "Transfer-Encoding: chunked\r\n\r\n50\r\nhalf of it", "Transfer-Encoding: chunked\r\n\r\n5\r\nhalf \r\nzz\r\n",
    ])
    func `changes nothing when the body is cut`(_ rest: String) async throws {
        try await withAnna { gateway, store in
            try store.put("a.txt", "old")
            let credentials = Data("anna:secret".utf8).base64EncodedString()
            let head = "PUT /dav/home/a.txt HTTP/1.1\r\nHost: x\r\nAuthorization: Basic \(credentials)\r\n"
            _ = try await Wire.exchange(gateway.port, bytes(head + rest), isHalfClosed: true)
            #expect(try await Wire.call(gateway, "GET", "/dav/home/a.txt").text == "old")
        }
    }

    @Test func `is refused to those who may only read`() async throws {
        try await withAnna(isWritable: false) { gateway, store in
            try store.put("a.txt", "old")
            let target = ["Destination": "/dav/home/b.txt"]
            for method in ["PUT", "DELETE", "MOVE", "COPY"] {
                #expect(try await Wire.call(gateway, method, "/dav/home/a.txt", target).status == 403)
            }
            #expect(try await Wire.call(gateway, "MKCOL", "/dav/home/f").status == 403)
            let lock = bytes(LockText.exclusive)
            #expect(try await Wire.call(gateway, "LOCK", "/dav/home/a.txt", body: lock).status == 403)
            #expect(store.paths == ["a.txt"])
        }
    }

    @Test func `leaves the top as it is`() async throws {
        try await withAnna { gateway, _ in
            let target = ["Destination": "/dav/other"]
            let removed = try await Wire.call(gateway, "DELETE", "/dav/home")
            #expect(removed.status == 403)
            #expect(try await Wire.call(gateway, "DELETE", "/dav/").status == 403)
            #expect(try await Wire.call(gateway, "MOVE", "/dav/home", target).status == 404)
            #expect(try await Wire.call(gateway, "MKCOL", "/dav/other").status == 404)
            #expect(try await Wire.call(gateway, "MKCOL", "/dav/home").status == 405)
            #expect(try await Wire.call(gateway, "PUT", "/dav/home", body: bytes("x")).status == 403)
        }
    }

    @Test func `reads what it refuses, so that the connection goes on`() async throws {
        try await withAnna { gateway, store in
            try store.put("f/a.txt", "a")
            let lines = "Host: x\r\nAuthorization: Bearer token-anna\r\n"
            let put =
                "PUT /dav/home/f HTTP/1.1\r\n\(lines)Content-Length: 100000\r\n\r\n"
                + String(repeating: "x", count: 100_000)
            let get = "GET /dav/home/f/a.txt HTTP/1.1\r\n\(lines)Connection: close\r\n\r\n"
            let both = String(decoding: try await Wire.exchange(gateway.port, bytes(put + get)), as: UTF8.self)
            #expect(both.hasPrefix("HTTP/1.1 405"))
            #expect(both.hasSuffix("\r\n\r\na"))
            let waiting = "PUT /dav/home/f HTTP/1.1\r\n\(lines)Content-Length: 9\r\nExpect: 100-continue\r\n\r\n"
            let refused = try Wire.read(try await Wire.exchange(gateway.port, bytes(waiting)))
            #expect(refused.status == 405)
            #expect(refused["Connection"] == "close")
        }
    }

    @Test func `offers its socket to all who can enter its folder`() async throws {
        try await withAnna { gateway, _ in
            let attributes = try FileManager.default.attributesOfItem(atPath: gateway.socket)
            #expect(attributes[.posixPermissions] as? Int == 0o666)
        }
    }

    @Test func `says only the top folder in the log`() async throws {
        try await withAnna { gateway, _ in
            _ = try await Wire.call(gateway, "PUT", "/dav/home/patient-7.txt", body: bytes("x"))
            _ = try await Wire.call(gateway, "PUT", "/dav/home/no/patient-8.txt", body: bytes("x"))
            #expect(gateway.log.text.contains("gateway changed"))
            #expect(gateway.log.text.contains("gateway refused"))
            #expect(!gateway.log.text.contains("patient"))
        }
    }
}

enum LockText {
    static let exclusive =
        "<D:lockinfo xmlns:D=\"DAV:\"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>"
}
