import Testing

@testable import StorageHubClient

@Suite struct NameTests {
    @Test(
        arguments: [
            ("a.txt", "a.txt"), ("100%", "100%25"), ("a/b", "a%2Fb"), ("a.", "a%2E"), (".a", "%2Ea"), ("a.b", "a.b"),
            (" a ", "%20a%20"), ("a b", "a b"), ("[x]:*|", "%5Bx%5D%3A%2A%7C"), ("é😀#", "é😀#"), ("", ""),
        ]
    )
    func `inner names are made as Jackrabbit makes them`(_ name: String, _ escaped: String) {
        #expect(NodeName.escape(name) == escaped)
        #expect(NodeName.unescape(escaped) == (name == escaped ? nil : name))
    }

    @Test(arguments: ["a%2fb", "a%20b", "%41", "100%", "%", "%%", "%00"])
    func `what was never escaped isn't unescaped`(_ name: String) {
        #expect(NodeName.unescape(name) == nil)
    }

    @Test(
        arguments: [
            ("plan.txt", "plan.txt"), ("50% off.txt", "50% off.txt"), ("10:30", "10%3A30"),
            ("a[1]*|", "a%5B1%5D%2A%7C"),
            (" a ", "%20a%20"), ("a%20b", "a%2520b"), ("a%2Fb", "a%2Fb"), ("%3A", "%253A"), ("%%3A", "%%253A"),
            ("tab\t\r\n", "tab%09%0D%0A"), ("end.", "end."), ("naïve 😀 #?&+", "naïve 😀 #?&+"),
        ]
    )
    func `names become titles and come back`(_ name: String, _ title: String) throws {
        #expect(try TitleText.title(for: name) == title)
        #expect(TitleText.name(for: title) == name)
    }

    @Test(arguments: ["a%20b", "a%3ab", "%2", "a%41"])
    func `titles that nobody wrote so are shown as they are`(_ title: String) {
        #expect(TitleText.name(for: title) == title)
    }

    @Test(arguments: ["", ".", "..", "a/b", "/", "a\0", String(repeating: "é", count: 128)])
    func `what can't be a file's name is refused`(_ name: String) {
        #expect(throws: StorageHubError.unfitName) { try TitleText.title(for: name) }
    }

    @Test func `any name comes back byte by byte, and no two names have one title`() throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(state: seed)
        let pieces = ["%", "2", "5", "0", "3", "A", "a", ":", "[", " ", ".", "e\u{301}", "é", "\t", "*", "%3A", "%25"]
        var names: [ExactText: ExactText] = [:]
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...8, using: &generator)
            let name = (0..<count).compactMap { _ in pieces.randomElement(using: &generator) }.joined()
            guard TitleText.isFit(name) else { continue }
            let title = try TitleText.title(for: name)
            #expect(ExactText(TitleText.name(for: title)) == ExactText(name), "seed \(seed)")
            let other = names.updateValue(ExactText(name), forKey: ExactText(title))
            #expect(other == nil || other == ExactText(name), "seed \(seed)")
            #expect(NodeName.unescape(NodeName.escape(name)).map(ExactText.init) ?? ExactText(name) == ExactText(name))
        }
    }
}
