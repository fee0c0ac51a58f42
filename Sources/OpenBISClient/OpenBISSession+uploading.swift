import Foundation

extension OpenBISSession {
    /// Uploads files and registers them as a dataset (reference 4.11).
    ///
    /// Nothing is registered before all files are there, and then all at once: whatever fails before the last step leaves
    /// openBIS as it was, but for files in the session's workspace, which go with the session. The last step is never made
    /// twice. With API 3.5, two uploads with files of the same names must not go on in one session at once.
    ///
    /// - Parameters:
    ///   - upload: what it is to be.
    ///   - progress: told how many bytes have arrived since it was told last.
    /// - Returns: the permanent id of the dataset.
    /// - Throws: ``OpenBISError/refused(_:)`` with openBIS' reason; ``OpenBISError/forbidden(_:)``;
    ///   ``OpenBISError/notFound`` for an owner or parent; ``OpenBISError/unfitName(_:)``;
    ///   ``OpenBISError/sourceFailed``; ``OpenBISError/unknownOutcome``, after which openBIS must be looked at before it is
    ///   tried again; and others.
    public func upload(
        _ upload: OpenBISUpload,
        progress: @Sendable (Int) -> Void = { _ in },
    ) async throws(OpenBISError) -> String {
        let isFirstAPI = try await !client.serverInformation(token).apiVersion.registersUploads
        try Self.check(upload.files.map(\.path), allowingFolders: !isFirstAPI)
        guard upload.files.allSatisfy({ $0.length >= 0 }) else { throw .sourceFailed }
        let store = try await dataStore()
        // Names in the workspace are those of all uploads of the session, so that two need a folder each; the first API
        // takes names only.
        let folder = UUID().uuidString.lowercased()
        let prefix = isFirstAPI ? "" : upload.files.count == 1 ? "\(folder)/" : "\(folder)/default/"
        let workspace = WorkspaceUpload(session: self, store: store.address)
        for file in upload.files {
            try await workspace.send(file, as: prefix + file.path, progress: progress)
        }
        return try await isFirstAPI ? registerByFirstAPI(upload, store) : register(upload, folder, store)
    }

    private static func check(_ paths: [String], allowingFolders: Bool) throws(OpenBISError) {
        guard !paths.isEmpty else { throw .unfitName("") }
        var known: Set<String> = []
        for path in paths {
            // A backslash is a folder to some of openBIS' own code.
            guard OpenBISFile.isUsable(path), !path.contains("\\"), allowingFolders || !path.contains("/"),
                known.insert(path).inserted
            else { throw .unfitName(path) }
        }
    }

    // MARK: Registration

    private func register(
        _ upload: OpenBISUpload,
        _ folder: String,
        _ store: DataStore,
    ) async throws(OpenBISError) -> String {
        let owner: (String, Parameter) =
            switch upload.owner {
            case .sample(let sample): ("sampleId", EntityKind.sample.permID(sample.permID))
            case .experiment(let experiment): ("experimentId", EntityKind.experiment.permID(experiment.permID))
            }
        let creation: Parameter = .object(
            "dss.dto.dataset.create.UploadedDataSetCreation",
            [
                "typeId": Self.typeID(upload.type),
                "properties": .members(upload.properties.mapValues { .text($0) }),
                "parentIds": .list(upload.parents.map { EntityKind.dataSet.permID($0) }),
                "uploadId": .text(folder),
                owner.0: owner.1,
            ]
        )
        let call = registration("createUploadedDataSet", [creation])
        return try await once(call, at: .dataStore(store.address)).read { value throws(Misfit) in
            try value.asObject().text("permId")
        }
    }

    private func registerByFirstAPI(_ upload: OpenBISUpload, _ store: DataStore) async throws(OpenBISError) -> String {
        var members: [String: Parameter] = [
            "method": .text("insertDataSet"),
            "permId": .null,
            "sampleIdentifier": .null,
            "experimentIdentifier": .null,
            "dataSetType": .text(upload.type),
            "folderName": .null,
            "fileNames": .list(upload.files.map { .text($0.path) }),
            "isZipDirectoryUpload": .flag(false),
            "properties": .members(upload.properties.mapValues { .text($0) }),
            "parentIdentifiers": .list(upload.parents.map { .text($0) }),
        ]
        switch upload.owner {
        case .sample(let sample): members["sampleIdentifier"] = .text(sample.identifier)
        case .experiment(let experiment): members["experimentIdentifier"] = .text(experiment.identifier)
        }
        let call = registration(
            "createReportFromAggregationService",
            [.text(store.code), .text("dataset-uploader-api"), .members(members)]
        )
        let answer = try await once(call, at: .firstAPI(settings.address))
        let cells = try answer.read { value throws(Misfit) in
            guard let row = try value.asObject().listIfAny("rows")?.first else { throw Misfit("rows") }
            var cells: [String] = []
            for cell in try row.asList("rows") { cells.append(try cell.asObject("rows").textIfAny("value") ?? "") }
            return cells
        }
        guard cells.count >= 3, cells[0] == "OK", !cells[2].isEmpty else {
            throw .refused(ServerWords.clean(cells.dropFirst().first ?? "", without: [token.text]))
        }
        return cells[2]
    }

    private func registration(_ method: String, _ parameters: [Parameter]) -> RemoteCall {
        RemoteCall(
            method,
            [.text(token.text)] + parameters,
            secrets: [token.text],
            isSafe: false,
            deadline: settings.registrationDeadline
        )
    }

    /// The answer to a call that is made once, whatever becomes of it.
    private func once(_ call: RemoteCall, at place: ServicePlace) async throws(OpenBISError) -> RemoteAnswer {
        do throws(CallFailure) {
            return try await calls.attempt(call, at: place)
        } catch {
            throw error.isOpen && error.error != .cancelled ? .unknownOutcome : error.error
        }
    }

    // MARK: Data stores

    /// A data store that takes uploads.
    private struct DataStore {
        let code: String
        let address: OpenBISAddress
    }

    /// The first data store, as PyBIS takes it (reference 4.1); of openBIS 7 one of datasets, not of files beside them.
    private func dataStore() async throws(OpenBISError) -> DataStore {
        let criteria: Parameter = .object(
            "as.dto.datastore.search.DataStoreSearchCriteria",
            ["operator": .text("AND"), "criteria": .list([])]
        )
        let options: Parameter = .object("as.dto.datastore.fetchoptions.DataStoreFetchOptions")
        let answer = try await ask("searchDataStores", [criteria, options])
        let told = try answer.read { value throws(Misfit) in
            for store in try value.listIfAny("objects") ?? [] {
                let store = try store.asObject("objects")
                let code = try store.text("code")
                if code != "AFS", let address = try store.textIfAny("downloadUrl") { return (code, address) }
            }
            throw Misfit("downloadUrl")
        }
        return DataStore(code: told.0, address: try self.store(told.1))
    }
}
