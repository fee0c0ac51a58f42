import OpenBISClient
import OpenBISNotebook

/// What the form for a new notebook asks of openBIS for somebody.
struct NewNotebookSearch: Sendable {
    let session: OpenBISSession

    /// How much of a search is shown.
    static let mostFound = 25
    /// The fewest letters that are looked for.
    static let fewestLetters = 2

    // MARK: Where it begins

    /// Fills a form in that somebody came to.
    ///
    /// - Parameter form: with its origin.
    /// - Returns: with datasets and owner of that, and names.
    /// - Throws: `OpenBISError`.
    func begun(_ form: NewNotebookForm) async throws(OpenBISError) -> NewNotebookView {
        var view = NewNotebookView(form)
        view.form.name = "Analysis"
        view.form.folder = "notebooks"
        guard let origin = form.origin else { return view }
        switch origin.kind {
        case .space:
            let space = try await session.space(origin.id)
            view.originText = "space \(space.code)"
        case .project:
            let project = try await session.project(try OpenBISEntityID(origin.id))
            view.originText = "project \(project.identifier)"
        case .collection:
            let experiment = try await session.experiment(try OpenBISEntityID(origin.id))
            view.originText = "Collection \(experiment.identifier)"
            take(NotebookOwner(experiment), in: &view)
            try await takeAll(of: .experiment(experiment.permID), in: &view)
        case .object:
            let sample = try await session.sample(try OpenBISEntityID(origin.id))
            view.originText = "Object \(sample.identifier)"
            take(NotebookOwner(sample), in: &view)
            try await takeAll(of: .sample(sample.permID), in: &view)
        case .dataSet:
            let dataSet = NotebookDataSet(try await session.dataSet(origin.id))
            view.originText = "dataset \(dataSet.name ?? dataSet.permID)"
            view.form.choose(dataSet.permID)
            view.known[dataSet.permID] = dataSet
            if let owner = dataSet.owner { take(try await described(owner), in: &view) }
        }
        return view
    }

    private func take(_ owner: NotebookOwner, in view: inout NewNotebookView) {
        view.owner = owner
        view.form.owner = owner.owner.identifier
        view.form.knownOwner = NewNotebookForm.KnownOwner(
            text: owner.owner.identifier,
            permID: owner.owner.permID,
        )
        guard let folder = NewNotebookForm.folderName(owner.code) else { return }
        view.form.folder = folder
        view.form.name = "Analysis of \(folder)"
    }

    /// All datasets of a place, chosen; none of those of a list that is longer than a notebook takes.
    private func takeAll(of place: OpenBISPlace, in view: inout NewNotebookView) async throws(OpenBISError) {
        let most = NewNotebookForm.mostDataSets
        let page = try await session.dataSets(OpenBISQuery(in: place), count: most)
        for dataSet in page.items {
            view.form.choose(dataSet.permID)
            view.known[dataSet.permID] = NotebookDataSet(dataSet)
        }
        guard page.total > most else { return }
        view.form.chosen = []
        view.form.total = page.total
    }

    // MARK: What there is

    /// What is known of the datasets of a form's list.
    func know(_ view: inout NewNotebookView) async throws(OpenBISError) {
        let found = try await session.dataSets(named: view.form.listed)
        view.known = found.mapValues { NotebookDataSet($0) }
    }

    /// Looks for datasets; those whose permanent ids were typed come into the list at once.
    func find(_ view: inout NewNotebookView) async throws(OpenBISError) {
        let text = view.form.search
        if let ids = view.form.typedIDs {
            let found = try await session.dataSets(named: ids)
            for id in ids {
                guard let dataSet = found[id] else { continue }
                view.form.choose(id)
                view.known[id] = NotebookDataSet(dataSet)
            }
            let missing = ids.filter { found[$0] == nil }
            view.form.search = missing.joined(separator: " ")
            if !missing.isEmpty {
                let words = "openBIS has no dataset \(missing.joined(separator: ", ")) that you may see."
                view.problems.append(NewNotebookProblem(.search, words))
            }
            return
        }
        guard text.count >= Self.fewestLetters else {
            view.problems.append(NewNotebookProblem(.search, "Type two letters or more."))
            return
        }
        let page = try await session.dataSets(OpenBISQuery(text: text), count: Self.mostFound)
        view.found = page.items.map(NotebookDataSet.init).filter { !view.form.listed.contains($0.permID) }
        view.foundCount = page.total
        view.form.searched = text
    }

    /// Looks for what can own a result; without a text for what the form's origin has.
    func findOwner(_ view: inout NewNotebookView) async throws(OpenBISError) {
        let text = view.form.owner
        var query = OpenBISQuery(text: text)
        if text.isEmpty {
            switch view.form.origin {
            case let origin? where origin.kind == .space: query = OpenBISQuery(in: .space(origin.id))
            case let origin? where origin.kind == .project:
                let project = try await session.project(try OpenBISEntityID(origin.id))
                query = OpenBISQuery(in: .project(project.permID))
            default: break
            }
        }
        guard text.count >= Self.fewestLetters || query.place != nil else {
            view.problems.append(NewNotebookProblem(.owner, "Type two letters or more."))
            return
        }
        let collections = try await session.experiments(query, count: Self.mostFound)
        let objects = try await session.samples(query, count: Self.mostFound)
        view.owners = collections.items.map(NotebookOwner.init) + objects.items.map(NotebookOwner.init)
        view.hasMoreOwners = collections.next != nil || objects.next != nil
        view.form.knownOwner = nil
    }

    // MARK: One owner

    /// The owner that a form names; nil where it names none.
    ///
    /// - Throws: `OpenBISError.notFound` where there is no such one.
    func owner(of form: NewNotebookForm) async throws(OpenBISError) -> NotebookOwner? {
        if let known = form.knownOwner { return NotebookOwner(try await session.owner(.permID(known.permID))) }
        guard !form.owner.isEmpty else { return nil }
        return NotebookOwner(try await session.owner(try OpenBISEntityID(form.owner)))
    }

    /// Shows which owner the field's text stands for; what was refused as one is looked for.
    func settleOwner(_ view: inout NewNotebookView) async throws(OpenBISError) {
        do throws(OpenBISError) {
            view.owner = try await owner(of: view.form)
        } catch {
            guard error == .notFound else { throw error }
            view.owner = nil
        }
        if let owner = view.owner?.owner {
            view.form.owner = owner.identifier
            view.form.knownOwner = NewNotebookForm.KnownOwner(text: owner.identifier, permID: owner.permID)
            return
        }
        let isRefused = view.problems.contains { $0.field == .owner }
        if isRefused, view.form.owner.count >= Self.fewestLetters { try await findOwner(&view) }
    }

    private func described(_ owner: AnalysisNotebook.Owner) async throws(OpenBISError) -> NotebookOwner {
        switch owner.kind {
        case .object: NotebookOwner(try await session.sample(.permID(owner.permID)))
        case .collection: NotebookOwner(try await session.experiment(.permID(owner.permID)))
        }
    }

    // MARK: Types

    /// The codes of a dataset type's properties; nil if there is no such type.
    func properties(ofType code: String) async throws(OpenBISError) -> [String]? {
        do throws(OpenBISError) {
            return try await session.dataSetType(code).properties.map(\.code)
        } catch .notFound {
            return nil
        }
    }
}
