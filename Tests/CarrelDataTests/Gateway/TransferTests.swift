import Foundation
import Glibc
import Testing

@testable import CarrelData

@Suite struct `Moving and copying through the gateway` {
    /// Anna with two stores.
    private func withTwoStores(
        _ body: @escaping @Sendable (TrialGateway, MemoryStore, MemoryStore) async throws -> Void
    ) async throws {
        let (home, b2drop) = (MemoryStore(), MemoryStore())
        try home.put("f/a.txt", "a")
        try home.put("f/g/b.txt", "b")
        try home.put("f/c.txt", "c")
        let caller = GatewayCaller(id: "anna", name: "Anna", tree: try tree(home, b2drop))
        try await withGateway(["anna:secret": caller]) { try await body($0, home, b2drop) }
    }

    @Test func `between two stores takes all of a folder`() async throws {
        try await withTwoStores { gateway, home, b2drop in
            let target = ["Destination": "http://127.0.0.1/dav/b2drop/n/"]
            #expect(try await Wire.call(gateway, "COPY", "/dav/home/f/", target).status == 201)
            #expect(home.paths.count == 5)
            #expect(b2drop.paths == ["n", "n/a.txt", "n/c.txt", "n/g", "n/g/b.txt"])
            let other = ["Destination": "/dav/b2drop/m"]
            let moved = try await Wire.call(gateway, "MOVE", "/dav/home/f", other)
            #expect(moved.status == 201)
            #expect(home.paths.isEmpty)
            #expect(try b2drop.text("m/g/b.txt") == "b")
        }
    }

    @Test func `that fails in part leaves the source whole and says what failed`() async throws {
        try await withTwoStores { gateway, home, b2drop in
            try b2drop.fail(at: "n/g/b.txt", .unfitName)
            let answer = try await Wire.call(gateway, "MOVE", "/dav/home/f", ["Destination": "/dav/b2drop/n"])
            #expect(answer.status == 207)
            #expect(answer.text.contains("<D:href>/dav/home/f/g/b.txt</D:href><D:status>HTTP/1.1 422"))
            #expect(home.paths.count == 5)
            #expect(try b2drop.text("n/a.txt") == "a")
        }
    }

    @Test func `stops when there is no more room`() async throws {
        try await withTwoStores { gateway, home, b2drop in
            b2drop.fail(.write, .overQuota)
            let answer = try await Wire.call(gateway, "COPY", "/dav/home/f", ["Destination": "/dav/b2drop/n"])
            #expect(answer.status == 207)
            #expect(answer.text.components(separatedBy: "<D:response>").count == 2)
            let file = try await Wire.call(gateway, "MOVE", "/dav/home/f/a.txt", ["Destination": "/dav/b2drop/a"])
            #expect(file.status == 507)
            #expect(try home.text("f/a.txt") == "a")
        }
    }

    @Test(arguments: ["COPY", "MOVE"])
    func `over a folder replaces it when all is there`(_ method: String) async throws {
        try await withTwoStores { gateway, _, b2drop in
            try b2drop.put("n/old/x.txt", "old")
            let answer = try await Wire.call(gateway, method, "/dav/home/f", ["Destination": "/dav/b2drop/n"])
            #expect(answer.status == 204)
            #expect(b2drop.paths == ["n", "n/a.txt", "n/c.txt", "n/g", "n/g/b.txt"])
        }
    }

    @Test(arguments: ["COPY", "MOVE"], [DataFault.forbidden, .unusable(.offline)])
    func `over a folder that fails leaves both as they were`(_ method: String, _ fault: DataFault) async throws {
        try await withTwoStores { gateway, home, b2drop in
            try b2drop.put("n/old/x.txt", "old")
            try home.fail(at: "f/g/b.txt", fault)
            let answer = try await Wire.call(gateway, method, "/dav/home/f", ["Destination": "/dav/b2drop/n"])
            #expect(answer.status == 207)
            #expect(b2drop.paths == ["n", "n/old", "n/old/x.txt"])
            #expect(home.paths.count == 5)
        }
    }

    @Test func `over a folder of the same store is a copy, too, and full stores keep what they have`() async throws {
        try await withTwoStores { gateway, home, _ in
            try home.put("n/old.txt", "old")
            home.fail(.write, .overQuota)
            let target = ["Destination": "/dav/home/n"]
            #expect(try await Wire.call(gateway, "COPY", "/dav/home/f", target).status == 207)
            #expect(try await Wire.call(gateway, "COPY", "/dav/home/f/a.txt", target).status == 507)
            #expect(home.paths.filter { $0.hasPrefix("n") } == ["n", "n/old.txt"])
            home.fail(.write, nil)
            home.fail(.move, .unclear)
            #expect(try await Wire.call(gateway, "COPY", "/dav/home/f", target).status == 502)
            #expect(home.paths.filter { $0.hasPrefix("n") } == ["n", "n/old.txt"])
            home.fail(.move, nil)
            #expect(try await Wire.call(gateway, "COPY", "/dav/home/f/a.txt", target).status == 204)
            #expect(try home.text("n") == "a")
        }
    }

