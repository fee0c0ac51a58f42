import Testing

@testable import OpenBISClient

@Suite struct JSONTests {
    private func parse(_ text: String) throws -> JSONValue {
        try JSONParser.parse(Array(text.utf8)).top
    }

    @Test func `a number is the object that had it before, wherever that was`() throws {
        let value = try parse(
            """
            {"@id": 1, "list": [{"@id": 2, "code": "A", "space": {"@id": 3, "code": "S"}}, {"@id": 4, "code": "B",
             "space": 3, "self": 4, "first": 2, "number": 3, "top": 1}], "again": 2}
            """
        )
        let second = try #require(try value.listIfAny("list")?.last)
        #expect(try second.object("space")?.text("code") == "S")
        #expect(try second.object("self")?.text("code") == "B")
        #expect(try second.object("first")?.object("space")?.text("code") == "S")
        #expect(try second.object("top")?.object("again")?.text("code") == "A")
        #expect(try second.integer("number") == 3)
    }

    @Test func `a number without an object is none, also one that comes too early`() throws {
        let value = try parse(#"{"a": 7, "b": {"@id": 7, "code": "X"}, "c": 7}"#)
        #expect(throws: Misfit("a")) { try value.object("a") }
        #expect(try value.object("c")?.text("code") == "X")
        #expect(throws: Misfit("d")) { try value.text("d") }
        #expect(throws: Misfit("b")) { try value.text("b") }
    }

    @Test func `of two objects with one number the later one counts from there on`() throws {
        let value = try parse(#"[{"@id": 1, "code": "A"}, {"x": 1}, {"@id": 1, "code": "B"}, {"x": 1}]"#)
        let list = try value.asList()
        #expect(try list[1].object("x")?.text("code") == "A")
        #expect(try list[3].object("x")?.text("code") == "B")
    }

    @Test(arguments: [
        (#""a\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00""#, "a\"\\/\u{8}\u{c}\n\r\tä😀"), (#""Größe 日本""#, "Größe 日本"),
        (#""""#, ""),
    ])
    func `texts are read with their escapes`(_ text: String, _ expected: String) throws {
        #expect(try parse(text).asText() == expected)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "nul", "tru", "01", "-", "1.", "1e", "+1",
        ".5",
        "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"a\nb\"", "1 2",
        "NaN",
        "{\"a\":1,}", "<html>", "'a'", "[1 2]",
    ])
    func `what isn't JSON is refused`(_ text: String) {
        #expect(throws: JSONParser.Fault.malformed) { try parse(text) }
    }

    @Test func `bytes that aren't UTF-8 are refused`() {
        #expect(throws: JSONParser.Fault.malformed) { try JSONParser.parse([0x22, 0xff, 0x22]) }
        #expect(throws: JSONParser.Fault.malformed) { try JSONParser.parse([0x22, 0x5c, 0x6e, 0xc3, 0x22]) }
    }

    @Test func `bounds hold`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONParser.Fault.tooLarge) { try parse(deep) }
        let many = "[" + String(repeating: "0,", count: JSONParser.most) + "0]"
        #expect(throws: JSONParser.Fault.tooLarge) { try parse(many) }
        let long = String(repeating: "9", count: 65)
        #expect(throws: JSONParser.Fault.malformed) { try parse(long) }
    }

    @Test(arguments: [("9223372036854775807", Int64.max), ("-9223372036854775808", .min), ("0", 0), ("-0", 0)])
    func `whole numbers are exact`(_ text: String, _ number: Int64) throws {
        #expect(try parse("{\"a\":\(text)}").integer("a") == number)
    }

    @Test func `random damage never does more than to be refused`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Walk(state: seed)
        let good = Array(#"{"@id":1,"a":[1,-2.5e3,true,null,"x\u00e4\n"],"b":{"@id":2,"c":1,"d":"ö"},"e":2}"#.utf8)
        for _ in 0..<3000 {
            var bytes = good
            for _ in 0...Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                }
            }
            if let value = try? JSONParser.parse(bytes).top {
                _ = try? value.object("b")?.object("c")?.object("e")?.text("d")
                _ = try? value.listIfAny("a")?.map(\.plainText)
            }
        }
    }
}

/// Random numbers that can be had again (SplitMix64).
private struct Walk: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
