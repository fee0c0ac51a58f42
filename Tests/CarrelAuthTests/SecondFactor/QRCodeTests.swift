import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelAuth

@Suite struct QRCodeTests {
    @Test func `a reader reads texts of every version's shortest and longest length`() throws {
        let ends = QRVersion.all.map { $0.dataCodewords - ($0.number < 10 ? 2 : 3) }
        let lengths = [1, 2, 3] + ends + ends.dropLast().map { $0 + 1 }
        let texts = lengths.sorted().map { String(repeating: "otpauth://totp/ab?Cd=%20&", count: 27).prefix($0) }
        let codes = try texts.map { try QRCode(String($0)) }
        #expect(Set(codes.map(\.version.number)) == Set(1...20))
        #expect(try read(codes) == texts.map(String.init))
    }

    @Test(arguments: 0..<8)
    func `a reader reads every mask`(_ mask: Int) throws {
        let texts = ["Carrel", String(repeating: "Mask ", count: 30), String(repeating: "Mask ", count: 130)]
        #expect(try read(texts.map { try QRCode($0, masks: [QRMask.all[mask]]) }) == texts)
    }

    @Test func `a reader reads umlauts and other scripts`() throws {
        let texts = [
            "ä", "Grüße aus Köln", "naïve café", "Привет, мир", "漢字かな", "👩‍🔬 in the lab",
            String(repeating: "Ü", count: 332) + "x",
        ]
        #expect(try read(texts.map { try QRCode($0) }) == texts)
    }

    @Test func `a reader reads the address of a secret`() throws {
        var generator = SeededGenerator(for: "QR code of a secret")
        let texts = (0..<6).map { index in
            TOTPSecret.generate(using: &generator)
                .uri(issuer: "Uni Köln", account: String(repeating: "ü", count: index * 10) + "@x.org")
        }
        #expect(try read(texts.map { try QRCode($0) }) == texts)
    }

    /// A square between the alignment patterns of version 8, 2 % of the code: 15 % of the codewords may be wrong.
    @Test func `a reader reads a code that is damaged a little`() throws {
        let text = String(repeating: "Carrel ", count: 20)
        let code = try QRCode(text)
        var picture = Picture(code)
        for row in 32..<39 {
            for column in 14..<21 { picture.modules[row][column].toggle() }
        }
        #expect(try code.version.number == 8 && BarcodeReader.read([picture]) == [text])
    }

    @Test func `what is too long is refused with its length`() throws {
        #expect(try QRCode(String(repeating: "x", count: 666)).version.number == 20)
        #expect(throws: AuthError.textTooLongForQRCode(bytes: 667)) { try QRCode(String(repeating: "x", count: 667)) }
        #expect(throws: AuthError.textTooLongForQRCode(bytes: 666)) { try QRCode(String(repeating: "ü", count: 333)) }
        #expect(throws: AuthError.textTooLongForQRCode(bytes: 200_000)) {
            try QRCode(String(repeating: "x", count: 200_000))
        }
    }

    @Test func `the smallest version is taken and a quiet zone is around it`() throws {
        let code = try QRCode("Carrel")
        #expect(code.version.number == 1 && code.side == 21 + 8)
        let border = (-1...code.side).filter { !(4..<code.side - 4).contains($0) }
        for outside in border {
            for along in -1...code.side {
                #expect(!code.isDark(row: outside, column: along) && !code.isDark(row: along, column: outside))
            }
        }
        #expect(code.isDark(row: 4, column: 4) && !code.isDark(row: 5, column: 5) && code.isDark(row: 6, column: 6))
    }

    @Test func `the path is the picture`() throws {
        let code = try QRCode("otpauth://totp/Carrel:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        let picture = Picture(code)
        #expect(try Picture(path: code.svgPath, side: code.side) == picture)
        #expect(code.svgPath.utf8.allSatisfy { "Mhvz -0123456789".utf8.contains($0) })
    }

    @Test func `of the masks the one with the least penalty is taken`() throws {
        let masked = try QRMask.all.map { try QRCode("Carrel", masks: [$0]) }
        let best = try #require(masked.map(\.penalty).min())
        #expect(try QRCode("Carrel").penalty == best && Set(masked.map(\.penalty)).count > 1)
    }

    /// 42 lines of 21 alike (19 each), 400 squares (3 each), ten steps of 5 % from a half (10 each).
    @Test func `the penalty counts runs, squares and the share of dark modules`() {
        let dark = Array(repeating: Array(repeating: true, count: 21), count: 21)
        #expect(QRMask.penalty(of: dark) == 42 * 19 + 400 * 3 + 10 * 10)
    }

    /// Seven rows of seven alike (5 each), two finders a column (40 each), twelve squares, four steps from a half.
    @Test func `the penalty counts what looks like a finder, on both sides`() {
        let stripes = (0..<7).map { row in Array(repeating: row != 1 && row != 5, count: 7) }
        #expect(QRMask.penalty(of: stripes) == 7 * 5 + 7 * 2 * 40 + 12 * 3 + 4 * 10)
    }

    /// ISO/IEC 18004:2015 annexes C.2 and D.2, the worked examples: 00101 gives 0011011100, version 7 gives 000111110010010100.
    @Test func `the remainders are those of the standard's examples`() {
        #expect(QRCode.remainder(of: 0b00101 << 10, by: 0x537, bits: 10) == 0b00_1101_1100)
        #expect(QRVersion.all[6].information == 0b00_0111_1100_1001_0100)
        #expect(QRVersion.all[5].information == nil)
    }

    /// ISO/IEC 18004:2015 annex I.2: the data `01234567` in a symbol of version 1-M.
    @Test func `the correction is that of the standard's example`() {
        let data: [UInt8] = [
            0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11,
        ]
        let correction: [UInt8] = [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55]
        #expect(ReedSolomonCode(correction: 10).correction(of: data) == correction)
    }

    @Test func `every version's figures agree with its size`() {
        for version in QRVersion.all {
            let matrix = QRMatrix(version)
            #expect(matrix.freeModules / 8 == version.codewords && version.dataCodewords > 0)
            #expect(version.side == 17 + 4 * version.number)
        }
        #expect(QRVersion.all.map(\.number) == Array(1...20))
    }

    @Test func `nothing of what it says is printed`() throws {
        var dumped = ""
        dump(try QRCode("secret"), to: &dumped)
        #expect(dumped.contains("hidden") && dumped.utf8.count < 100)
    }

    private func read(_ codes: [QRCode]) throws -> [String] {
        try BarcodeReader.read(codes.map { try Picture(path: $0.svgPath, side: $0.side) })
    }
}
