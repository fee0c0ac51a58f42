import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import NIOCore
import OpenBISClient
import OpenBISNotebook

/// Makes notebooks that begin in openBIS, and puts them into people's homes.
struct NewNotebookDesk: Sendable {
    /// What the configuration says.
    struct Settings: Sendable {
        /// No template is larger.
        var largest: ByteCount
        /// Folders of homes in which people see something else in their servers.
        var covered: Set<String>
        /// Whom homes belong to.
        var homes: AdmissionDesk.Settings
    }

    /// A notebook whose bytes depend on the name that its file gets.
    typealias Source = @Sendable (_ fileName: String) throws(NotebookError) -> Data

    let settings: @Sendable () -> Settings
    let openBIS: OpenBISDesk
    let homes: HomeDesk
    let delivery: any HomeDelivery
    /// What the pages about datasets list too.
    var files: OpenBISFileLists
    /// Those of the endpoint too: both hold notebooks for a while.
    let turns: IntegrationTurns
    /// Absolute path of the folder where notebooks are until they are in a home.
    let folder: String
    let work: any BlockingWork

    /// In which results are registered.
    static let resultType = "ANALYSIS_NOTEBOOK"
    /// How often a name that was free is tried again when somebody else took it.
    private static let mostTries = 5
    /// What a turn costs in which openBIS is only asked, in bytes.
    private static let asking: Int64 = 1_000_000
    /// How much of the hub's memory a stored notebook takes while it is copied, for each of its bytes.
    private static let copying: Int64 = 4

    // MARK: What the notebook is

    /// Makes the notebook that a form describes.
    ///
    /// - Parameters:
    ///   - form: what was sent.
    ///   - access: to openBIS, for its sender.
    ///   - user: its sender.
    ///   - renewal: what they do when their session is over, for the notebook's cells.
    /// - Returns: the notebook, and the turn that its making takes.
    /// - Throws: ``NewNotebookRefusal`` or `OpenBISError`.
    func source(
        _ form: NewNotebookForm,
        _ access: OpenBISAccess,
        of user: UserRecord,
        renewal: String,
    ) async throws -> (Source, IntegrationTurns.Turn) {
        if let template = form.template { return try await copy(of: template, form, access, user) }
        let turn = try turn(of: user)
        return (try await analysis(form, access, renewal), turn)
    }

    private func analysis(
        _ form: NewNotebookForm,
        _ access: OpenBISAccess,
        _ renewal: String,
    ) async throws -> Source {
        let search = NewNotebookSearch(session: access.session)
        var problems: [NewNotebookProblem] = []
        let dataSets = try await dataSets(form, search, &problems)
        let owner = try await owner(form, search, &problems)
        guard problems.isEmpty, let owner else { throw NewNotebookRefusal(problems) }
        let notebook = AnalysisNotebook(
            fileName: "",
            dataSets: dataSets,
            owner: owner,
            resultType: Self.resultType,
            properties: try await keys(access),
            pagePrefix: access.settings.openBIS.url + Self.pagePath,
            renewal: renewal,
        )
        return { fileName throws(NotebookError) in
            var named = notebook
            named.fileName = fileName
            return try named.encoded()
        }
    }

    /// The page of a dataset in openBIS' electronic notebook, up to its permanent id.
    private static let pagePath =
        "/openbis/webapp/eln-lims/?menuUniqueId=null&viewName=showViewDataSetPageFromPermId&viewData="

    private func dataSets(
        _ form: NewNotebookForm,
        _ search: NewNotebookSearch,
        _ problems: inout [NewNotebookProblem],
    ) async throws(OpenBISError) -> [AnalysisNotebook.DataSet] {
        let ids = form.chosenInOrder
        guard ids.count <= NewNotebookForm.mostDataSets else {
            let limit = HumanText.count(NewNotebookForm.mostDataSets, "dataset")
            problems.append(NewNotebookProblem(.dataSets, "A notebook takes at most \(limit): deselect some."))
            return []
        }
        let found = try await search.session.dataSets(named: ids)
        var dataSets: [AnalysisNotebook.DataSet] = []
        for id in ids {
            guard let dataSet = found[id].map(NotebookDataSet.init), let owner = dataSet.owner else {
                let words = "The dataset \(id) isn’t there any more, or you may not see it: deselect it."
                problems.append(NewNotebookProblem(.dataSets, words))
                continue
            }
            dataSets.append(AnalysisNotebook.DataSet(permID: id, name: dataSet.name, owner: owner))
        }
        return dataSets
    }

    private func owner(
        _ form: NewNotebookForm,
        _ search: NewNotebookSearch,
        _ problems: inout [NewNotebookProblem],
    ) async throws(OpenBISError) -> AnalysisNotebook.Owner? {
        do throws(OpenBISError) {
            if let found = try await search.owner(of: form) { return found.owner }
            let words = "Choose the Object or Collection that is to own the result."
            problems.append(NewNotebookProblem(.owner, words))
        } catch .notFound {
            let words = "openBIS has no Object or Collection “\(form.owner)” that you may see."
            problems.append(NewNotebookProblem(.owner, words))
        }
        return nil
    }

    /// The properties that this openBIS has for results.
    private func keys(_ access: OpenBISAccess) async throws -> AnalysisNotebook.PropertyKeys {
        let search = NewNotebookSearch(session: access.session)
        guard let codes = try await search.properties(ofType: Self.resultType) else {
            throw NewNotebookRefusal(
                .page,
                "\(access.settings.title) has no dataset type \(Self.resultType), in which results are saved. "
                    + "Ask the people who run it to install the types of the electronic notebook.",
                .badGateway,
            )
        }
        return AnalysisNotebook.PropertyKeys(of: codes)
    }

