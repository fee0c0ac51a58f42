extension AnalysisNotebook {
    /// From the notebook to a dataset.
    var saving: [NotebookCell] {
        [
            .text("about-saving", "## Save the result in openBIS"),
            .text(
                "reminder",
                """
                **Save the notebook now** (Ctrl+S), before you run the next cells: what goes to openBIS is the file as it was \
                saved last.
                """
            ),
            .folded("saving-tools", HelperCode.saving + "\n\n\n" + constants),
            .code("page", "save_page(fileName)"),
            .text(
                "about-owner",
                "The result is going to belong to the \(owner.title.lowercased()) \(ForeignText.markdown(owner.identifier))."
            ),
            .code(
                "owner",
                """
                with asking_openbis("the owner of the result"):
                    owner = \(owner.call)
                owner.attrs
                """
            ),
            .text(
                "about-dataset",
                "Registers a new dataset with the notebook and its page, and links to it. Each time it runs it makes another one."
            ),
            .code("save", registration),
        ]
    }

    private var constants: String {
        """
        # How the result is called until you name it, and where its page is.
        unnamed = \(ForeignText.python(Self.unnamed))
        page_prefix = \(ForeignText.python(pagePrefix ?? ""))
        """
    }

    private var registration: String {
        let keys = [
            (properties.name, "resultDatasetName"),
            (properties.notes, "resultDatasetNotes"),
            (properties.history, "resultDatasetHistoryId"),
        ]
        let lines = keys.compactMap { key, variable in key.map { "    \(ForeignText.python($0)): \(variable),\n" } }
        return """
            resultDatasetType = \(ForeignText.python(resultType))
            resultDatasetProperties = {\(lines.isEmpty ? "" : "\n" + lines.joined())}

            save_result(resultDatasetType, resultDatasetProperties, \(owner.argument)=owner)
            """
    }
}
