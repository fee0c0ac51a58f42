import CarrelModel
import Testing

@Suite struct `Texts that are cut by bytes` {
    @Test(arguments: [
        ("", 0, ""), ("ab", 0, ""), ("ab", 2, "ab"), ("abc", 2, "ab"), ("aé", 2, "a"), ("aé", 3, "aé"),
        ("a€b", 3, "a"), ("a€b", 4, "a€"), ("😀😀", 7, "😀"), ("😀", 3, ""), ("e\u{301}e\u{301}", 4, "e\u{301}e"),
        ("ab", -1, ""),
    ])
    func `end with a whole scalar`(text: String, limit: Int, cut: String) {
        #expect(Array(text.cut(toBytes: limit).utf8) == Array(cut.utf8))
    }

    @Test func `are never longer than they may be, whatever they hold`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            var text = ""
            for _ in 0..<Int.random(in: 0..<20, using: &generator) {
                if let scalar = Unicode.Scalar(UInt32.random(in: 0..<0x11_0000, using: &generator)) {
                    text.unicodeScalars.append(scalar)
                }
            }
            let limit = Int.random(in: 0..<40, using: &generator)
            let cut = text.cut(toBytes: limit)
            #expect(cut.utf8.count <= limit && text.utf8.starts(with: cut.utf8), "\(Array(text.utf8)), \(limit)")
            #expect(cut.utf8.count > min(limit, text.utf8.count) - 4, "\(Array(text.utf8)), \(limit)")
        }
    }
}

@Suite struct `E-mail addresses` {
    @Test(arguments: ["ada@example.org", "a.b+c@d", "ünï@exämple.org", "a@xn--d.example", "o'neil@example.org"])
    func `are taken as they are written`(text: String) {
        #expect(EmailAddress(text)?.text == text)
    }

    @Test(arguments: [
        "", "@", "ada", "a@", "@b", "a@b@c", "a b@c", " a@b", "a@b\n", "a@b\u{0}", "<a@b>", "a@b,c@d", "a\u{202E}@b",
        "a\u{200B}@b", "\"a\"@b", "a@b\u{2028}", "a\u{FEFF}@b", String(repeating: "a", count: 250) + "@b.cd",
    ])
    func `that are none, or hide something, are refused`(text: String) {
        #expect(EmailAddress(text) == nil)
    }
}
