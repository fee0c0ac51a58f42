import CarrelTestSupport
import NIOCore
import Testing

@testable import CarrelProxy

@Suite(.timeLimit(.minutes(5))) struct LiveFuzzTests {
    private let requests =
        HostileRequest.heads.map(\.text).filter { $0.utf8.count < 1000 }
        + HostileRequest.bodies.map { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\($0.body)" }
        + [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HEAD /_chp_healthz HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
        ]
    private let answers = [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 404 No\r\nConnection: close\r\n\r\nno",
        "HTTP/1.1 304 Same\r\nConnection: x, Upgrade\r\nUpgrade: x\r\nX: y\r\n\r\n",
    ]

    @Test func `whatever clients send, they get HTTP or nothing, and others are served`() async throws {
        let seed = UInt64.random(in: 0...1_000_000)
        var generator = SeededGenerator(seed: seed)
        let lines = (0..<250).map { _ in
            (0..<Int.random(in: 1...3, using: &generator)).flatMap { _ in mutated(requests, &generator) }
        }
        try await withProxy { proxy in
            // With nobody behind, each request is answered here.
            try await proxy.server.stop()
            for (round, bytes) in lines.enumerated() {
                let client = try await proxy.connect()
                try? await client.write(.init(bytes: bytes))
                try? await client.endOutput()
                let answer = try await client.readToEnd()
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 "), "seed \(seed), round \(round)")
                try await client.close()
            }
            #expect(try await proxy.control("GET", "/api/routes").status == 200)
            let client = try await proxy.connect()
            try await client.write("GET /_chp_healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.readMessage().head.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func `whatever a server answers, its client gets HTTP`() async throws {
        let seed = UInt64.random(in: 0...1_000_000)
        var generator = SeededGenerator(seed: seed)
        let lines = (0..<250).map { _ in mutated(answers, &generator) }
        try await withProxy { proxy in
            for (round, bytes) in lines.enumerated() {
                let client = try await proxy.connect()
                try await client.write("GET /\(round) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                let behind = try await proxy.server.accept()
                #expect(try await behind.readHead().hasPrefix("GET /\(round) "))
                try? await behind.write(.init(bytes: bytes))
                try await behind.close()
                let answer = try await client.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 "), "seed \(seed), round \(round): \(answer.debugDescription)")
                try await client.close()
            }
        }
    }

    private func mutated(_ texts: [String], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(texts.randomElement(using: &generator)?.utf8 ?? "".utf8)
        let alphabet = Array("\r\n \t:;,/%2e.\0\u{7F}@0159fHhTt".utf8)
        for _ in 0..<Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0...2, using: &generator) {
            case 0: bytes[place] = alphabet.randomElement(using: &generator) ?? 0
            case 1: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: place)
            default: bytes.remove(at: place)
            }
        }
        return bytes
    }
}
