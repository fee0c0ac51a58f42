extension AnalysisNotebook {
    /// The title, and the variables that the last cells use.
    var opening: [NotebookCell] {
        [
            .text("title", "# Title of this notebook: change me!"),
            .text(
                "about-variables",
                """
                ## About this notebook

                Run the cells from top to bottom. The first ones give the notebook's file and its result in openBIS their \
                names; change them where you are asked to.
                """
            ),
            .text(
                "about-file-name",
                "The name of this notebook's file. Change it here, too, when you rename the file."
            ),
            .code("file-name", name: "fileName", "fileName = \(ForeignText.python(fileName))"),
            .text("about-parents", "The datasets that the result comes from; they become its parents in openBIS."),
            .code(
                "parents",
                name: "resultDatasetParents",
                "resultDatasetParents = \(ForeignText.python(parents))"
            ),
            .text("about-history", "Versions of the same analysis have the same history id. Leave it as it is."),
            .code(
                "history",
                name: "resultDatasetHistoryId",
                "resultDatasetHistoryId = \(ForeignText.python(historyID))"
            ),
            .text("about-name", "**Change me:** the name of the result in openBIS."),
            .code("name", name: "resultDatasetName", "resultDatasetName = \(ForeignText.python(Self.unnamed))"),
            .text("about-notes", "**Change me, if you like:** notes about the result. They may stay empty."),
            .code("notes", name: "resultDatasetNotes", #"resultDatasetNotes = """#),
        ]
    }

    /// The name of a result that nobody has named.
    static let unnamed = "Name of my result: change me!"
}
