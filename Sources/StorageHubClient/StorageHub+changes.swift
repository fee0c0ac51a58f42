import NIOHTTP1

extension StorageHub {
    /// Sends a file.
    ///
    /// A file of that inner name in the folder gets a new version, at once and whole: what breaks off on the way changes
    /// nothing, and older versions stay. No other item is touched.
    ///
    /// - Parameters:
    ///   - content: what it is to hold.
    ///   - name: the inner name of a file that is there; else what becomes the title of a new one. Not with a slash, which
    ///     leads the service into another folder.
    ///   - folder: where.
    /// - Returns: the file as it is afterwards.
    /// - Throws: ``StorageHubError``; what the content throws.
    public func write(
        _ content: StorageHubContent,
        as name: String,
        in folder: StorageHubItem.ID,
    ) async throws -> StorageHubItem {
        guard !name.utf8.contains(UInt8(ascii: "/")) else { throw StorageHubError.unfitName }
        let counted = SentLength()
        let file = multipart(name, content.counted(by: counted))
        let path = "/items/\(folder.rawValue)/create/FILE"
        let request = HubRequest(call: .write, method: .POST, url: url(path), body: .file(file))
        let item = try await item(try await change(request))
        guard item.size == counted.bytes else { throw StorageHubError.nonsense(.write, .otherContent) }
        return item
    }

    /// Makes a folder; if the inner name is taken the service makes one with another name.
    ///
    /// - Parameters:
    ///   - name: what is wanted.
    ///   - folder: where.
    /// - Returns: the folder as it is afterwards.
    /// - Throws: ``StorageHubError``.
    public func makeFolder(_ name: String, in folder: StorageHubItem.ID) async throws -> StorageHubItem {
        let path = "/items/\(folder.rawValue)/create/FOLDER"
        let form = [(name: "name", value: name), (name: "description", value: ""), (name: "hidden", value: "false")]
        let request = HubRequest(call: .makeFolder, method: .POST, url: url(path), body: .form(form))
        return try await item(try await change(request))
    }

    /// Gives an item another inner name and title; if the name is taken the service makes another.
    ///
    /// - Parameters:
    ///   - item: which.
    ///   - name: what is wanted.
    /// - Returns: the item as it is afterwards.
    /// - Throws: ``StorageHubError``.
    public func rename(_ item: StorageHubItem.ID, to name: String) async throws -> StorageHubItem {
        let request = put(.rename, "/items/\(item.rawValue)/rename", [(name: "newName", value: name)])
        return try await settled(item, request) { ExactText($0.name) == ExactText(NodeName.escape(name)) }
    }

    /// Moves an item; the title stays, and if the inner name is taken the service makes another.
    ///
    /// - Parameters:
    ///   - item: which.
    ///   - folder: where to.
    /// - Returns: the item as it is afterwards.
    /// - Throws: ``StorageHubError``.
    public func move(_ item: StorageHubItem.ID, to folder: StorageHubItem.ID) async throws -> StorageHubItem {
        let request = put(.move, "/items/\(item.rawValue)/move", [(name: "destinationId", value: folder.rawValue)])
        return try await settled(item, request) { $0.parent == folder }
    }

    /// Copies a file; folders can't be copied.
    ///
    /// - Parameters:
    ///   - file: which.
    ///   - name: what is wanted; if it is taken the service makes another.
    ///   - folder: where to.
    /// - Returns: the new file.
    /// - Throws: ``StorageHubError``.
    public func copy(
        _ file: StorageHubItem.ID,
        as name: String,
        to folder: StorageHubItem.ID,
    ) async throws -> StorageHubItem {
        let form = [(name: "destinationId", value: folder.rawValue), (name: "fileName", value: name)]
        return try await item(try await change(put(.copy, "/items/\(file.rawValue)/copy", form)))
    }

    /// Throws an item away, into the trash.
    ///
    /// What lies in the trash already would be gone for ever (reference `egi.md` 3.2), so it is looked at first. When the
    /// connection breaks off before the answer it is looked at again, for asking twice would be just that.
    ///
    /// - Parameter id: which.
    /// - Throws: ``StorageHubError/notFound(_:)`` for what is in the trash, and others.
    public func delete(_ id: StorageHubItem.ID) async throws {
        guard try await !item(id).isTrashed else { throw StorageHubError.notFound(.delete) }
        let path = "/items/\(id.rawValue)"
        let request = HubRequest(call: .delete, method: .DELETE, url: url(path, [(name: "force", value: "false")]))
        do {
            _ = try await calls.opened(request, limit: settings.commitLimit) { response, _ in
                try await HubCalls.collect(response, upTo: HubStatus.largestError, .delete)
            }
        } catch let error as StorageHubError where error.leavesOpen {
            guard let now = try? await item(id), now.isTrashed else { throw error }
        }
    }

    /// Takes an item out of the trash, to where it was.
    ///
    /// - Parameter id: that of the item as it was, not of its wrapper in the trash.
    /// - Returns: the item as it is afterwards.
    /// - Throws: ``StorageHubError/notFound(_:)`` if it isn't in the trash.
    public func restore(_ id: StorageHubItem.ID) async throws -> StorageHubItem {
        let trash = try await trash()
        for try await page in pages(of: trash.id) {
            guard let wrapper = page.first(where: { $0.kind == .trashed && $0.name == id.rawValue }) else { continue }
            let body = HubRequest.Body.text(wrapper.id.rawValue)
            let request = HubRequest(call: .restore, method: .PUT, url: url("/trash/restore"), body: body)
            return try await same(id, try await change(request), .restore)
        }
        throw StorageHubError.notFound(.restore)
    }

    /// Changes an item, and looks at it when the connection broke off before the answer: asking twice would be no good.
    private func settled(
        _ id: StorageHubItem.ID,
        _ request: HubRequest,
        isDone: (StorageHubItem) -> Bool,
    ) async throws -> StorageHubItem {
        do {
            return try await same(id, try await change(request), request.call)
        } catch let error as StorageHubError where error.leavesOpen {
            guard let now = try? await item(id), isDone(now) else { throw error }
            return now
        }
    }

    private func same(
        _ id: StorageHubItem.ID,
        _ answered: StorageHubItem.ID,
        _ call: StorageHubCall,
    ) async throws -> StorageHubItem {
        guard answered == id else { throw StorageHubError.nonsense(call, .otherItem) }
        return try await item(id)
    }
}

extension StorageHubError {
    /// Whether a change may have been made all the same.
    fileprivate var leavesOpen: Bool {
        switch self {
        case .unreachable, .cut, .unavailable, .slow: true
        default: false
        }
    }
}