    @Test(arguments: [
        ("/dav/home/f", 403), ("/dav/home/f/", 403), ("/dav/home/f/g/x", 403), ("/dav/home", 403), ("/dav/", 403),
        ("http://elsewhere/other/x", 502), ("/dav/../etc/passwd", 502), ("/dav/home/%2e%2e/x", 502), ("", 502),
        ("/dav/nowhere/x", 404), ("/dav/home/no/x", 409), ("https://proxy.example/dav/home/x", 201),
    ])
    func `goes only where it can`(_ target: String, _ status: Int) async throws {
        try await withTwoStores { gateway, home, _ in
            let moved = try await Wire.call(gateway, "MOVE", "/dav/home/f", ["Destination": target])
            #expect(moved.status == status)
            #expect(home.paths.count == 5)
        }
    }

    @Test func `a folder over what it is in is refused`() async throws {
        try await withTwoStores { gateway, home, _ in
            for method in ["MOVE", "COPY"] {
                let answer = try await Wire.call(gateway, method, "/dav/home/f/g", ["Destination": "/dav/home/f"])
                #expect(answer.status == 403)
            }
            #expect(home.paths.count == 5)
        }
    }
}

@Suite struct `Two people at one gateway` {
    @Test func `see nothing of each other`() async throws {
        let (annas, bens) = (MemoryStore(), MemoryStore())
        try annas.put("a.txt", "anna's")
        try bens.put("a.txt", "ben's")
        let anna = GatewayCaller(id: "anna", name: "Anna", tree: try tree(annas))
        let ben = GatewayCaller(id: "ben", name: "Ben", tree: try tree(bens))
        try await withGateway(["anna:secret": anna, "ben:secret": ben]) { gateway in
            let lock = try await Wire.call(gateway, "LOCK", "/dav/home/a.txt", body: bytes(LockText.exclusive))
            #expect(lock.status == 200)
            let token = try #require(lock["Lock-Token"])
            let set = bytes(
                "<D:propertyupdate xmlns:D=\"DAV:\"><D:set><D:prop><p xmlns=\"u:1\">mine</p></D:prop></D:set></D:propertyupdate>"
            )
            let held = ["If": "(\(token))"]
            #expect(try await Wire.call(gateway, "PROPPATCH", "/dav/home/a.txt", held, body: set).status == 207)
            let seen = try await Wire.call(gateway, "PROPFIND", "/dav/home/a.txt", ["Depth": "0"], as: "ben:secret")
            #expect(!seen.text.contains("mine"))
            #expect(!seen.text.contains("activelock"))
            let unlocked = try await Wire.call(
                gateway,
                "UNLOCK",
                "/dav/home/a.txt",
                ["Lock-Token": token],
                as: "ben:secret"
            )
            #expect(unlocked.status == 409)
            let put = try await Wire.call(gateway, "PUT", "/dav/home/a.txt", body: bytes("x"), as: "ben:secret")
            #expect(put.status == 204)
            #expect(try annas.text("a.txt") == "anna's")
            #expect(try await Wire.call(gateway, "PUT", "/dav/home/a.txt", body: bytes("x")).status == 423)
            #expect(try await Wire.call(gateway, "PUT", "/dav/home/a.txt", held, body: bytes("x")).status == 204)
            for target in ["/dav/home/../ben", "/dav/%2e%2e/ben", "/dav/ben/home/a.txt", "/dav/home/%2F..%2Fben"] {
                #expect([400, 404].contains(try await Wire.call(gateway, "GET", target).status))
            }
        }
    }
}

@Suite struct `Requests that no client would send` {
    @Test(arguments: [
        "GET /dav/../../etc/passwd HTTP/1.1", "GET /dav/home/%2e%2e/%2e%2e/etc/passwd HTTP/1.1",
        "GET http://elsewhere/dav/home/%2E%2E/a HTTP/1.1", "GET /dav/home/a%00b HTTP/1.1", "GET * HTTP/1.1",
        "GET /dav/home/%2Fetc%2Fpasswd HTTP/1.1", "DELETE /dav/home/x#y HTTP/1.1", "GET /other HTTP/1.1",
        "PUT /dav/home/%zz HTTP/1.1", "DELETE  HTTP/1.1", "\u{1}\u{2}\u{3}",
    ])
    func `are refused, and the next is served`(_ line: String) async throws {
        try await withAnna { gateway, store in
            try store.put("x", "x")
            let head = "\(line)\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer token-anna\r\n\r\n"
            let answer = try await Wire.exchange(gateway.port, bytes(head))
            #expect(try answer.isEmpty || Wire.read(answer).status >= 400)
            #expect(store.paths == ["x"])
            #expect(try await Wire.call(gateway, "GET", "/dav/home/x").status == 200)
        }
    }

