import CarrelModel
import HTTPTypes
import OpenBISClient
import OpenBISNotebook
import Testing

@testable import CarrelHub

@Suite struct `A new notebook from openBIS` {
    // MARK: Links

    @Test(arguments: [
        ("SPACE", NotebookOrigin.Kind.space), ("project", .project), ("COLLECTION", .collection),
        ("EXPERIMENT", .collection), ("OBJECT", .object), ("SAMPLE", .object), ("dataset", .dataSet),
        ("DATA_SET", .dataSet),
    ])
    func `begins at each kind of thing, by either of its names`(text: String, kind: NotebookOrigin.Kind) throws {
        let origin = try #require(try NotebookOrigin.read(text, "2026-1"))
        #expect(origin == NotebookOrigin(kind, "2026-1"))
        #expect(origin.path(at: "lab") == "/hub/openbis/lab/new-notebook?entity=\(kind.rawValue)&permId=2026-1")
    }

    @Test func `begins with nothing, and not with half a link`() throws {
        #expect(try NotebookOrigin.read(nil, nil) == nil)
        #expect(try NotebookOrigin.read("", "") == nil)
        for (kind, id) in [("PERSON", "1"), ("OBJECT", ""), ("", "1"), ("OBJECT", String(repeating: "x", count: 501))] {
            #expect(throws: HubError.self) { try NotebookOrigin.read(kind, id) }
        }
        #expect(try NotebookOrigin.read("object", "/LAB/P&1")?.path(at: "lab").hasSuffix("&permId=/LAB/P%261") == true)
    }

    @Test func `takes a template with or without slashes around its path`() throws {
        let form = try NewNotebookForm(link: FormBody(query: "template=2026-1&file=%2Foriginal%2FA%20b.ipynb"))
        #expect(form.template == NewNotebookForm.Template(dataSet: "2026-1", path: "original/A b.ipynb"))
        #expect(throws: HubError.self) { try NewNotebookForm(link: FormBody(query: "template=2026-1&file=/")) }
    }

    @Test func `takes a template by the bytes of its path`() {
        let composed = NewNotebookForm.Template(dataSet: "2026-1", path: "Z\u{FC}rich")
        let apart = NewNotebookForm.Template(dataSet: "2026-1", path: "Zu\u{308}rich")
        #expect(composed == apart)
        #expect(composed.isNamed("Z\u{FC}rich"))
        #expect(!apart.isNamed("Z\u{FC}rich"))
    }

    @Test(arguments: [("ARCHIVED", "have it brought back in openBIS"), ("UNARCHIVE_PENDING", "being brought back")])
    func `says that a dataset is in the archive`(status: String, words: String) throws {
        let refusal = try #require(NewNotebookRefusal(archived: status))
        #expect(refusal.status == .conflict)
        #expect(refusal.problems.map(\.text).joined().contains(words))
        #expect(NewNotebookRefusal(archived: "AVAILABLE") == nil)
        #expect(NewNotebookRefusal(archived: nil) == nil)
    }

    @Test func `shows what names hide`() throws {
        let owner = AnalysisNotebook.Owner(.object, permID: "1", identifier: "/LAB/\u{200B}P1")
        var view = NewNotebookView(NewNotebookForm())
        view.form.choose("2026-1")
        view.known["2026-1"] = NotebookDataSet(permID: "2026-1", name: "a\u{202E}b", type: "R\u{2066}", owner: owner)
        view.owner = NotebookOwner(owner, name: nil, code: "P1")
        view.owners = [NotebookOwner(owner, name: "\u{FEFF}", code: "P1")]
        view.originText = "Object /LAB/\u{200B}P1"
        view.problems = [NewNotebookProblem(.page, "No \u{202E}.")]
        let page = NewNotebookPage(view, at: IdentitySamples.laboratory, again: nil)
        let row = try #require(page.rows.first)
        #expect(row.name == "a⟨U+202E⟩b")
        #expect(row.about == "2026-1 · R⟨U+2066⟩ · /LAB/⟨U+200B⟩P1")
        #expect(page.ownerText == "Object /LAB/⟨U+200B⟩P1")
        #expect(page.owners.map(\.about) == ["Object · ⟨U+FEFF⟩"])
        #expect(page.lead.contains("Object /LAB/⟨U+200B⟩P1"))
        #expect(page.problems.map(\.text) == ["No ⟨U+202E⟩."])
    }

    // MARK: The form

    @Test func `keeps the order of the list, and leaves out what was deselected`() throws {
        let form = try Self.form("do=open&listed=a&dataset=a&listed=b&listed=c&dataset=c&dataset=found&dataset=c")
        #expect(form.listed == ["a", "b", "c", "found"])
        #expect(form.chosenInOrder == ["a", "c", "found"])
        #expect(try Self.form("do=none&listed=a&dataset=a").chosen.isEmpty)
        #expect(try Self.form("do=all&listed=a&listed=b").chosenInOrder == ["a", "b"])
    }

    @Test func `has an end, however much is sent`() throws {
        let form = try Self.form("do=open" + (0..<5_000).map { "&dataset=d\($0)" }.joined())
        #expect(form.listed.count == 2 * NewNotebookForm.mostDataSets)
        #expect(form.chosen.count == form.listed.count)
    }

