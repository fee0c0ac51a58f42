import CarrelModel
import OpenBISNotebook

/// The form for a new notebook: which datasets, whose the result is to be, and how the notebook is called.
struct NewNotebookPage: Page {
    static let template = "new-notebook"
    static let scripts = ["new-notebook.js"]

    /// Something that is wrong, with the field it is about.
    struct Problem: Sendable, Equatable {
        let text: String
        let label: String
        /// Nil where it concerns the whole.
        let field: PageLink?
    }

    /// A value that goes along.
    struct Hidden: Sendable, Equatable {
        let name: String
        let value: String
    }

    /// A dataset to be chosen.
    struct Row: Sendable, Equatable {
        let permID: String
        let name: String
        let about: String
        let isChosen: Bool
    }

    /// An owner to be chosen.
    struct Choice: Sendable, Equatable {
        let permID: String
        let name: String
        let about: String
    }

    let title: String
    let lead: String
    let formURL: PageLink
    let problems: [Problem]
    let hasProblems: Bool
    /// Where a session is renewed; nil if that isn't what is missing.
    let renewURL: PageLink?
    /// The same page once more, where there is no form.
    let againURL: PageLink?
    let emptyURL: PageLink
    let isUsable: Bool
    let isAnalysis: Bool
    let hidden: [Hidden]

    // The datasets.
    let rows: [Row]
    let hasRows: Bool
    let countText: String
    let manyText: String?
    let dataSetsProblem: String?
    let search: String
    /// What was found last; nil for nothing.
    let searched: String?
    let searchProblem: String?
    let found: [Row]
    let foundText: String?

    // The owner.
    let owner: String
    let ownerText: String?
    let ownerProblem: String?
    let owners: [Choice]
    let ownersText: String?

    // The notebook.
    let folder: String
    let folderProblem: String?
    let name: String
    let nameProblem: String?
    let keepsHistory: Bool

    /// - Parameters:
    ///   - view: what there is.
    ///   - settings: of the openBIS.
    ///   - again: the address of the page if it can be asked for again.
    init(_ view: NewNotebookView, at settings: AuthenticatorSettings, again: String?) {
        let form = view.form
        title = form.template == nil ? "New notebook" : "New notebook from a template"
        lead = Self.lead(view, at: settings.title)
        formURL = PageLink(HubPath.newNotebook(settings.name))
        emptyURL = PageLink(HubPath.newNotebook(settings.name))
        problems = view.problems.map { problem in
            let field = problem.field == .page ? nil : PageLink(fragment: problem.field.rawValue)
            return Problem(text: FileText.visible(problem.text), label: problem.field.label, field: field)
        }
        hasProblems = !problems.isEmpty
        renewURL = view.isSessionOver ? PageLink(HubPath.openBIS(settings.name)) : nil
        againURL = view.isUsable ? nil : again.map { PageLink($0) }
        (isUsable, isAnalysis) = (view.isUsable, form.template == nil)
        hidden = Self.hidden(form)
        func problem(_ field: NewNotebookProblem.Field) -> String? {
            let texts = view.problems.filter { $0.field == field }.map { FileText.visible($0.text) }
            return texts.isEmpty ? nil : texts.joined(separator: " ")
        }
        rows = form.listed.map {
            Row($0, view.known[$0], isChosen: form.chosen.contains($0), isAsked: !view.known.isEmpty)
        }
        hasRows = !rows.isEmpty
        countText = "\(form.chosen.count) of \(rows.count) chosen"
        manyText = form.total.map { total in
            "There are \(HumanText.count(total, "dataset")), and a notebook takes at most "
                + "\(NewNotebookForm.mostDataSets). The newest are listed, none is chosen."
        }
        dataSetsProblem = problem(.dataSets)
        (search, searchProblem) = (form.search, problem(.search))
        searched = form.searched.isEmpty ? nil : form.searched
        found = view.found.map { Row($0.permID, $0, isChosen: false, isAsked: true) }
        foundText = view.foundCount.map { Self.foundText($0, shown: view.found.count) }
        owner = form.owner
        ownerText = view.owner.map { owner in
            FileText.visible(
                "\(owner.owner.kind.word) \(owner.owner.identifier)" + (owner.name.map { " · \($0)" } ?? "")
            )
        }
        ownerProblem = problem(.owner)
        owners = (view.owners ?? []).map(Choice.init)
        ownersText = view.owners.map { owners in
            if owners.isEmpty { return "Nothing was found." }
            let count = owners.count == 1 ? "One was found." : "\(owners.count) were found."
            return view.hasMoreOwners ? "The first \(owners.count) are shown: type more to narrow it down." : count
        }
        (folder, folderProblem) = (form.folder, problem(.folder))
        (name, nameProblem) = (form.name, problem(.name))
        keepsHistory = form.keepsHistory
    }

    private static func lead(_ view: NewNotebookView, at title: String) -> String {
        if let template = view.form.template {
            let size = view.templateSize.map { ", \(HumanText.size($0))" } ?? ""
            let file = FileText.visible("\(template.path) in dataset \(template.dataSet)")
            return "From \(file) of \(title)\(size)."
        }
        guard let origin = view.originText else {
            return "For the analysis of datasets in \(title); the result goes back there."
        }
        return "From the \(FileText.visible(origin)) in \(title); the result goes back there."
    }

    private static func hidden(_ form: NewNotebookForm) -> [Hidden] {
        var pairs: [(String, String?)] = [
            ("entity", form.origin?.kind.rawValue), ("permId", form.origin?.id),
            ("template", form.template?.dataSet), ("file", form.template?.path),
            ("total", form.total.map { "\($0)" }),
        ]
        if let known = form.knownOwner { pairs += [("owner-for", known.text), ("owner-id", known.permID)] }
        return pairs.compactMap { name, value in value.map { Hidden(name: name, value: $0) } }
    }

    private static func foundText(_ count: Int, shown: Int) -> String {
        if count == 0 { return "Nothing was found." }
        if shown == 0 { return "What was found is in the list already." }
        if shown < count { return "\(shown) of \(count) are shown: type more to narrow it down." }
        return count == 1 ? "One was found." : "\(count) were found."
    }
}

extension NewNotebookPage.Row {
    /// A dataset; `isAsked` says that openBIS was, so that what isn't known of can't be seen.
    init(_ permID: String, _ dataSet: NotebookDataSet?, isChosen: Bool, isAsked: Bool) {
        guard let dataSet else {
            self.init(
                permID: permID,
                name: FileText.visible(permID),
                about: isAsked ? "You can’t see it any more." : "",
                isChosen: isChosen,
            )
            return
        }
        let parts = [
            dataSet.name == nil ? nil : permID, dataSet.type, dataSet.size.map(HumanText.size),
            dataSet.owner?.identifier,
        ]
        self.init(
            permID: permID,
            name: FileText.visible(dataSet.name ?? permID),
            about: FileText.visible(parts.compactMap(\.self).joined(separator: " · ")),
            isChosen: isChosen,
        )
    }
}

extension NewNotebookPage.Choice {
    init(_ owner: NotebookOwner) {
        self.init(
            permID: owner.owner.permID,
            name: FileText.visible(owner.owner.identifier),
            about: FileText.visible([owner.owner.kind.word, owner.name].compactMap(\.self).joined(separator: " · ")),
        )
    }
}
