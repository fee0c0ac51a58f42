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
    /// Those of the endpoint too: both hold notebooks for a while.
    let turns: IntegrationTurns
    /// Absolute path of the folder where notebooks are until they are in a home.
    let folder: String
    let work: any BlockingWork

    /// In which results are registered.
    static let resultType = "ANALYSIS_NOTEBOOK"
    /// How often a name that was free is tried again when somebody else took it.
    private static let mostTries = 50

    // MARK: What the notebook is

    /// Makes the notebook that a form describes.
    ///
    /// - Parameters:
    ///   - form: what was sent.
    ///   - access: to openBIS, for its sender.
    ///   - renewal: what they do when their session is over, for the notebook's cells.
    /// - Returns: the notebook.
    /// - Throws: ``NewNotebookRefusal`` or `OpenBISError`.
    func source(_ form: NewNotebookForm, _ access: OpenBISAccess, renewal: String) async throws -> Source {
        if let template = form.template { return try await copy(of: template, form, access) }
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
    ) async throws -> Source {
        let (session, limit) = (access.session, settings().largest)
        let file = try await templateFile(template, NewNotebookSearch(session: session))
        guard file.size <= limit.bytes else { throw Self.tooLarge(file.size, limit) }
        var stored = Data()
        for try await part in try await session.content(of: file) { stored.append(contentsOf: part.readableBytesView) }
        let history: NotebookTemplate.History = form.keepsHistory ? .kept : .new(AnalysisNotebook.newHistoryID())
        let bytes = stored
        return { fileName throws(NotebookError) in
            let copy = NotebookTemplate(
                fileName: fileName,
                source: template.dataSet,
                history: history,
                largest: Int(clamping: limit.bytes),
            )
            return try copy.copy(bytes).bytes(of: bytes)
        }
    }

    /// The file of a template.
    ///
    /// - Throws: ``NewNotebookRefusal`` where there is no such one, or `OpenBISError`.
    func templateFile(_ template: NewNotebookForm.Template, _ search: NewNotebookSearch) async throws -> OpenBISFile {
        guard let file = try await search.file(of: template) else {
            throw NewNotebookRefusal(
                .page,
                "openBIS has no file \(template.path) in a dataset \(template.dataSet) that you may see.",
                .notFound,
            )
        }
        return file
    }

    static func tooLarge(_ size: Int64, _ limit: ByteCount) -> NewNotebookRefusal {
        NewNotebookRefusal(
            .page,
            "The stored notebook has \(HumanText.size(size)), more than the \(HumanText.size(limit.bytes)) that the hub "
                + "copies. Download it from openBIS, remove outputs from it, and upload it in JupyterLab.",
            .contentTooLarge,
        )
    }

    // MARK: Into the home

    /// Takes a turn, as a notebook needs room in the hub for a while.
    ///
    /// - Throws: ``NewNotebookRefusal``.
    func turn(_ form: NewNotebookForm, of user: UserRecord) throws(NewNotebookRefusal) -> IntegrationTurns.Turn {
        do {
            return try turns.enter(user.id ?? 0, bytes: form.template == nil ? 1_000_000 : settings().largest.bytes)
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
    func place(_ source: Source, at target: NewNotebookTarget, of user: UserRecord) async throws -> String {
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
                let bytes = try bytes(source, name)
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

    /// The notebook's bytes.
    ///
    /// - Throws: ``NewNotebookRefusal`` where it can't be made, as with a template that is no notebook.
    func bytes(_ source: Source, _ fileName: String) throws(NewNotebookRefusal) -> Data {
        do {
            return try source(fileName)
        } catch {
            throw NewNotebookRefusal(.page, NewNotebookRefusal.typographic("\(error)"), .unprocessableContent)
        }
    }
}
