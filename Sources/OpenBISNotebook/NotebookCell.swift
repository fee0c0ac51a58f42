/// One cell.
struct NotebookCell: Encodable, Equatable {
    enum Content: Equatable {
        case markdown
        /// Code; `name` is what openBIS finds it by when the notebook becomes a template.
        case code(name: String?, isFolded: Bool)
    }

    /// Unique in the notebook: letters, digits and dashes, 64 at most (nbformat 4.5).
    let id: String
    let content: Content
    let source: String

    static func text(_ id: String, _ source: String) -> NotebookCell {
        NotebookCell(id: id, content: .markdown, source: source)
    }

    static func code(_ id: String, name: String? = nil, _ source: String) -> NotebookCell {
        NotebookCell(id: id, content: .code(name: name, isFolded: false), source: source)
    }

    /// Code that JupyterLab shows folded, because nobody needs to read it.
    static func folded(_ id: String, _ source: String) -> NotebookCell {
        NotebookCell(id: id, content: .code(name: nil, isFolded: true), source: source)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(id, forKey: .id)
        try container.encode(lines, forKey: .source)
        switch content {
        case .markdown:
            try container.encode("markdown", forKey: .sort)
            try container.encode([String: String](), forKey: .metadata)
        case .code(let name, let isFolded):
            try container.encode("code", forKey: .sort)
            try container.encodeNil(forKey: .count)
            try container.encode([String](), forKey: .outputs)
            let jupyter = isFolded ? ["source_hidden": true] : nil
            try container.encode(CodeMetadata(collapsed: false, name: name, jupyter: jupyter), forKey: .metadata)
        }
    }

    /// The source as nbformat has it: each line with its end.
    private var lines: [String] {
        let parts = source.split(separator: "\n", omittingEmptySubsequences: false)
        let lines = parts.enumerated().map { $0 < parts.count - 1 ? "\($1)\n" : String($1) }
        return lines.last == "" ? lines.dropLast() : lines
    }

    private struct CodeMetadata: Encodable {
        let collapsed: Bool
        let name: String?
        let jupyter: [String: Bool]?

        enum CodingKeys: String, CodingKey {
            case collapsed
            case name = "code_cell_id"
            case jupyter
        }
    }

    private enum Key: String, CodingKey {
        case id
        case sort = "cell_type"
        case count = "execution_count"
        case metadata
        case outputs
        case source
    }
}
