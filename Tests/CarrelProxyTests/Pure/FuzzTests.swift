import CarrelTestSupport
import Testing

@testable import CarrelProxy

@Suite struct FuzzTests {
    /// What is let through must be free of everything that a second reader could take for a line's end.
    @Test func `mutated requests never crash the reader, and arrive alike in any pieces`() {
        let seed = UInt64.random(in: 0...1_000_000)
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("\r\n \t:;,/%2e.\0\u{7F}@[]*#\\HhTt1509chunked".utf8)
        for round in 0..<4000 {
            var bytes = Array(Self.seeds.randomElement(using: &generator)?.utf8 ?? "".utf8)
            for _ in 0..<Int.random(in: 0...4, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                let byte = alphabet.randomElement(using: &generator) ?? 0
                switch Int.random(in: 0...3, using: &generator) {
                case 0: bytes[place] = byte
                case 1: bytes.insert(byte, at: place)
                case 2: bytes.remove(at: place)
                default: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
                }
            }
            let whole = parse(bytes)
            let cuts = (0..<bytes.count).filter { _ in Bool.random(using: &generator) }
            #expect(parse(bytes, cuts: cuts) == whole, "seed \(seed), round \(round)")
            if case .head(let head, let fields, let rest) = whole {
                check(bytes, head, fields, rest: rest, "seed \(seed), round \(round)")
            }
        }
    }

    private func check(_ bytes: [UInt8], _ head: RequestHead, _ fields: [Field], rest: Int, _ round: String) {
        let end = bytes.count - rest
        for (index, byte) in bytes[..<end].enumerated() where byte == 0x0A || byte == 0x0D {
            let isPaired = byte == 0x0A ? index > 0 && bytes[index - 1] == 0x0D : bytes[index + 1] == 0x0A
            #expect(isPaired, "\(round)")
        }
        #expect(!bytes[..<end].contains(0), "\(round)")
        #expect(fields.count { $0.name == .host } <= 1, "\(round)")
        #expect(fields.count { $0.name == .contentLength || $0.name == .transferEncoding } <= 1, "\(round)")
        #expect(head.target.upperBound < end, "\(round)")
    }

    private static let seeds = [
        "GET /user/a%40b/lab?x=1 HTTP/1.1\r\nHost: a:80\r\nAccept: text/html\r\nCookie: a=b\r\n\r\n",
        "POST /a/../b HTTP/1.1\r\nHost: a\r\nContent-Length: 15\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: x, close\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
        "GET http://a.b/%2e%2e/ HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nExpect: 100-continue\r\n\r\n",
    ]
}
