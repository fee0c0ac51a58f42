import Foundation

/// The lines of a file that a person can compare: of a text as it is, of a notebook cell by cell.
enum ComparableText {
    /// The most bytes of a file that are looked at.
    static let limit = 512 * 1024
    /// The most lines of a file that are compared.
    static let mostLines = 10_000

    /// A file as lines.
    ///
    /// - Parameters:
    ///   - data: the file or its beginning.
    ///   - name: by its ending a notebook is known.
    /// - Returns: nil when it isn't text.
    static func lines(_ data: Data, name: String) -> [String]? {
        if name.hasSuffix(".ipynb"), let cells = notebook(data) { return Array(cells.prefix(mostLines)) }
        guard !data.contains(0), let text = text(data) else { return nil }
        return Array(split(text).prefix(mostLines))
    }

    /// UTF-8; a character that the limit cut in two at the very end is left out.
    private static func text(_ data: Data) -> String? {
        for cut in 0..<4 where cut <= data.count {
            if let text = String(validating: data.dropLast(cut), as: UTF8.self) { return text }
            if data.count < limit { return nil }
        }
        return nil
    }

    private static func split(_ text: String) -> [String] {
        var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    // MARK: Notebooks (nbformat 4)

    private struct Notebook: Decodable {
        let cells: [Cell]
    }

    private struct Cell: Decodable {
        let type: String
        let source: Text
        let outputs: [Output]?

        enum CodingKeys: String, CodingKey {
            case source, outputs
            case type = "cell_type"
        }
    }

    /// What a cell printed; of rich results the plain form.
    private struct Output: Decodable {
        let text: Text?
        let data: [String: Text]?
        let ename: String?
        let evalue: String?
    }

    /// A text, or a list of its lines; anything else is none.
    private struct Text: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            text = (try? container.decode(String.self)) ?? (try? container.decode([String].self))?.joined()
        }
    }

    /// Nil when it isn't a (whole) notebook.
    private static func notebook(_ data: Data) -> [String]? {
        guard let notebook = try? JSONDecoder().decode(Notebook.self, from: data) else { return nil }
        var lines: [String] = []
        for (number, cell) in notebook.cells.enumerated() {
            lines.append("── \(cell.type) cell \(number + 1) ──")
            lines += split(cell.source.text ?? "")
            for output in cell.outputs ?? [] { lines += shown(output).map { "→ \($0)" } }
        }
        return lines
    }

    private static func shown(_ output: Output) -> [String] {
        if let text = output.text?.text { return split(text) }
        if let name = output.ename { return ["\(name): \(output.evalue ?? "")"] }
        guard let data = output.data else { return [] }
        let others = data.keys.filter { $0 != "text/plain" }.sorted().map { "(\($0))" }
        return split(data["text/plain"]?.text ?? "") + others
    }
}
