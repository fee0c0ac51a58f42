import Testing

@testable import CarrelHub

@Suite struct FilePreviewTests {
    private func preview(_ name: String, _ text: String, size: Int64? = nil) -> FilePreview {
        FilePreview(FilePreview.way(name), beginning: Array(text.utf8), size: size ?? Int64(text.utf8.count))
    }

    private func shownTable(_ name: String, _ text: String, size: Int64? = nil) -> TablePreview? {
        guard case .table(let table) = preview(name, text, size: size) else { return nil }
        return table
    }

    // MARK: Pictures

    @Test(
        arguments: [
            ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13], PictureKind.png),
            ([0xFF, 0xD8, 0xFF, 0xE0], .jpeg), (Array("GIF89a".utf8), .gif),
            (Array("RIFF\0\0\0\0WEBPVP8 ".utf8), .webp),
            (Array("<svg onload='alert(1)'>".utf8), nil), (Array("<html>".utf8), nil), ([], nil), ([0x89, 0x50], nil),
            (Array("RIFF\0\0\0\0WAVE".utf8), nil),
        ] as [([UInt8], PictureKind?)]
    )
    func `pictures are told by their bytes`(bytes: [UInt8], kind: PictureKind?) {
        #expect(PictureKind(bytes) == kind)
    }

    @Test func `a picture by its name alone isn't shown, nor one that is too large`() {
        guard case .nothing = preview("a.png", "<svg>") else { Issue.record("shown"); return }
        guard case .nothing = preview("a.gif", "GIF89a", size: 30_000_000) else { Issue.record("shown"); return }
        #expect(preview("A.GIF", "GIF89a") == .picture)
        guard case .nothing = preview("a.gif", "") else { Issue.record("shown"); return }
    }

    // MARK: Tables

    @Test func `rows and values are told apart, with quotes, blanks and umlauts`() throws {
        let table = try #require(shownTable("a.csv", "\u{FEFF}Größe,\"a, \"\"b\"\"\"\r\n1,\"two\nlines\"\r\n\r\n3\n"))
        #expect(table.header == ["Größe", "a, \"b\""])
        #expect(table.rows.map(\.cells) == [["1", "two⟨U+000A⟩lines"], ["3", ""]])
        #expect(!table.hasMoreRows)
    }

    @Test(arguments: [("a.csv", "a;b\n1,5;2\n"), ("a.tsv", "a\tb\n1,5\t2\n"), ("a.csv", "a\tb\n1,5\t2\n")])
    func `what stands between values is found out`(name: String, text: String) throws {
        let table = try #require(shownTable(name, text))
        #expect(table.header == ["a", "b"])
        #expect(table.rows.map(\.cells) == [["1,5", "2"]])
    }

    @Test func `of a piece the last line is left out, which may be cut`() throws {
        let table = try #require(shownTable("a.csv", "a,b\n1,2\n3,4", size: 1000))
        #expect(table.rows.map(\.cells) == [["1", "2"]])
        #expect(table.hasMoreRows)
    }

    @Test func `only so many rows, columns and letters are shown`() throws {
        let wide = Array(repeating: "x", count: 60).joined(separator: ",")
        let long = String(repeating: "y", count: 500)
        let lines = [wide, long] + Array(repeating: "1,2", count: 300)
        let table = try #require(shownTable("a.csv", lines.joined(separator: "\n")))
        #expect((table.header.count, table.columns) == (TablePreview.mostColumns, 60))
        #expect(table.rows.count == TablePreview.mostRows)
        #expect(table.rows[0].cells[0].count == TablePreview.longestCell + 1)
        #expect(table.hasMoreRows)
    }

    @Test func `an open quote ends with the file`() throws {
        #expect(try #require(shownTable("a.csv", "a\n\"b,c\nd")).rows.map(\.cells) == [["b,c⟨U+000A⟩d"]])
    }

    // MARK: Texts

    @Test func `a text keeps its lines and hides nothing`() {
        #expect(preview("a.txt", "one\r\ntwo\u{202E}\n") == .text("one\ntwo⟨U+202E⟩\n", isCut: false))
        #expect(preview("a.md", "x", size: 10) == .text("x", isCut: true))
    }

    @Test func `a letter that is cut isn't taken for another script`() {
        let bytes = Array("Größ".utf8.dropLast())
        #expect(FilePreview(.text, beginning: bytes, size: 100) == .text("Grö", isCut: true))
        #expect(FilePreview(.text, beginning: [0x47, 0xF6], size: 2) == .text("Gö", isCut: false))
    }

    @Test(arguments: ["a.txt", "a.csv"]) func `something else than text isn't shown`(name: String) {
        guard case .nothing = preview(name, "a\0b") else { Issue.record("shown"); return }
    }

    @Test(arguments: ["a", "a.bin", "png", "a.pdf", ".csv.gz", "a.html.exe"])
    func `other files aren't read`(name: String) {
        #expect(FilePreview.way(name) == .none)
        #expect(FilePreview.piece(.none, size: 1000) == 0)
    }

    @Test func `only a piece is read`() {
        #expect(FilePreview.piece(.table(nil), size: 1 << 40) == FilePreview.tablePiece)
        #expect(FilePreview.piece(.text, size: 5) == 5)
    }
}
