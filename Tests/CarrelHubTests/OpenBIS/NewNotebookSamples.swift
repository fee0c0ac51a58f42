import CarrelModel
import OpenBISNotebook

@testable import CarrelHub

/// The form for a new notebook in its states.
enum NewNotebookSamples {
    static let pages: [(name: String, page: any Page, frame: PageFrame)] = [
        ("new-notebook-empty", page(NewNotebookView(NewNotebookForm())), PagesSamples.frame()),
        ("new-notebook", page(filled), PagesSamples.frame()),
        ("new-notebook-problems", page(broken), PagesSamples.frame()),
        ("new-notebook-template", page(template), PagesSamples.frame()),
        ("new-notebook-over", page(over), PagesSamples.frame()),
    ]

    static let owner = AnalysisNotebook.Owner(.object, permID: "20260101000000000-11", identifier: "/LAB/P1/EXP1")
    private static let collection = AnalysisNotebook.Owner(
        .collection,
        permID: "20260101000000000-12",
        identifier: "/LAB/P1/C1",
    )

    private static func page(_ view: NewNotebookView) -> NewNotebookPage {
        NewNotebookPage(view, at: IdentitySamples.laboratory, again: "/hub/openbis/lab/new-notebook")
    }

    private static var filled: NewNotebookView {
        var view = NewNotebookView(NewNotebookForm())
        view.form.origin = NotebookOrigin(.object, owner.permID)
        view.originText = "Object /LAB/P1/EXP1"
        for (number, name) in ["Measured", nil].enumerated() {
            let id = "20260101000000000-\(number)"
            view.form.choose(id)
            view.known[id] = NotebookDataSet(permID: id, name: name, type: "RAW_DATA", size: 2_500_000, owner: owner)
        }
        view.owner = NotebookOwner(owner, name: "First step", code: "EXP1")
        view.form.owner = owner.identifier
        view.form.knownOwner = NewNotebookForm.KnownOwner(text: owner.identifier, permID: owner.permID)
        (view.form.folder, view.form.name) = ("EXP1", "Analysis of EXP1")
        return view
    }

    private static var broken: NewNotebookView {
        var view = filled
        view.form.choose("20260101000000000-9")
        view.form.total = 10_000
        (view.form.search, view.form.searched, view.foundCount) = ("pic", "pic", 30)
        view.found = [
            NotebookDataSet(permID: "20260101000000000-3", name: "Picture", type: "PROCESSED_DATA", owner: collection)
        ]
        view.owner = nil
        view.form.knownOwner = nil
        view.owners = [NotebookOwner(collection, name: nil, code: "C1")]
        view.hasMoreOwners = true
        for field in [NewNotebookProblem.Field.page, .dataSets, .search, .owner, .folder, .name] {
            view.problems.append(NewNotebookProblem(field, "Something is wrong with “\(field.rawValue)”."))
        }
        return view
    }

    private static var template: NewNotebookView {
        var view = NewNotebookView(NewNotebookForm())
        view.form.template = NewNotebookForm.Template(dataSet: "20260101000000000-5", path: "original/A.ipynb")
        (view.form.name, view.form.keepsHistory, view.templateSize) = ("A", true, 5_000)
        return view
    }

    private static var over: NewNotebookView {
        var view = NewNotebookView(NewNotebookForm())
        view.isUsable = false
        view.tell(.sessionOver(at: "openBIS"))
        return view
    }
}
