extension OpenBISSession {
    /// A part of the files and folders of a dataset, in the order of the data store (reference 4.9).
    ///
    /// - Parameters:
    ///   - dataSet: as a search or a get gave it.
    ///   - from: how many are passed over.
    ///   - count: how many are asked for, 1 to 1000; some data stores give all that are left, whatever is asked for.
    /// - Returns: a part of the list. The total counts the dataset's top too, which isn't in the list.
    /// - Throws: ``OpenBISError/sessionOver``; ``OpenBISError/nonsense(_:_:)`` for a data store that no token may be sent
    ///   to, and others.
    public func files(
        of dataSet: OpenBISDataSet,
        from: Int = 0,
        count: Int = 1000,
    ) async throws(OpenBISError) -> OpenBISPage<OpenBISFile> {
        let part = Self.part(from, count)
        let store = try store(dataSet.storeAddress)
        let code: Parameter = .object("as.dto.common.search.StringEqualToValue", ["value": .text(dataSet.permID)])
        let criteria: Parameter = .object(
            "dss.dto.datasetfile.search.DataSetFileSearchCriteria",
            [
                "operator": .text("AND"),
                "criteria": .list([
                    .object(
                        EntityKind.dataSet.criteria(),
                        [
                            "operator": .text("OR"),
                            "criteria": .list([
                                .object("as.dto.common.search.CodeSearchCriteria", ["fieldValue": code])
                            ]),
                        ]
                    )
                ]),
            ]
        )
        let options: Parameter = .object(
            "dss.dto.datasetfile.fetchoptions.DataSetFileFetchOptions",
            FetchOptions.paging(part)
        )
        let answer = try await ask("searchFiles", [criteria, options], at: .dataStore(store))
        return try answer.read { value throws(Misfit) in
            try OpenBISPage(value, part) { one throws(Misfit) in
                try OpenBISFile.reading(one, of: dataSet.permID, at: store)
            }
        }
    }

    /// All files and folders of a dataset, a part at a time.
    ///
    /// - Parameter dataSet: as a search or a get gave it.
    /// - Returns: a sequence that asks as it goes.
    public func allFiles(of dataSet: OpenBISDataSet) -> OpenBISPages<OpenBISFile> {
        pages { from throws(OpenBISError) in try await files(of: dataSet, from: from) }
    }

    /// The bytes of a file, or of a part of it.
    ///
    /// Data stores that send whole files only are read from the beginning, and what isn't wanted is thrown away.
    ///
    /// - Parameters:
    ///   - file: as the list of files gave it.
    ///   - range: which bytes; nil for all. It may end behind the file.
    /// - Returns: a stream, whose first answer is there already.
    /// - Throws: ``OpenBISError/invalidRange``, ``OpenBISError/sessionOver``, ``OpenBISError/notFound`` and others.
    public func content(
        of file: OpenBISFile,
        range: Range<Int64>? = nil,
    ) async throws(OpenBISError) -> OpenBISContent {
        guard !file.isFolder else { throw .notFound }
        let whole = 0..<file.size
        guard let range else { return try await content(of: file, exactly: whole) }
        guard range.lowerBound >= 0, range.lowerBound < file.size || range.isEmpty && range.lowerBound == file.size
        else { throw .invalidRange }
        return try await content(of: file, exactly: range.clamped(to: whole))
    }

    private func content(
        of file: OpenBISFile,
        exactly range: Range<Int64>,
    ) async throws(OpenBISError) -> OpenBISContent {
        let download = Download(self, file, range)
        try await download.begin()
        return OpenBISContent(file: file, range: range, download: download)
    }

    /// A data store's address, as openBIS tells it; the token is sent there.
    func store(_ told: String?) throws(OpenBISError) -> OpenBISAddress {
        guard let told else { throw .nonsense(settings.address.name, .member("downloadUrl")) }
        // Only an openBIS on this machine has stores that are reached on it.
        guard let address = try? OpenBISAddress(told), !address.isLocal || settings.address.isLocal else {
            throw .nonsense(settings.address.name, .dataStoreAddress)
        }
        return address
    }
}
