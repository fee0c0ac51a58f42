import Foundation

/// What of a file is shown before anybody downloads it.
enum FilePreview: Sendable, Equatable {
    /// As a picture, which the browser fetches by itself.
    case picture
    case table(TablePreview)
    /// The beginning of a text, and whether there is more.
    case text(String, isCut: Bool)
    /// Nothing, and why.
    case nothing(String)

    /// How a file is looked at, by its name.
    enum Way: Sendable, Equatable {
        case picture, text
        /// By what stands between values; nil to find out.
        case table(Unicode.Scalar?)
        case none
    }

    /// How much of a table is read, in bytes.
    static let tablePiece: Int64 = 256 * 1024
    /// How much of a text is read, in bytes.
    static let textPiece: Int64 = 64 * 1024

    /// Endings of names that are texts, as far as that can be told by a name.
    private static let texts: Set<String> = [
        "txt", "md", "rst", "log", "json", "yaml", "yml", "toml", "ini", "xml", "html", "htm", "svg", "py", "r", "m",
        "sh",
        "jl", "sql", "tex", "bib", "fasta", "fa", "fastq", "gff", "bed", "ipynb",
    ]

    static func way(_ name: String) -> Way {
        let end = name.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last?.lowercased() ?? ""
        return switch end {
        case "png", "jpg", "jpeg", "gif", "webp": .picture
        case "csv": .table(nil)
        case "tsv", "tab": .table("\t")
        case _ where texts.contains(end): .text
        default: .none
        }
    }

    /// How much of a file has to be read.
    static func piece(_ way: Way, size: Int64) -> Int64 {
        switch way {
        case .picture: min(Int64(PictureKind.beginning), size)
        case .table: min(tablePiece, size)
        case .text: min(textPiece, size)
        case .none: 0
        }
    }

    /// Looks at a file's beginning.
    ///
    /// - Parameters:
    ///   - way: how.
    ///   - beginning: as much as ``piece(_:size:)`` says.
    ///   - size: of the whole file, in bytes.
    init(_ way: Way, beginning: [UInt8], size: Int64) {
        let isCut = Int64(beginning.count) < size
        switch way {
        case .none: self = .nothing("Files of this kind aren’t shown here. Download it to look at it.")
        case _ where size == 0: self = .nothing("The file is empty.")
        case .picture:
            guard PictureKind(beginning) != nil else {
                self = .nothing("By its name it is a picture, but it isn’t one that can be shown.")
                return
            }
            self =
                size <= PictureKind.largest
                ? .picture
                : .nothing("Pictures of more than \(HumanText.size(PictureKind.largest)) aren’t shown here.")
        case .table, .text:
            guard let text = Self.text(beginning, isCut: isCut) else {
                self = .nothing("By its name it is a text, but there is something else in it.")
                return
            }
            if case .table(let separator) = way {
                let table = TablePreview(text, isWhole: !isCut, separator: separator)
                self = table.map { .table($0) } ?? .nothing("The file holds nothing but empty lines.")
            } else {
                self = .text(FileText.visibleLines(text), isCut: isCut)
            }
        }
    }

    /// The text of bytes, in UTF-8 or else in Latin 1; nil for what is none.
    private static func text(_ bytes: [UInt8], isCut: Bool) -> String? {
        guard !bytes.contains(0) else { return nil }
        // A character of several bytes may be cut at the end.
        for dropped in 0...(isCut ? min(3, bytes.count) : 0) {
            if let text = String(validating: bytes.dropLast(dropped), as: UTF8.self) { return text }
        }
        return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
