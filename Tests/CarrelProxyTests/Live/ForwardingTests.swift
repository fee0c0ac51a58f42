import Foundation
import NIOCore
import Testing

@testable import CarrelProxy

@Suite(.timeLimit(.minutes(5))) struct ForwardingTests {
    private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    private let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `both connections are kept for the next request`() async throws {
        try await withProxy { proxy in
            let (client, behind) = try await proxy.exchange(get, answer: ok)
            #expect(try await client.readMessage().body == "ok")
            for number in 0..<20 {
                try await client.write("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await behind.readHead().hasPrefix("GET /\(number) "))
                try await behind.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n")
                try await behind.write("x")
                #expect(try await client.readMessage().body == "x")
            }
        }
    }

    @Test func `pipelined requests are answered in order`() async throws {
        try await withProxy { proxy in
            let client = try await proxy.connect()
            try await client.write((0..<10).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            let behind = try await proxy.server.accept()
            for number in 0..<10 {
                #expect(try await behind.readHead().hasPrefix("GET /\(number) "))
                try await behind.write(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n\(number)\r\n0\r\n\r\n"
                )
                _ = try await client.readHead()
                #expect(try await client.read(upTo: "0\r\n\r\n").contains("\r\n\(number)\r\n"))
            }
        }
    }

    @Test func `a HEAD answer carries no body, and the next answer is whole`() async throws {
        try await withProxy { proxy in
            let client = try await proxy.connect()
            try await client.write("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + get)
            let behind = try await proxy.server.accept()
            _ = try await behind.readHead()
            try await behind.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            _ = try await behind.readHead()
            try await behind.write(ok)
            _ = try await client.readHead()
            #expect(try await client.readMessage().head.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func `bodies flow both ways at once`() async throws {
        try await withProxy { proxy in
            let client = try await proxy.connect()
            try await client.write("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            let behind = try await proxy.server.accept()
            _ = try await behind.readHead()
            try await behind.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            _ = try await client.readHead()
            for text in ["one", "two", "six"] {
                try await client.write("3\r\n\(text)\r\n")
                #expect(try await behind.read(8) == "3\r\n\(text)\r\n")
                try await behind.write("3\r\n\(text)\r\n")
                #expect(try await client.read(8) == "3\r\n\(text)\r\n")
            }
            try await client.write("0\r\n\r\n" + get)
            #expect(try await behind.read(5) == "0\r\n\r\n")
            try await behind.write("0\r\n\r\n")
            #expect(try await client.read(5) == "0\r\n\r\n")
            #expect(try await behind.readHead().hasPrefix("GET /a "))
        }
    }

    @Test func `interim answers are passed on`() async throws {
        try await withProxy { proxy in
            let client = try await proxy.connect()
            try await client.write("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
            let behind = try await proxy.server.accept()
            #expect(try await behind.readHead().contains("\r\nExpect: 100-continue\r\n"))
            try await behind.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n")
            #expect(try await client.readHead() == "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
            #expect(try await client.readHead() == "HTTP/1.1 100 Continue\r\n\r\n")
            try await client.write("body")
            #expect(try await behind.read(4) == "body")
            try await behind.write(ok)
            #expect(try await client.readMessage().body == "ok")
        }
    }

    @Test func `an early refusal reaches a client that is still sending`() async throws {
        try await withProxy { proxy in
            let client = try await proxy.connect()
            try await client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\nabc")
            let behind = try await proxy.server.accept()
            _ = try await behind.readHead()
            try await behind.write("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")
            let answer = try await client.readMessage()
            #expect(answer.head.contains("\r\nConnection: close\r\n"))
            #expect(answer.body == "big")
            #expect(try await client.isAtEnd())
            #expect(try await behind.readToEnd() == "abc")
        }
    }

    @Test func `a 1.0 client gets a plain body and a close`() async throws {
        try await withProxy { proxy in
            let (client, _) = try await proxy.exchange(
                "GET / HTTP/1.0\r\n\r\n",
                answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
            )
            let answer = try await client.readToEnd()
            #expect(!answer.contains("Transfer-Encoding"))
            #expect(answer.hasSuffix("\r\n\r\nabcde"))
        }
    }

    @Test func `a 1.0 client may ask to keep the connection`() async throws {
        try await withProxy { proxy in
            let (client, behind) = try await proxy.exchange(
                "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                answer: ok
            )
            #expect(try await client.readMessage().head.contains("\r\nConnection: keep-alive\r\n"))
            try await client.write("GET /b HTTP/1.0\r\n\r\n")
            #expect(try await behind.readHead().hasPrefix("GET /b HTTP/1.1\r\n"))
        }
    }

    @Test func `a server that ends its answer with the connection is read to the end`() async throws {
        try await withProxy { proxy in
            let (client, behind) = try await proxy.exchange(get, answer: "HTTP/1.0 200 OK\r\n\r\nabc")
            try await behind.write("def")
            try await behind.close()
            let answer = try await client.readToEnd()
            #expect(answer.contains("\r\nConnection: close\r\n"))
            #expect(answer.hasSuffix("\r\n\r\nabcdef"))
        }
    }

    @Test func `a client that has ended its direction still gets its answer`() async throws {
        try await withProxy { proxy in
            let client = try await proxy.connect()
            try await client.write(get)
            try await client.endOutput()
            let behind = try await proxy.server.accept()
            _ = try await behind.readHead()
            try await behind.write(ok)
            #expect(try await client.readToEnd().hasSuffix("\r\n\r\nok"))
        }
    }

    @Test func `a client that has ended its direction gets all answers it asked for`() async throws {
        try await withProxy { proxy in
            let client = try await proxy.connect()
            let healthy = "GET /_chp_healthz HTTP/1.1\r\nHost: a\r\n\r\n"
            try await client.write(get + healthy + get + healthy + healthy + "GET /unfinished")
            try await client.endOutput()
            let behind = try await proxy.server.accept()
            for _ in 0..<2 {
                _ = try await behind.readHead()
                try await behind.write(ok)
            }
            #expect(try await client.readToEnd().ranges(of: "HTTP/1.1 200 OK").count == 5)
        }
    }

    @Test func `a server that dies in mid-body cuts the client off`() async throws {
        try await withProxy { proxy in
            let (client, behind) = try await proxy.exchange(
                get,
                answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
            )
            _ = try await client.readHead()
            #expect(try await client.read(8) == "3\r\nabc\r\n")
            try await behind.close()
            #expect(try await client.isAtEnd())
        }
    }

    @Test func `a client that goes away takes its request with it`() async throws {
        try await withProxy { proxy in
            let client = try await proxy.connect()
            try await client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
            let behind = try await proxy.server.accept()
            _ = try await behind.readHead()
            try await client.close()
            #expect(try await behind.readToEnd() == "abc")
        }
    }

    @Test func `a repeatable request on a stale connection is sent once more`() async throws {
        try await withProxy { proxy in
            let (client, behind) = try await proxy.exchange(get, answer: ok)
            _ = try await client.readMessage()
            try await client.write("GET /again HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await behind.readHead()
            try await behind.close()
            let fresh = try await proxy.server.accept()
            #expect(try await fresh.readHead().hasPrefix("GET /again "))
            try await fresh.write(ok)
            #expect(try await client.readMessage().body == "ok")
        }
    }

    @Test func `a request that can't be repeated is not`() async throws {
        try await withProxy { configuration, _ in
            configuration.limits.freshUpstream = .seconds(600)
        } _: { proxy in
            let (client, behind) = try await proxy.exchange(get, answer: ok)
            _ = try await client.readMessage()
            try await client.write("POST /once HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
            _ = try await behind.readHead()
            try await behind.close()
            #expect(try await client.readMessage().head.hasPrefix("HTTP/1.1 502 "))
        }
    }

    @Test func `bytes that nobody asked for end a server's connection`() async throws {
        try await withProxy { proxy in
            let (client, behind) = try await proxy.exchange(get, answer: ok + "HTTP/1.1 200 OK\r\n\r\n")
            #expect(try await client.readMessage().body == "ok")
            #expect(try await behind.isAtEnd())
            try await client.write(get)
            let fresh = try await proxy.server.accept()
            _ = try await fresh.readHead()
        }
    }

    @Test func `a server on a unix socket is reached, and a client by one`() async throws {
        let path = "/tmp/proxy-test-\(UInt32.random(in: 0 ... .max)).sock"
        let server = try await RawServer.start(unix: path)
        try await withProxy(on: server) { configuration, folder in
            configuration.listeners.append(.init(.unix(path: folder.appending(path: "public.sock").path)))
        } _: { proxy in
            let client = try await proxy.connect(to: 1)
            try await client.write(get)
            let behind = try await server.accept()
            #expect(try await behind.readHead().contains("\r\nX-Forwarded-For: 127.0.0.1\r\n"))
            try await behind.write(ok)
            #expect(try await client.readMessage().body == "ok")
        }
    }

    @Test func `the request's name goes both ways`() async throws {
        try await withProxy { proxy in
            let client = try await proxy.connect()
            try await client.write("GET / HTTP/1.1\r\nHost: a\r\nX-Request-ID: mine\r\n\r\n")
            let behind = try await proxy.server.accept()
            let line = try #require(
                try await behind.readHead().split(separator: "\r\n").first { $0.hasPrefix("X-Request-ID") }
            )
            #expect(line != "X-Request-ID: mine")
            try await behind.write(ok)
            #expect(try await client.readMessage().head.contains("\r\n\(line)\r\n"))
        }
    }
}
