import OpenBISClient

/// What the form for a new notebook shows beside what was typed.
struct NewNotebookView: Sendable, Equatable {
    var form: NewNotebookForm
    /// What is known of datasets of the list, by permanent id.
    var known: [String: NotebookDataSet] = [:]
    /// Of the datasets that were looked for, a part and how many there are.
    var found: [NotebookDataSet] = []
    var foundCount: Int?
    /// The Objects and Collections that were looked for.
    var owners: [NotebookOwner]?
    var hasMoreOwners = false
    /// The owner that the field's text stands for.
    var owner: NotebookOwner?
    /// What the notebook starts from, in words: `Collection /LAB/P1/C1`.
    var originText: String?
    /// The size of the template's file in bytes.
    var templateSize: Int64?
    var problems: [NewNotebookProblem] = []
    var isSessionOver = false
    /// Whether there is something to be filled in.
    var isUsable = true

    init(_ form: NewNotebookForm) {
        self.form = form
    }

    /// Says why something wasn't done.
    mutating func tell(_ refusal: NewNotebookRefusal) {
        problems += refusal.problems.filter { !problems.contains($0) }
        isSessionOver = isSessionOver || refusal.isSessionOver
    }
}
