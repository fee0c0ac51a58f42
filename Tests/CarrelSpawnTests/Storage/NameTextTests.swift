import CarrelTestSupport
import Testing

@testable import CarrelSpawn

@Suite struct `Names as text` {
    @Test(arguments: ["", "a.txt", "Übung 3.ipynb", "e\u{301}", "日本語", "\u{FFFD}", "\u{E000}", "👩‍🔬", "a\nb"])
    func `that are text are left as they are`(name: String) {
        let text = NameText.text(of: Array(name.utf8))
        #expect(text.utf8.elementsEqual(name.utf8))
        #expect(NameText.bytes(of: text) == Array(name.utf8))
    }

    @Test func `any bytes come back, and no two names are one text`() {
        var generator = SeededGenerator(for: "names")
        let pieces: [[UInt8]] = [
            [0xE9], [0xC3, 0xA9], [0xFF], [0xF4, 0x8F, 0xBB, 0xA9], [0xF4, 0x8F], [0xED, 0xA0, 0x80], [0x61], [0x80],
            [0xC0, 0xAF],
        ]
        var seen: [[UInt8]: [UInt8]] = [:]
        for _ in 0..<3000 {
            let name = (0..<Int.random(in: 0...6, using: &generator))
                .flatMap { _ in pieces.randomElement(using: &generator) ?? [] }
            let text = NameText.text(of: name)
            #expect(NameText.bytes(of: text) == name)
            #expect(seen.updateValue(name, forKey: Array(text.utf8)).map { $0 == name } ?? true)
        }
        #expect(seen.count > 1000)
    }

    @Test func `for people have replacement characters`() {
        #expect(NameText.shown(NameText.text(of: [0x63, 0xE9, 0x2E])) == "c\u{FFFD}.")
    }

    @Test func `a path is cut at its slashes, whatever follows them`() {
        #expect(
            NameText.names(in: "a/\u{301}b//c").map { Array($0.utf8) }
                == ["a", "\u{301}b", "", "c"].map { Array($0.utf8) }
        )
        #expect(HomePath("a/\u{301}/..") == nil)
        #expect(HomePath(NameText.text(of: Array(repeating: 0xFF, count: 255)))?.names.count == 1)
        #expect(HomePath(NameText.text(of: Array(repeating: 0xFF, count: 256))) == nil)
    }
}
