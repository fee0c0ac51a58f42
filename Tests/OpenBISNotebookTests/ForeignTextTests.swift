import Foundation
import Testing

@testable import OpenBISNotebook

@Suite struct ForeignTextTests {
    @Test func `ordinary text stays readable`() {
        #expect(ForeignText.python("Größe, 測量 no. 1 (α’s) 🧪") == #""Größe, 測量 no. 1 (α’s) 🧪""#)
        #expect(ForeignText.python(["a", "b"]) == #"["a", "b"]"#)
        #expect(ForeignText.python([String]()) == "[]")
    }

    @Test func `what could break out of a literal is escaped`() {
        #expect(
            ForeignText.python("\"\\\n\r\t\u{0}\u{2028}\u{202e}\u{e0001}")
                == #""\"\\\n\r\t\u0000\u2028\u202e\U000e0001""#
        )
        #expect(ForeignText.python("\"\u{301}") == "\"\\\"\u{301}\"")
        #expect(ForeignText.python("\r\n") == #""\r\n""#)
    }

    @Test func `Python reads what was written`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = Walk(state: seed)
        let texts = (0..<500).map { _ in generator.text() } + [AnalysisNotebook.hostileText]
        let read = try evaluated(texts.map(ForeignText.python))
        for (text, found) in zip(texts, read) {
            #expect(text.unicodeScalars.elementsEqual(found.unicodeScalars), "seed \(seed)")
        }
        #expect(read.count == texts.count)
    }

    @Test func `a code span ends where it should`() {
        #expect(ForeignText.markdown("/LAB/P1/C1") == "`/LAB/P1/C1`")
        #expect(ForeignText.markdown(" a`\u{301}b\n\n<i>  $x$\u{2028}") == "`a'\u{301}b <i> $x$`")
        #expect(ForeignText.markdown("\n") == "(nothing)")
    }

    /// The values of Python's string literals.
    private func evaluated(_ literals: [String]) throws -> [String] {
        let program =
            "import ast, json, sys; print(json.dumps([ast.literal_eval(one) for one in json.load(sys.stdin)]))"
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", program]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: try JSONEncoder().encode(literals))
        try input.fileHandleForWriting.close()
        let told = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return try JSONDecoder().decode([String].self, from: told)
    }
}

/// Random texts, the same for the same seed; half of what is in them is dangerous (splitmix64).
struct Walk: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func text() -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...20, using: &self) {
            if Bool.random(using: &self),
                let danger = "\"'\\\n\r\t\u{0}`{}%!?#$\u{85}\u{301}\u{2029}".unicodeScalars.randomElement(using: &self)
            {
                text.append(danger)
            } else if let scalar = Unicode.Scalar(UInt32.random(in: 0..<0x11_0000, using: &self)) {
                text.append(scalar)
            }
        }
        return String(text)
    }
}
