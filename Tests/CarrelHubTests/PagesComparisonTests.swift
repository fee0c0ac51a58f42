import CarrelSpawn
import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `Comparing files` {
    private func lines(_ text: String) -> [String] { text.map(String.init) }

    private func marks(_ old: String, _ new: String) -> String {
        LineDiff.lines(from: lines(old), to: lines(new)).map { line in
            switch line.side {
            case .both: line.text
            case .old: "-" + line.text
            case .new: "+" + line.text
            }
        }.joined()
    }

    @Test(arguments: [
        ("", "", ""), ("abc", "abc", "abc"), ("abc", "", "-a-b-c"), ("", "abc", "+a+b+c"), ("abc", "axc", "a-b+xc"),
        ("abcd", "acd", "a-bcd"), ("acd", "abcd", "a+bcd"), ("aab", "ab", "a-ab"), ("abcabba", "cbabac", nil),
    ])
    func `lines that are in both stay, the rest is marked`(old: String, new: String, expected: String?) {
        let marks = marks(old, new)
        if let expected { #expect(marks == expected) }
        let all = LineDiff.lines(from: lines(old), to: lines(new))
        #expect(all.filter { $0.side != .new }.map(\.text).joined() == old)
        #expect(all.filter { $0.side != .old }.map(\.text).joined() == new)
    }

    @Test func `any two texts can be rebuilt from their comparison`() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            let pair = (0..<2).map { _ in
                (0..<Int.random(in: 0...30, using: &random)).map { _ in String(Int.random(in: 0...4, using: &random)) }
            }
            let all = LineDiff.lines(from: pair[0], to: pair[1])
            #expect(all.filter { $0.side != .new }.map(\.text) == pair[0])
            #expect(all.filter { $0.side != .old }.map(\.text) == pair[1])
        }
    }

    @Test func `texts that are too large for the table are marked as a whole`() {
        let old = (0..<5000).map { "old \($0)" }
        let new = (0..<5000).map { "new \($0)" }
        let all = LineDiff.lines(from: ["same"] + old, to: ["same"] + new)
        #expect(all.count == 10_001)
        #expect(all.first?.side == .both)
    }

    @Test func `hunks have three lines around and their numbers`() {
        let old = (1...20).map(String.init)
        var new = old
        new[9] = "x"
        let hunks = LineDiff.hunks(LineDiff.lines(from: old, to: new))
        #expect(hunks.map(\.title) == ["@@ -7,7 +7,7 @@"])
        #expect(hunks.first?.lines.first?.text == "7")
        new[18] = "y"
        #expect(LineDiff.hunks(LineDiff.lines(from: old, to: new)).count == 2)
        new[14] = "z"
        #expect(LineDiff.hunks(LineDiff.lines(from: old, to: new)).count == 1)
        #expect(LineDiff.hunks(LineDiff.lines(from: old, to: old)).isEmpty)
    }

    @Test func `a notebook is compared cell by cell with what it printed`() throws {
        let notebook = """
            {"nbformat": 4, "cells": [
              {"cell_type": "markdown", "source": ["# Title\\n", "text"], "metadata": {}},
              {"cell_type": "code", "source": "1 + 1", "execution_count": 7, "outputs": [
                {"output_type": "execute_result", "data": {"text/plain": "2", "image/png": "AAAA", "x/json": {"a": 1}}},
                {"output_type": "stream", "text": ["a\\n", "b\\n"]},
                {"output_type": "error", "ename": "E", "evalue": "why", "traceback": []}]}]}
            """
        let expected = [
            "── markdown cell 1 ──", "# Title", "text", "── code cell 2 ──", "1 + 1", "→ 2", "→ (image/png)",
            "→ (x/json)", "→ a", "→ b", "→ E: why",
        ]
        #expect(ComparableText.lines(Data(notebook.utf8), name: "a.ipynb") == expected)
        #expect(ComparableText.lines(Data("{".utf8), name: "a.ipynb") == ["{"])
    }

    @Test func `text is told from what isn't`() {
        #expect(ComparableText.lines(Data(), name: "a") == [])
        #expect(ComparableText.lines(Data("a\r\nb\n\n".utf8), name: "a") == ["a", "b", ""])
        #expect(ComparableText.lines(Data([0x61, 0]), name: "a") == nil)
        #expect(ComparableText.lines(Data([0xFF, 0xFE]), name: "a") == nil)
        let cut = Data(
            ("a\n" + String(repeating: "ä", count: ComparableText.limit)).utf8.prefix(ComparableText.limit - 1)
        )
        #expect(ComparableText.lines(cut + Data([0xC3]), name: "a")?.count == 2)
    }

    @Test func `a long comparison is cut, and that is said`() {
        let old = Data((0..<9000).map { "\($0)\n" }.joined().utf8)
        let comparison = FileComparison(old: old, present: nil, name: "a")
        let page = ComparePage(
            point: .init(name: "p", date: noon),
            path: "a",
            comparison: comparison,
            now: noon
        )
        #expect(page.hunks.flatMap(\.lines).count == ComparePage.mostLines)
        #expect(page.cutText?.contains("first 2000 lines") == true)
    }

    @Test func `nothing in a name hides or turns text around`() {
        #expect(
            FileText.visible("a\u{200B}b\u{2066}c\u{7}d\u{FEFF}\u{E000}")
                == "a⟨U+200B⟩b⟨U+2066⟩c⟨U+0007⟩d⟨U+FEFF⟩⟨U+E000⟩"
        )
        #expect(FileText.visible("Ünï 書斎.txt") == "Ünï 書斎.txt")
        #expect(FileText.visible("a\tb", keepingTabs: true) == "a\tb")
    }
}
