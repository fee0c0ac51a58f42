import CarrelModel
import CarrelSpawn
import HTTPTypes
import OpenBISClient

/// What is wrong with a field of the form for a new notebook.
struct NewNotebookProblem: Sendable, Equatable {
    /// The fields, by the ids that they have on the page; what concerns none of them is said at its head.
    enum Field: String, Sendable {
        case page = ""
        case dataSets = "datasets"
        case search = "find"
        case owner
        case folder
        case name

        /// On the page.
        var label: String {
            switch self {
            case .page: ""
            case .dataSets: "Datasets"
            case .search: "Find more datasets"
            case .owner: "Owner"
            case .folder: "Directory"
            case .name: "Notebook name"
            }
        }
    }

    let field: Field
    let text: String

    init(_ field: Field, _ text: String) {
        (self.field, self.text) = (field, text)
    }
}

/// Why there is no notebook; what was typed stays in the form.
struct NewNotebookRefusal: Error, Sendable, Equatable {
    let problems: [NewNotebookProblem]
    let status: HTTPResponse.Status
    /// Whether a new session at openBIS would help.
    var isSessionOver = false

    init(_ problems: [NewNotebookProblem], _ status: HTTPResponse.Status = .badRequest) {
        (self.problems, self.status) = (problems, status)
    }

    init(_ field: NewNotebookProblem.Field, _ text: String, _ status: HTTPResponse.Status = .badRequest) {
        self.init([NewNotebookProblem(field, text)], status)
    }

    /// The session at an openBIS is over, or there never was one.
    static func sessionOver(at title: String) -> Self {
        var refusal = Self(
            .page,
            "Your session at \(title) has ended. Renew it, then come back to this page.",
            .forbidden
        )
        refusal.isSessionOver = true
        return refusal
    }

    /// What openBIS says, at the head of the page.
    init(_ error: OpenBISError, at title: String) {
        switch error {
        case .sessionOver, .notAToken: self = .sessionOver(at: title)
        case .notFound: self.init(.page, Self.words(error), .notFound)
        case .forbidden: self.init(.page, Self.words(error), .forbidden)
        case .refused: self.init(.page, Self.words(error), .badRequest)
        case .tooManyRequests: self.init(.page, Self.words(error), .serviceUnavailable)
        default: self.init(.page, Self.words(error), .badGateway)
        }
    }

    /// The files of a dataset aren't at hand; nil for a status in which they are (reference `openbis.md` 4.8).
    init?(archived status: String?) {
        switch status {
        case "ARCHIVED":
            let words = "The dataset is in the archive: have it brought back in openBIS, then come back to this page."
            self.init(.page, words, .conflict)
        case "UNARCHIVE_PENDING":
            let words = "The dataset is being brought back from the archive. Come back to this page later."
            self.init(.page, words, .conflict)
        default: return nil
        }
    }

    /// A home can't be had; what the storage says.
    init(home error: any CarrelError) {
        self.init(.page, Self.typographic("\(error.message) \(error.remedy)"), ErrorResponse.status(of: error))
    }

    /// The file can't be put into the home.
    init(_ error: HomeDeliveryError) {
        switch error {
        case .folder(.badPath): self.init(.folder, "The folder leads through a link or out of your home.")
        case .folder(let error) where error != .full:
            self.init(.folder, Self.typographic("\(error.message) \(error.remedy)"), ErrorResponse.status(of: error))
        case .folder(let error), .file(let error): self.init(home: error)
        }
    }

    static func words(_ error: OpenBISError) -> String { typographic("\(error)") }

    static func typographic(_ text: String) -> String { text.replacing("'", with: "’") }
}
