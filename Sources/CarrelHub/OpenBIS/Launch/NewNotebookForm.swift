import Foundation

/// What stands in the form for a new notebook.
struct NewNotebookForm: Sendable, Equatable {
    /// What a button of the form does.
    enum Step: String, Sendable {
        /// Puts the notebook into the home, and opens it.
        case open
        /// Gives it to the browser.
        case download
        /// Looks for datasets, or adds those whose permanent ids were typed.
        case find
        /// Looks for an Object or a Collection.
        case findOwner = "find-owner"
        /// Chooses all datasets of the list, or none.
        case all, none
        /// Somebody pressed Enter.
        case enter
    }

    /// A notebook that is stored in a dataset.
    struct Template: Sendable, Equatable {
        let dataSet: String
        let path: String

        /// By bytes: a `String` takes two spellings of one character for the same.
        func isNamed(_ name: String) -> Bool { name.utf8.elementsEqual(path.utf8) }
    }

    /// Which owner the text in its field stands for.
    struct KnownOwner: Sendable, Equatable {
        let text: String
        let permID: String
    }

    var step = Step.open
    var origin: NotebookOrigin?
    var template: Template?
    /// How many datasets the origin has, if more than are listed.
    var total: Int?
    /// The datasets of the list, and those of them that are chosen; permanent ids.
    var listed: [String] = []
    var chosen: Set<String> = []
    /// What is looked for, and what was looked for last.
    var search = ""
    var searched = ""
    var owner = ""
    var knownOwner: KnownOwner?
    var folder = ""
    var name = ""
    var keepsHistory = false

    /// No more datasets are in one notebook.
    static let mostDataSets = 500

    /// An empty one.
    init() {}

    /// Reads what a link asks for.
    ///
    /// - Throws: ``HubError/badRequest(_:)``.
    init(link: FormBody) throws {
        origin = try NotebookOrigin.read(link["entity"], link["permId"])
        template = try Self.template(link["template"], link["file"])
    }

    /// Reads what somebody sent.
    ///
    /// - Throws: ``HubError/badRequest(_:)`` for what no page of ours sends.
    init(_ text: FormText) throws {
        var values: [String: String] = [:]
        for (name, value) in text.pairs {
            switch name {
            case "listed": list(value)
            case "dataset":
                list(value)
                if listed.contains(value) { chosen.insert(value) }
            default: values[name] = values[name] ?? value
            }
        }
        guard let step = Step(rawValue: values["do"] ?? "") else {
            throw HubError.badRequest("The form doesn't say what is to be done.")
        }
        func line(_ name: String) -> String { (values[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines) }
        self.step = step
        origin = try NotebookOrigin.read(values["entity"], values["permId"])
        template = try Self.template(values["template"], values["file"])
        total = values["total"].flatMap { Int($0) }
        (search, searched) = (line("find"), line("found-for"))
        (owner, folder, name) = (line("owner"), line("folder"), line("name"))
        let (choice, known) = (line("owner-choice"), line("owner-id"))
        if !choice.isEmpty, line("owners-for") == owner {
            knownOwner = KnownOwner(text: owner, permID: choice)
        } else if !known.isEmpty, line("owner-for") == owner {
            knownOwner = KnownOwner(text: owner, permID: known)
        }
        keepsHistory = values["keep-history"] != nil
        if step == .enter { self.step = search.isEmpty || search == searched ? .open : .find }
        if step == .all { chosen = Set(listed) }
        if step == .none { chosen = [] }
    }

    /// A list has a limit: who sends more than a page of ours can hold has the rest left out.
    private mutating func list(_ permID: String) {
        guard (1...200).contains(permID.utf8.count), listed.count < 2 * Self.mostDataSets, !listed.contains(permID)
        else { return }
        listed.append(permID)
    }

    private static func template(_ dataSet: String?, _ path: String?) throws -> Template? {
        guard let dataSet, !dataSet.isEmpty else { return nil }
        let path = (path ?? "").split(separator: "/").joined(separator: "/")
        guard dataSet.utf8.count <= 200, (1...4096).contains(path.utf8.count) else {
            throw HubError.badRequest("The link doesn't say which file of the dataset is the template.")
        }
        return Template(dataSet: dataSet, path: path)
    }

    /// The permanent ids that were typed where datasets are looked for; nil if it is something else.
    var typedIDs: [String]? {
        let words = search.split { $0.isWhitespace || $0 == "," || $0 == ";" }
        guard (1...Self.mostDataSets).contains(words.count) else { return nil }
        let isID = words.allSatisfy { $0.wholeMatch(of: /[0-9]{14,20}-[0-9]{1,12}/) != nil }
        return isID ? words.map(String.init) : nil
    }

    /// Puts a dataset at the end of the list, and chooses it.
    mutating func choose(_ permID: String) {
        list(permID)
        chosen.insert(permID)
    }

    /// The chosen ones, in the order of the list.
    var chosenInOrder: [String] { listed.filter(chosen.contains) }

    /// Keeps a name that openBIS has for something as one of a folder here; nil if nothing is left of it.
    static func folderName(_ code: String) -> String? {
        let name = String(code.drop { $0 == "." }.map { "/\\".contains($0) ? "-" : $0 })
        return name.isEmpty ? nil : name
    }
}