    @Test func `knows whose the result is to be only as long as its text stays`() throws {
        let known = "do=open&owner-for=%2FLAB%2FP1%2FC1&owner-id=2026-7"
        let stays = try Self.form(known + "&owner=+%2FLAB%2FP1%2FC1")
        #expect(stays.knownOwner == NewNotebookForm.KnownOwner(text: "/LAB/P1/C1", permID: "2026-7"))
        #expect(try Self.form(known + "&owner=%2FLAB%2FP1%2FC2").knownOwner == nil)
        let chosen = known + "&owner=C1&owners-for=C1&owner-choice=2026-8"
        #expect(try Self.form(chosen).knownOwner == NewNotebookForm.KnownOwner(text: "C1", permID: "2026-8"))
        #expect(try Self.form(chosen.replacing("owners-for=C1", with: "owners-for=C")).knownOwner == nil)
    }

    @Test(arguments: [("&find=raw", NewNotebookForm.Step.find), ("&find=raw&found-for=raw", .open), ("", .open)])
    func `takes Enter for what is left to do`(fields: String, step: NewNotebookForm.Step) throws {
        #expect(try Self.form("do=enter" + fields).step == step)
    }

    @Test(arguments: [
        ("20260101000000000-1", ["20260101000000000-1"]),
        (" 20260101000000000-1, 20260101000000000-22\n", ["20260101000000000-1", "20260101000000000-22"]),
        ("2026", nil), ("20260101000000000-1 raw", nil), ("", nil),
    ])
    func `tells permanent ids from words`(text: String, ids: [String]?) {
        var form = NewNotebookForm()
        form.search = text
        #expect(form.typedIDs == ids)
    }

    // MARK: Names

    @Test(arguments: [
        ("Analysis", "Analysis.ipynb"), ("A.ipynb", "A.ipynb"), ("A.IPYNB", "A.IPYNB"),
        ("Zürich 1.2", "Zürich 1.2.ipynb"),
    ])
    func `gets its extension once`(typed: String, fileName: String) throws {
        #expect(try NewNotebookTarget(Self.named(typed, in: "F/G"), covered: []).fileName == fileName)
    }

    @Test(arguments: [
        ("", "F", [NewNotebookProblem(.name, "Give the notebook a name.")]),
        (".ipynb", "F", [NewNotebookProblem(.name, "Give the notebook a name.")]),
        ("a/b", "F", [NewNotebookProblem(.name, "The filename “a/b.ipynb” has a slash.")]),
        (".a", "F", [NewNotebookProblem(.name, "The filename has a hidden name, “.a.ipynb”.")]),
        ("a", "../F", [NewNotebookProblem(.folder, "The folder leads upwards.")]),
        ("a", "/etc", [NewNotebookProblem(.folder, "The folder “/etc” doesn't begin in your home.")]),
        ("a", "b2drop/x", [NewNotebookProblem(.folder, "The folder “b2drop” shows other files in your server.")]),
        (
            "", "a//b",
            [
                NewNotebookProblem(.folder, "The folder has an empty name."),
                NewNotebookProblem(.name, "Give the notebook a name."),
            ]
        ),
    ])
    func `says at each field what is wrong`(name: String, folder: String, problems: [NewNotebookProblem]) {
        let refusal = NewNotebookRefusal(
            problems.map { NewNotebookProblem($0.field, $0.text.replacing("'", with: "’")) }
        )
        #expect(throws: refusal) { try NewNotebookTarget(Self.named(name, in: folder), covered: ["b2drop"]) }
    }

    @Test(arguments: [("EXP1", "EXP1"), (".hidden", "hidden"), ("A/B\\C", "A-B-C"), ("..", nil)])
    func `makes a folder's name of a code`(code: String, name: String?) {
        #expect(NewNotebookForm.folderName(code) == name)
    }

    // MARK: Properties

    @Test(arguments: [
        (["$NAME", "NOTES", "$XMLCOMMENTS", "$HISTORY_ID"], AnalysisNotebook.PropertyKeys.usual),
        (["NAME", "NOTES", "HISTORY_ID"], .init(name: "NAME", notes: "NOTES", history: "HISTORY_ID")),
        (["ELN.NAME", "HISTORY_ID"], .init(name: "ELN.NAME", notes: nil, history: "HISTORY_ID")),
        (["ELN.NAME", "$NAME"], .init(name: "$NAME", notes: nil, history: nil)),
        (["FILENAME", "NAME_2"], .init(name: nil, notes: nil, history: nil)),
    ])
    func `takes the properties that the server has`(codes: [String], keys: AnalysisNotebook.PropertyKeys) {
        #expect(AnalysisNotebook.PropertyKeys(of: codes) == keys)
    }

    // MARK: What openBIS says

    @Test func `tells a session that is over from an openBIS that is down`() {
        let over = NewNotebookRefusal(.sessionOver, at: "Lab")
        #expect(over.isSessionOver)
        #expect(over.status == .forbidden)
        let down = NewNotebookRefusal(.unreachable("openbis.example.org"), at: "Lab")
        #expect(!down.isSessionOver)
        #expect(down.status == .badGateway)
        #expect(down.problems.map(\.text).joined().contains("can’t be reached at openbis.example.org"))
    }

    private static func form(_ text: String) throws -> NewNotebookForm {
        try NewNotebookForm(FormText(pairs: FormText.pairs(text)))
    }

    private static func named(_ name: String, in folder: String) -> NewNotebookForm {
        var form = NewNotebookForm()
        (form.name, form.folder) = (name, folder)
        return form
    }
}
