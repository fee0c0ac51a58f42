extension AnalysisNotebook {
    /// The session of openBIS, and its renewal.
    var connection: [NotebookCell] {
        [
            .text(
                "about-connection",
                """
                ## Connect to openBIS

                The first cell holds what the other cells call; there is nothing to change in it.
                """
            ),
            .folded("tools", HelperCode.connection + "\n\n\nhow_to_renew = \(ForeignText.python(renewal))"),
            .code(
                "connect",
                """
                with asking_openbis("connecting"):
                    o = Openbis()
                """
            ),
            .text(
                "about-session",
                """
                ## Renew the openBIS session (optional)

                Only if your session is over and can't be renewed otherwise: set `askForToken` to `True` and run the cell. It \
                asks for a session token, as openBIS shows it in your user profile. The token isn't kept in the notebook.
                """
            ),
            .code(
                "session",
                """
                askForToken = False

                if askForToken:
                    with asking_openbis("renewing the session"):
                        o.set_token(getpass("Session token: ").strip(), save_token=True)
                check_session()
                print("Connected to", o.url)
                """
            ),
        ]
    }

    /// What there is to work on.
    var information: [NotebookCell] {
        let heading = NotebookCell.text("about-datasets", "## Information about the datasets")
        return [heading] + dataSets.enumerated().flatMap { information(about: $1, number: $0 + 1) }
    }

    private func information(about dataSet: DataSet, number: Int) -> [NotebookCell] {
        let name = dataSet.name.map { ": \(ForeignText.markdown($0))" } ?? ""
        return [
            .text(
                "about-owner-\(number)",
                "\(dataSet.owner.title) \(ForeignText.markdown(dataSet.owner.identifier))"
            ),
            .code(
                "owner-\(number)",
                """
                with asking_openbis("the owner of a dataset"):
                    s\(number) = \(dataSet.owner.call)
                s\(number).attrs
                """
            ),
            .text("about-dataset-\(number)", "Dataset \(ForeignText.markdown(dataSet.permID))\(name)"),
            .code(
                "dataset-\(number)",
                """
                with asking_openbis("a dataset"):
                    ds\(number) = o.get_dataset(\(ForeignText.python(dataSet.permID)))
                ds\(number).attrs
                """
            ),
            .code(
                "files-\(number)",
                """
                with asking_openbis("the files of a dataset"):
                    files\(number) = ds\(number).get_files(start_folder="/")
                files\(number)
                """
            ),
        ]
    }

    /// The files of the datasets.
    var downloads: [NotebookCell] {
        let heading = NotebookCell.text(
            "about-downloads",
            """
            ## Download the datasets

            Each comes into a folder named like it. Files that are there already stay as they are, so these cells may run again.
            """
        )
        let tools = dataSets.isEmpty ? [] : [NotebookCell.folded("download-tools", HelperCode.downloads)]
        return [heading] + tools
            + dataSets.indices.map { .code("download-\($0 + 1)", "download(ds\($0 + 1), files\($0 + 1))") }
    }

    /// Where the scientist works.
    var work: [NotebookCell] {
        [.text("about-work", "## Process your data here"), .code("work", "")]
    }
}

extension AnalysisNotebook.Owner {
    /// Asks for it.
    var call: String {
        switch kind {
        case .object: "o.get_object(\(ForeignText.python(permID)))"
        case .collection: "o.get_experiment(\(ForeignText.python(permID)))"
        }
    }

    /// What people call it.
    var title: String {
        switch kind {
        case .object: "Object"
        case .collection: "Collection"
        }
    }

    /// What PyBIS calls it where a dataset is made.
    var argument: String {
        switch kind {
        case .object: "sample"
        case .collection: "experiment"
        }
    }
}
