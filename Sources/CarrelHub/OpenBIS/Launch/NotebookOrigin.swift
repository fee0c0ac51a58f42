import OpenBISClient

/// Something in openBIS from which a notebook is started.
struct NotebookOrigin: Sendable, Equatable {
    /// The sorts, as people and addresses name them.
    enum Kind: String, Sendable, CaseIterable {
        case space = "SPACE"
        case project = "PROJECT"
        case collection = "COLLECTION"
        case object = "OBJECT"
        case dataSet = "DATASET"

        /// Reads a sort; openBIS' own names for them are taken too (reference `openbis.md` 2.3).
        init?(_ text: String) {
            switch text.uppercased() {
            case "EXPERIMENT": self = .collection
            case "SAMPLE": self = .object
            case "DATA_SET": self = .dataSet
            case let text: self.init(rawValue: text)
            }
        }

        /// In a sentence.
        var word: String {
            switch self {
            case .space: "space"
            case .project: "project"
            case .collection: "Collection"
            case .object: "Object"
            case .dataSet: "dataset"
            }
        }
    }

    let kind: Kind
    /// A permanent id; of a space its code.
    let id: String

    init(_ kind: Kind, _ id: String) {
        (self.kind, self.id) = (kind, id)
    }

    /// Reads what a link names.
    ///
    /// - Parameters:
    ///   - kind: the sort; nil or empty for none.
    ///   - id: which.
    /// - Returns: nil where nothing is named.
    /// - Throws: ``HubError/badRequest(_:)`` for half a name, or a sort that there isn't.
    static func read(_ kind: String?, _ id: String?) throws -> NotebookOrigin? {
        let (kind, id) = (kind ?? "", id ?? "")
        if kind.isEmpty, id.isEmpty { return nil }
        guard let known = Kind(kind) else {
            throw HubError.badRequest("The link names no kind of thing that openBIS has.")
        }
        guard (1...500).contains(id.utf8.count) else {
            throw HubError.badRequest("The link doesn't say which \(known.word).")
        }
        return NotebookOrigin(known, id)
    }

    /// The form for a new notebook from here.
    func path(at authenticator: String) -> String {
        "\(HubPath.newNotebook(authenticator))?entity=\(kind.rawValue)&permId=\(id.queryValue)"
    }
}

extension HubPath {
    /// Where pages about an openBIS begin.
    static func openBISPages(_ authenticator: String) -> String { "\(prefix)openbis/\(authenticator)" }

    /// The form for a new notebook; without more it is that of the main menu.
    static func newNotebook(_ authenticator: String) -> String { "\(openBISPages(authenticator))/new-notebook" }
}
