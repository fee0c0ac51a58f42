import Foundation
import Testing

@testable import OpenIDClient

/// What strangers may send, in any order.
@Suite struct ForeignBytesTests {
    /// Numbers that come again for the same seed (SplitMix64).
    private struct SeededGenerator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
            bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
            return bits ^ (bits >> 31)
        }
    }

    @Test func `no change of a token is believed or ends the program`() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(state: seed)
        let whole = Array(try TrialToken.idToken(of: "https://example.org", nonce: "n").text.utf8)
        let keys = try ProviderKeys(["keys": [try TrialKey.one.published("one")]])
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...127, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8(ascii: "."), at: place)
                }
            }
            guard let token = try? SignedToken(String(decoding: bytes, as: UTF8.self)) else { continue }
            let isSame = token.signed == Data(whole.prefix(token.signed.count)) && token.signed.count < whole.count
            let fault = await keys.fault(of: token)
            #expect(fault != nil || isSame, "seed \(seed)")
            _ = try? token.claims()
        }
    }

    @Test func `any bytes are an object or nothing`() {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(state: seed)
        let pieces = [
            "{", "}", "[", "]", ":", ",", "\"a\"", "\"\\\"", "\\", "1", "1e9999", "-", "null", "\u{0}", "\u{feff}", "é",
        ]
        for _ in 0..<5000 {
            let count = Int.random(in: 0..<40, using: &generator)
            let text = "{\"a\":" + (0..<count).compactMap { _ in pieces.randomElement(using: &generator) }.joined()
            if let object = StrictJSON.object(Data(text.utf8)) { #expect(object["a"] != nil, "seed \(seed)") }
        }
    }

    @Test(arguments: [("[]", 1), (#"{"a":[{}]}"#, 3), (#""[[[""#, 0), (#""\"[""#, 0), (#"["\\",[]]"#, 2), ("]]]][", 0)])
    func `depth is counted outside of texts`(_ text: String, _ depth: Int) {
        #expect(StrictJSON.depth(Data(text.utf8)) == depth)
    }

    @Test(arguments: [32, 33])
    func `values lie at most 32 deep`(_ depth: Int) {
        let text = String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)
        #expect((StrictJSON.object(Data(text.utf8)) != nil) == (depth <= 32))
    }
}