    // MARK: A copy of a stored notebook

    private func copy(
        of template: NewNotebookForm.Template,
        _ form: NewNotebookForm,
        _ access: OpenBISAccess,
        _ user: UserRecord,
    ) async throws -> (Source, IntegrationTurns.Turn) {
        let limit = settings().largest
        let file = try await templateFile(template, access, of: user)
        let turn = try turn(of: user, bytes: Self.copying * file.size)
        var stored = Data()
        for try await part in try await access.session.content(of: file) {
            stored.append(contentsOf: part.readableBytesView)
        }
        let history: NotebookTemplate.History = form.keepsHistory ? .kept : .new(AnalysisNotebook.newHistoryID())
        let bytes = stored
        let source: Source = { fileName throws(NotebookError) in
            let copy = NotebookTemplate(
                fileName: fileName,
                source: template.dataSet,
                history: history,
                largest: Int(clamping: limit.bytes),
            )
            return try copy.copy(bytes).bytes(of: bytes)
        }
        return (source, turn)
    }

    /// The file of a template; it takes a turn to find it.
    ///
    /// - Throws: ``NewNotebookRefusal`` where there is no such one that can be copied, or `OpenBISError`.
    func templateFile(
        _ template: NewNotebookForm.Template,
        _ access: OpenBISAccess,
        of user: UserRecord,
    ) async throws -> OpenBISFile {
        let turn = try turn(of: user)
        defer { withExtendedLifetime(turn) {} }
        let missing = NewNotebookRefusal(
            .page,
            "openBIS has no file \(template.path) in a dataset \(template.dataSet) that you may see.",
            .notFound,
        )
        let list: OpenBISFileList
        do {
            let dataSet = try await access.session.dataSet(template.dataSet)
            if let refusal = NewNotebookRefusal(archived: dataSet.status) { throw refusal }
            list = try await files.list(of: dataSet, access)
        } catch OpenBISError.notFound {
            throw missing
        }
        guard let file = list.files.first(where: { !$0.isFolder && template.isNamed($0.path) }) else {
            throw list.isCut ? Self.notListed(template, list.files.count) : missing
        }
        let limit = settings().largest
        guard file.size <= limit.bytes else { throw Self.tooLarge(file.size, limit) }
        return file
    }

    private static func notListed(_ template: NewNotebookForm.Template, _ count: Int) -> NewNotebookRefusal {
        NewNotebookRefusal(
            .page,
            "The dataset \(template.dataSet) has more files than the hub lists, and \(template.path) isn’t among the "
                + "first \(count). Download it from openBIS, and upload it in JupyterLab.",
            .unprocessableContent,
        )
    }

    private static func tooLarge(_ size: Int64, _ limit: ByteCount) -> NewNotebookRefusal {
        NewNotebookRefusal(
            .page,
            "The stored notebook has \(HumanText.size(size)), more than the \(HumanText.size(limit.bytes)) that the hub "
                + "copies. Download it from openBIS, remove outputs from it, and upload it in JupyterLab.",
            .contentTooLarge,
        )
    }

    // MARK: Into the home

    /// Takes a turn, as lists and notebooks need room in the hub for a while.
    ///
    /// - Throws: ``NewNotebookRefusal``.
    func turn(
        of user: UserRecord,
        bytes: Int64 = Self.asking,
    ) throws(NewNotebookRefusal) -> IntegrationTurns.Turn {
        do {
            return try turns.enter(user.id ?? 0, bytes: bytes)
        } catch {
            throw NewNotebookRefusal(.page, "\(error.message) \(error.remedy)", .serviceUnavailable)
        }
    }

    /// Puts a notebook into a home, beside what is there.
    ///
    /// - Parameters:
    ///   - source: the notebook.
    ///   - target: where it is wanted.
    ///   - user: whose home it is; made if it isn't there.
    /// - Returns: the name that it has, which its bytes know.
    /// - Throws: ``NewNotebookRefusal``, or what the database says.
    func place(_ source: @escaping Source, at target: NewNotebookTarget, of user: UserRecord) async throws -> String {
        guard let home = try await homes.homes(user).first?.id else {
            throw NewNotebookRefusal(.page, "You have no home that would be kept. Create and download it instead.")
        }
        do {
            try await homes.prepare(home, of: user, settings().homes)
        } catch let error as any CarrelError {
            throw NewNotebookRefusal(home: error)
        }
        let path = target.folder.names.joined(separator: "/")
        do {
            for _ in 1...Self.mostTries {
                let name = try await delivery.freeName(target.fileName, in: path, of: home)
                let bytes = try await bytes(source, name)
                let draft = try await work.run { [folder] in
                    let draft = try FileDraft(in: folder)
                    try draft.append(bytes)
                    return draft
                }
                if try await delivery.placeNew(draft, as: name, in: path, of: home) { return name }
            }
        } catch let error as HomeDeliveryError {
            throw NewNotebookRefusal(error)
        } catch let error as HomeFilesError {
            throw NewNotebookRefusal(home: error)
        }
        throw NewNotebookRefusal(.name, "Too many files have that name: choose another one.", .conflict)
    }

    /// The notebook's bytes; a large one takes its time, so that other requests mustn't wait for it.
    ///
    /// - Throws: ``NewNotebookRefusal`` where it can't be made, as with a template that is no notebook.
    func bytes(_ source: @escaping Source, _ fileName: String) async throws -> Data {
        do {
            return try await work.run { try source(fileName) }
        } catch let error as NotebookError {
            throw NewNotebookRefusal(.page, NewNotebookRefusal.typographic("\(error)"), .unprocessableContent)
        }
    }
}
