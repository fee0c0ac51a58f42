import CarrelModel
import CarrelTestSupport
import Foundation
import Testing

@Suite struct UserNameTests {
    @Test(arguments: [
        ("alice", "alice"), ("Alice", "alice"), ("Ünï@x.org", "ünï@x.org"), ("U\u{308}n", "ün"), ("-x", "-x"),
        ("a b+c~d", "a b+c~d"), ("1st", "1st"), ("..a", "..a"), ("a%b", "a%b"), ("a\\b", "a\\b"), ("иван", "иван"),
        ("ΝΊΚΟΣ", "νίκοσ"), ("名前", "名前"), ("ẞ", "ß"), ("İ", "i\u{307}"), ("\u{212A}", "k"), ("\u{212B}", "å"),
        ("<script>", "<script>"), ("o'neil", "o'neil"),
        (String(repeating: "a", count: 255), String(repeating: "a", count: 255)),
        (String(repeating: "É", count: 127), String(repeating: "é", count: 127)),
    ])
    func `a legal name gets its normal form`(raw: String, normal: String) throws {
        let name = try UserName(normalizing: raw)
        #expect(Array(name.text.utf8) == Array(normal.utf8))
        #expect(try UserName(normalizing: name.text) == name)
        #expect(UserName(pathSegment: name.pathSegment) == name)
    }

    @Test(arguments: [
        ("", NameError.empty), (" ", .edgeSpace), (" a", .edgeSpace), ("a ", .edgeSpace), ("a\u{A0}", .edgeSpace),
        ("a/b", .slash), ("/", .slash), ("a/\u{338}b", .slash), ("a%2fb", .slash), ("a%2Fb", .slash),
        (".", .onlyDots), ("..", .onlyDots), ("....", .onlyDots), ("%2e%2E", .onlyDots), (".%2e", .onlyDots),
        ("a\0", .hiddenCharacter(scalar: 0)), ("a\nb", .hiddenCharacter(scalar: 10)),
        ("a%00", .hiddenCharacter(scalar: 0)),
        ("a\u{7F}", .hiddenCharacter(scalar: 0x7F)), ("a\u{85}b", .hiddenCharacter(scalar: 0x85)),
        ("a\u{200B}b", .hiddenCharacter(scalar: 0x200B)), ("a\u{200D}b", .hiddenCharacter(scalar: 0x200D)),
        ("a\u{202E}b", .hiddenCharacter(scalar: 0x202E)), ("a\u{2066}b", .hiddenCharacter(scalar: 0x2066)),
        ("\u{FEFF}a", .hiddenCharacter(scalar: 0xFEFF)), ("a\u{AD}b", .hiddenCharacter(scalar: 0xAD)),
        ("a\u{FE0F}", .hiddenCharacter(scalar: 0xFE0F)), ("a\u{3164}b", .hiddenCharacter(scalar: 0x3164)),
        ("a\u{E000}", .hiddenCharacter(scalar: 0xE000)), ("a\u{2028}b", .hiddenCharacter(scalar: 0x2028)),
        ("a\u{FFFD}", .hiddenCharacter(scalar: 0xFFFD)), ("a\u{34F}b", .hiddenCharacter(scalar: 0x34F)),
        ("ａｌｉｃｅ", .disguised(plain: "alice")), ("ﬁona", .disguised(plain: "fiona")),
        ("a\u{2003}b", .disguised(plain: "a b")),
        ("x²", .disguised(plain: "x2")), ("ⓐlice", .disguised(plain: "alice")),
        ("аlice", .mixedAlphabets("Cyrillic", "Latin")), ("alicе", .mixedAlphabets("Latin", "Cyrillic")),
        ("αlice", .mixedAlphabets("Greek", "Latin")), ("οԁ", .mixedAlphabets("Greek", "Cyrillic")),
        (String(repeating: "a", count: 256), .tooLong(limit: 255)),
        (String(repeating: "é", count: 128), .tooLong(limit: 255)),
        (String(repeating: "a", count: 1_000_000), .tooLong(limit: 255)),
    ])
    func `a name that breaks paths or deceives people is refused`(raw: String, error: NameError) {
        #expect(throws: error) { try UserName(normalizing: raw) }
        #expect(UserName(pathSegment: raw) == nil)
    }

    @Test(arguments: [
        ("alice", "alice"), ("ünï@x.org", "%C3%BCn%C3%AF@x.org"), ("a b+c~d", "a%20b%2Bc~d"), ("-x", "-x"),
        ("a%b", "a%25b"), ("a.b_c-d", "a.b_c-d"), ("a?b#c", "a%3Fb%23c"), ("a\\b", "a%5Cb"), ("o'neil", "o%27neil"),
    ])
    func `a path segment is what Python's quote makes`(name: String, segment: String) throws {
        #expect(try UserName(normalizing: name).pathSegment == segment)
    }

    @Test(arguments: [
        ("a%40x.org", "a@x.org"), ("a@x.org", "a@x.org"), ("%41lice", "alice"), ("a+b", "a+b"), ("a%20b", "a b"),
        ("%C3%BC", "ü"), ("u%CC%88", "ü"),
    ])
    func `encoded and bare segments give the same name`(segment: String, name: String) {
        #expect(UserName(pathSegment: segment)?.text == name)
    }

    @Test(arguments: ["%", "a%4", "a%zz", "%FF", "%C3", "a%2Fb", "%2E%2E", "%00", "", "a%252Fb"])
    func `a segment without a legal name gives none`(segment: String) {
        #expect(UserName(pathSegment: segment) == nil)
    }

    @Test func `a name is a string in JSON and checked when it is read`() throws {
        let name = try UserName(normalizing: "ünï@x.org")
        let data = try JSONEncoder().encode([name])
        #expect(String(decoding: data, as: UTF8.self) == #"["ünï@x.org"]"#)
        #expect(try JSONDecoder().decode([UserName].self, from: Data(#"["ÜNÏ@x.org"]"#.utf8)) == [name])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([UserName].self, from: Data(#"["a/b"]"#.utf8)) }
    }

    @Test func `names that look alike have one skeleton`() throws {
        let latin = try UserName(normalizing: "cope")
        let cyrillic = try UserName(normalizing: "соре")
        #expect(latin != cyrillic)
        #expect(latin.skeleton == cyrillic.skeleton)
        #expect(try UserName(normalizing: "иван").skeleton != UserName(normalizing: "uban").skeleton)
    }

    @Test func `whatever is accepted is stable and safe`() {
        var random = SeededGenerator(for: "names")
        let letters = Array("aBz09-_.~@+ %/\\éÜßİſＡﬁⅷ²а́ЖαΣς名\u{200B}\u{202E}\u{301}\u{327}\u{1D15E}ǅϓ").map(String.init)
        for _ in 0..<5000 {
            let length = Int.random(in: 0...8, using: &random)
            let raw = (0..<length).compactMap { _ in letters.randomElement(using: &random) }.joined()
            guard let name = try? UserName(normalizing: raw) else { continue }
            let again = try? UserName(normalizing: name.text)
            #expect(again.map { Array($0.text.utf8) } == Array(name.text.utf8), "seed \(random.seed)")
            #expect(UserName(pathSegment: name.pathSegment) == name, "seed \(random.seed)")
            #expect(!name.text.unicodeScalars.contains("/"), "seed \(random.seed)")
        }
    }
}