    @Test func `with headers beyond measure end the connection`() async throws {
        try await withAnna { gateway, _ in
            let head = "GET /dav/ HTTP/1.1\r\nHost: x\r\nX-Long: \(String(repeating: "x", count: 65_536))\r\n\r\n"
            let answer = try await Wire.exchange(gateway.port, bytes(head))
            #expect(try answer.isEmpty || Wire.read(answer).status >= 400)
            let broken = ["If": "(<a> [\"x\"", "Depth": "0"]
            let put = try await Wire.call(gateway, "PUT", "/dav/home/a", broken, body: bytes("x"))
            #expect(put.status == 400)
        }
    }
}

@Suite struct `Both versions kept` {
    @Test func `when a mount writes over what it hasn't seen`() async throws {
        try await withAnna(mount: "lab") { gateway, store in
            try store.put("a.txt", "first")
            #expect(try await Wire.call(gateway, "GET", "/dav/home/a.txt").text == "first")
            let mine = try await Wire.call(gateway, "PUT", "/dav/home/a.txt", body: bytes("mine"))
            #expect(mine.status == 204)
            try store.put("a.txt", "theirs")
            #expect(try await Wire.call(gateway, "PUT", "/dav/home/a.txt", body: bytes("mine again")).status == 201)
            #expect(try store.text("a.txt") == "theirs")
            let conflict = try #require(gateway.server.conflicts(of: "anna").first)
            let copy = try #require(conflict.copy.last?.text)
            #expect(conflict.mount == "lab" && copy.hasPrefix("a (conflict lab "))
            #expect(try store.text(copy) == "mine again")
            // rclone looks whether what it wrote is there, and removes it if not.
            let seen = try await Wire.call(gateway, "PROPFIND", "/dav/home/a.txt", ["Depth": "1"])
            #expect(seen.text.contains("<D:getcontentlength>10</D:getcontentlength>"))
            #expect(try await Wire.call(gateway, "DELETE", "/dav/home/a.txt").status == 412)
            #expect(try await Wire.call(gateway, "GET", "/dav/home/a.txt").text == "theirs")
            #expect(try await Wire.call(gateway, "PUT", "/dav/home/a.txt", body: bytes("merged")).status == 204)
            #expect(gateway.server.conflicts(of: "ben") == [])
        }
    }

    @Test func `when a mount moves something over what it hasn't seen`() async throws {
        try await withAnna(mount: "lab") { gateway, store in
            try store.put("a.txt", "first")
            _ = try await Wire.call(gateway, "GET", "/dav/home/a.txt")
            try store.put("a.txt", "theirs")
            #expect(try await Wire.call(gateway, "PUT", "/dav/home/a.txt~", body: bytes("mine")).status == 201)
            let moved = try await Wire.call(gateway, "MOVE", "/dav/home/a.txt~", ["Destination": "/dav/home/a.txt"])
            #expect(moved.status == 204)
            #expect(try store.text("a.txt") == "theirs")
            let copy = try #require(gateway.server.conflicts(of: "anna").first?.copy.last?.text)
            #expect(try store.text(copy) == "mine")
            #expect(store.paths.count == 2)
        }
    }

    @Test func `when a mount removes a file after it has broken off a write`() async throws {
        try await withAnna(mount: "lab") { gateway, store in
            for (number, theirs) in [nil, "theirs"].enumerated() {
                try store.put("a.txt", "first")
                _ = try await Wire.call(gateway, "GET", "/dav/home/a.txt")
                let head = "PUT /dav/home/a.txt HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer anna:secret\r\n"
                close(try Wire.open(gateway.port, bytes(head + "Content-Length: 9\r\n\r\nhalf")))
                try await eventually("it was noticed") {
                    gateway.log.text.split(separator: "\n").count { $0.contains("PUT") } > number
                }
                if let theirs { try store.put("a.txt", theirs) }
                let removed = try await Wire.call(gateway, "DELETE", "/dav/home/a.txt")
                // Its own it may remove, as a person does who wants to be rid of what goes up.
                #expect(removed.status == (theirs == nil ? 204 : 412))
                #expect(try store.text("a.txt") == theirs)
            }
        }
    }

    @Test func `but not for programs, which say themselves what they expect`() async throws {
        try await withAnna { gateway, store in
            try store.put("a.txt", "first")
            _ = try await Wire.call(gateway, "GET", "/dav/home/a.txt")
            try store.put("a.txt", "theirs")
            #expect(try await Wire.call(gateway, "PUT", "/dav/home/a.txt", body: bytes("mine")).status == 204)
            #expect(store.paths == ["a.txt"])
        }
    }
}
