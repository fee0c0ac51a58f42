public import Foundation

extension AnalysisNotebook {
    /// A new id for the versions of an analysis: 8-4-4-4-12 hexadecimal digits (reference `openbis.md` 2.7).
    public static func newHistoryID() -> String {
        UUID().uuidString.lowercased()
    }

    /// The bytes of the notebook: nbformat 4.5, the same each time for the same content.
    ///
    /// - Throws: ``NotebookError/unfitFileName`` and ``NotebookError/unfitPagePrefix``.
    public func encoded() throws(NotebookError) -> Data {
        guard Self.isFileName(fileName) else { throw .unfitFileName }
        if let pagePrefix, !Self.isPage(pagePrefix) { throw .unfitPagePrefix }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes: Data
        do {
            bytes = try encoder.encode(NotebookDocument(cells: cells))
        } catch {
            preconditionFailure("a document of texts and numbers is always encoded: \(error)")
        }
        return bytes + Data("\n".utf8)
    }

    /// The cells, in the order of reference `openbis.md` 2.7.
    var cells: [NotebookCell] {
        opening + connection + information + downloads + work + saving
    }

    /// Whether it is the name of a file in the folder where the notebook runs.
    static func isFileName(_ name: String) -> Bool {
        !["", ".", ".."].contains(name) && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }

    private static func isPage(_ prefix: String) -> Bool {
        let start = prefix.lowercased().utf8
        return start.starts(with: "https://".utf8) || start.starts(with: "http://".utf8)
    }
}
