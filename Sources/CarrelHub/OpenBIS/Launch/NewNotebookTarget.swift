import CarrelModel
import CarrelSpawn

/// Where a notebook is to be put, held to the same rules as at the endpoint for openBIS.
struct NewNotebookTarget: Sendable, Equatable {
    let folder: HomePath
    /// The name that is wanted, with its extension.
    let fileName: String

    /// Reads the two fields.
    ///
    /// - Parameters:
    ///   - form: with what was typed.
    ///   - covered: folders of homes in which people see something else in their servers.
    /// - Throws: ``NewNotebookRefusal`` with what is wrong with each of the fields.
    init(_ form: NewNotebookForm, covered: Set<String>) throws(NewNotebookRefusal) {
        let folder = Result { () throws(IntegrationError) in try Self.folder(form.folder, covered) }
        let fileName = Result { () throws(IntegrationError) in try Self.fileName(form.name) }
        switch (folder, fileName) {
        case (.success(let folder), .success(let fileName)): (self.folder, self.fileName) = (folder, fileName)
        case (.failure(let error), .success): throw NewNotebookRefusal([Self.problem(.folder, error)])
        case (.success, .failure(let error)): throw NewNotebookRefusal([Self.problem(.name, error)])
        case (.failure(let first), .failure(let second)):
            throw NewNotebookRefusal([Self.problem(.folder, first), Self.problem(.name, second)])
        }
    }

    private static func folder(_ typed: String, _ covered: Set<String>) throws(IntegrationError) -> HomePath {
        let folder = try IntegrationRequest.folder(typed)
        if let first = folder.names.first, covered.contains(first) {
            throw .unfit("the folder “\(first)” shows other files in your server")
        }
        return folder
    }

    private static func fileName(_ typed: String) throws(IntegrationError) -> String {
        let fileName = typed.lowercased().hasSuffix(suffix) ? typed : typed + suffix
        guard fileName.count > suffix.count else { throw .missing("name") }
        try IntegrationRequest.checkFileName(fileName)
        return fileName
    }

    private static let suffix = ".ipynb"

    private static func problem(_ field: NewNotebookProblem.Field, _ error: IntegrationError) -> NewNotebookProblem {
        let words =
            switch error {
            case .missing: "Give the notebook a name."
            case .unfit(let reason): reason.prefix(1).uppercased() + reason.dropFirst() + "."
            default: "\(error.message) \(error.remedy)"
            }
        return NewNotebookProblem(field, NewNotebookRefusal.typographic(words))
    }
}
