import CarrelTestSupport
import Testing

@testable import CarrelModel

@Suite struct ConfigurationFuzzTests {
    @Test func `a mutated file gives a configuration or a located problem, never a crash`() throws {
        var random = SeededGenerator(for: "configuration")
        let seed = random.seed
        let original = Array(ConfigurationDocument.exampleFile.utf8)
        let lines = original.split(separator: UInt8(ascii: "\n")).map(Array.init)
        let snippets = [
            "[", "]", "{", "}", ":", "- ", "? ", "&a ", "*a", "!!int ", "!x", "<<: ", "|\n", ">\n", "'", "\"", "#",
            "---\n", "...\n",
            "%YAML 1.1\n", "\t", "\r\n", "\0", "\u{FEFF}", "\u{85}", "\\x00", "\"\\uD800\"", "~", "null", "0", "-1",
            "1e99", "never",
            "é", "\u{202E}", "😀", "@", "`", ",", "  ", "\n", "9999999999999999999999", "unix:", "[::1]:80", ": :",
        ].map { Array($0.utf8) }
        var outcomes = (good: 0, refused: 0)
        for round in 0..<1000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                mutate(&bytes, lines: lines, snippets: snippets, using: &random)
            }
            do throws(ConfigurationError) {
                let value = try Configuration.read(bytes, file: "f", folder: "/etc/carrel")
                #expect(
                    value.allFaults.isEmpty && value.hub.stateDirectory.hasPrefix("/"),
                    "seed \(seed), round \(round)"
                )
                outcomes.good += 1
            } catch {
                guard case .invalid(_, let problems) = error else {
                    Issue.record("seed \(seed), round \(round): \(error)")
                    continue
                }
                let lineCount = bytes.count(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) + 2
                let isLocated = problems.allSatisfy {
                    (1...lineCount).contains($0.line) && $0.column >= 1 && !$0.found.isEmpty
                }
                #expect(isLocated && !problems.isEmpty, "seed \(seed), round \(round): \(error.message)")
                outcomes.refused += 1
            }
        }
        #expect(outcomes.good > 0 && outcomes.refused > 0, "seed \(seed)")
    }

    private func mutate(
        _ bytes: inout [UInt8],
        lines: [[UInt8]],
        snippets: [[UInt8]],
        using random: inout SeededGenerator,
    ) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 1:
            let end = min(bytes.count, place + Int.random(in: 1...12, using: &random))
            bytes.removeSubrange(place..<end)
        case 2: bytes.insert(contentsOf: snippets.randomElement(using: &random) ?? [], at: place)
        case 3:
            let line = lines.randomElement(using: &random) ?? []
            let start = bytes[..<place].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            bytes.insert(contentsOf: line + [UInt8(ascii: "\n")], at: start)
        case 4: bytes.removeSubrange(place...)
        default:
            guard place < bytes.count else { return }
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
    }
}
