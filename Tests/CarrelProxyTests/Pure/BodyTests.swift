import CarrelTestSupport
import NIOCore
import Testing

@testable import CarrelProxy

@Suite struct BodyTests {
    @Test(arguments: HostileRequest.bodies.map(\.body))
    func `a hostile chunked body is refused`(_ body: String) {
        #expect(pump(.chunked, [body]).refusal == .badChunk)
    }

    @Test func `a chunked body is passed on byte by byte, or as content alone`() {
        let body = "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET"
        #expect(pump(.chunked, [body]).out == "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
        #expect(pump(.chunked, [body], .stripped).out == "hello world")
        #expect(pump(.chunked, [body]).rest == "GET")
    }

    @Test func `extensions and trailers go no further`() {
        let body = "5;a=\"b\";c\r\nhello\r\n0;d\r\nX-A: b\r\nX-C: d\r\n\r\n"
        #expect(pump(.chunked, [body]).out == "5\r\nhello\r\n0\r\n\r\n")
    }

    @Test func `a sized body ends with its last byte`() {
        let result = pump(.length(5), ["he", "llo", "GET"])
        #expect(result.out == "hello")
        #expect(result.rest == "GET")
        #expect(result.isComplete)
    }

    @Test func `a body until the close has no end of its own`() {
        let result = pump(.untilClose, ["a", "b"])
        #expect(result.out == "ab")
        #expect(!result.isComplete)
    }

    @Test func `however a body is cut, the same comes out`() {
        let seed = UInt64.random(in: 0...1_000_000)
        var generator = SeededGenerator(seed: seed)
        for round in 0..<400 {
            let body = randomBody(&generator)
            let whole = pump(.chunked, [body])
            let cut = pump(.chunked, pieces(of: body, &generator))
            #expect(whole == cut, "seed \(seed), round \(round): \(body.debugDescription)")
        }
    }

    private struct Outcome: Equatable {
        var out = ""
        var rest = ""
        var isComplete = false
        var refusal: Refusal?
    }

    private func pump(_ framing: BodyFraming, _ pieces: [String], _ passing: BodyPump.Framing = .passedOn) -> Outcome {
        var pump = BodyPump(framing, framing: passing)
        var outcome = Outcome()
        for piece in pieces {
            var buffer = ByteBuffer(string: outcome.rest + piece)
            outcome.rest = ""
            do throws(Refusal) {
                try pump.take(from: &buffer) { outcome.out += String(buffer: $0) }
            } catch {
                // How much goes on before a refusal depends on the pieces; nothing after it ever does.
                return Outcome(refusal: error)
            }
            outcome.rest = String(buffer: buffer)
        }
        outcome.isComplete = pump.isComplete
        return outcome
    }

    private func randomBody(_ generator: inout SeededGenerator) -> String {
        var body = ""
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            let content = String(repeating: "x", count: Int.random(in: 1...20, using: &generator))
            let ending = [";e=1", "", "", ""].randomElement(using: &generator) ?? ""
            body += String(content.count, radix: 16) + ending + "\r\n" + content + "\r\n"
        }
        body += "0\r\n" + (Bool.random(using: &generator) ? "A: b\r\n" : "") + "\r\n"
        guard Int.random(in: 0...3, using: &generator) == 0 else { return body }
        var bytes = Array(body.utf8)
        let alphabet = Array("\r\n;0f \0x".utf8)
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = alphabet.randomElement(using: &generator) ?? 0
        return String(decoding: bytes, as: UTF8.self)
    }

    private func pieces(of text: String, _ generator: inout SeededGenerator) -> [String] {
        var rest = Array(text.utf8)
        var pieces: [String] = []
        while !rest.isEmpty {
            let count = Int.random(in: 1...min(7, rest.count), using: &generator)
            pieces.append(String(decoding: rest[..<count], as: UTF8.self))
            rest.removeFirst(count)
        }
        return pieces
    }
}
