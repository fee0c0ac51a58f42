extension StorageHubTree {
    /// Writes a file: a new one, or a new version of the one that is there.
    ///
    /// - Parameters:
    ///   - content: what it is to hold.
    ///   - path: where.
    ///   - condition: looked at right before; somebody may be quicker still, and then theirs is the version before.
    /// - Returns: the file as it is afterwards.
    /// - Throws: ``StorageHubError/nameTaken`` for ``StorageHubCondition/isNew`` and for a name that another item has inside,
    ///   ``StorageHubError/changed``, ``StorageHubError/notFile`` and others; what the content throws.
    @discardableResult
    public func write(
        _ content: StorageHubContent,
        to path: [String],
        if condition: StorageHubCondition = .none,
    ) async throws -> StorageHubItem {
        let place = try await spot(path)
        guard let entry = place.found.entry else {
            if case .isStill = condition { throw StorageHubError.changed }
            let title = try place.freeTitle()
            return try await hub.write(content, as: title, in: place.folder.id)
        }
        guard let old = entry.item, old.kind == .file else { throw StorageHubError.notFile }
        switch condition {
        case .none: break
        case .isNew: throw StorageHubError.nameTaken
        case .isStill(let version): guard old.version == version else { throw StorageHubError.changed }
        }
        let item = try await hub.write(content, as: old.name, in: place.folder.id)
        guard item.id == old.id else { throw StorageHubError.nonsense(.write, .otherItem) }
        return item
    }

    /// Makes a folder.
    ///
    /// - Parameter path: where; the folder around it must be there.
    /// - Returns: the folder.
    /// - Throws: ``StorageHubError/nameTaken`` and others.
    @discardableResult
    public func makeFolder(_ path: [String]) async throws -> StorageHubItem {
        let place = try await spot(path)
        guard place.found.entry == nil, !FolderNames.isKept(place.name) else { throw StorageHubError.nameTaken }
        let made = try await hub.makeFolder(try place.freeTitle(), in: place.folder.id)
        guard ExactText(FolderNames.plainName(made)) == ExactText(place.name) else {
            // Somebody was quicker, and the service chose another name.
            try await hub.delete(made.id)
            throw StorageHubError.nameTaken
        }
        return made
    }

    /// Throws something away, into the trash.
    ///
    /// - Parameter path: of a file or folder.
    /// - Throws: ``StorageHubError/protectedFolder`` for what must stay, and others.
    public func remove(_ path: [String]) async throws {
        try await hub.delete(try await movable(path).id)
    }

    /// Gives something another place or name, or both.
    ///
    /// The service moves first and renames then; when the second fails, the first is taken back.
    ///
    /// - Parameters:
    ///   - path: of a file or folder.
    ///   - target: where it is to be.
    ///   - taken: what becomes of something that is there.
    /// - Returns: the item as it is afterwards.
    /// - Throws: ``StorageHubError/nameTaken``, ``StorageHubError/protectedFolder`` and others.
    @discardableResult
    public func move(
        _ path: [String],
        to target: [String],
        ifTaken taken: StorageHubTaken = .refuse,
    ) async throws -> StorageHubItem {
        let item = try await movable(path)
        let place = try await spot(target)
        let source = try await folder(at: path.dropLast())
        if place.found.entry?.item?.id == item.id { return item }
        guard !target.map(ExactText.init).starts(with: path.map(ExactText.init)) else {
            throw StorageHubError.protectedFolder
        }
        guard !item.isFolder || !FolderNames.isKept(place.name) else { throw StorageHubError.nameTaken }
        let old = try await makeRoom(place, taken, for: item)
        do {
            return try await moved(item, from: source, to: place)
        } catch {
            try await takeBack { if let old { _ = try await hub.restore(old.id) } }
            throw error
        }
    }

    /// Copies a file.
    ///
    /// - Parameters:
    ///   - path: of a file; folders can't be copied.
    ///   - target: where the copy is to be.
    ///   - taken: what becomes of something that is there.
    /// - Returns: the copy.
    /// - Throws: ``StorageHubError/nameTaken``, ``StorageHubError/notFile`` and others.
    @discardableResult
    public func copy(
        _ path: [String],
        to target: [String],
        ifTaken taken: StorageHubTaken = .refuse,
    ) async throws -> StorageHubItem {
        guard let item = try await entry(at: path).item, item.kind == .file else { throw StorageHubError.notFile }
        let place = try await spot(target)
        guard place.found.entry?.item?.id != item.id else { throw StorageHubError.nameTaken }
        let old = try await makeRoom(place, taken, for: nil)
        do {
            let made = try await hub.copy(item.id, as: try TitleText.title(for: place.name), to: place.folder.id)
            guard ExactText(FolderNames.plainName(made)) == ExactText(place.name) else {
                try await hub.delete(made.id)
                throw StorageHubError.nameTaken
            }
            return made
        } catch {
            try await takeBack { if let old { _ = try await hub.restore(old.id) } }
            throw error
        }
    }

    // MARK: - How it is done

    /// Where something is to be, and what is there.
    private struct Spot {
        let folder: StorageHubItem
        let name: String
        let found: Found

        /// The title for a new item.
        ///
        /// - Throws: ``StorageHubError/nameTaken`` if an item of another title has it as its inner name: the service would
        ///   take that for the one that is meant, and write into it.
        func freeTitle(_ mayBe: StorageHubItem.ID? = nil) throws(StorageHubError) -> String {
            let title = try TitleText.title(for: name)
            let inner = [ExactText(title), ExactText(NodeName.escape(title))]
            guard !found.rivals.contains(where: { $0.id != mayBe && inner.contains(ExactText($0.name)) }) else {
                throw .nameTaken
            }
            return title
        }
    }

    private func spot(_ path: [String]) async throws(StorageHubError) -> Spot {
        guard let name = path.last else { throw .protectedFolder }
        let folder = try await folder(at: path.dropLast())
        let found = try await found(name, in: .item(folder), isTop: path.count == 1)
        guard found.entry?.place != .contextFolders else { throw .protectedFolder }
        return Spot(folder: folder, name: name, found: found)
    }

    private func folder(at path: ArraySlice<String>) async throws(StorageHubError) -> StorageHubItem {
        let entry = try await entry(at: Array(path))
        guard entry.isFolder else { throw .notFolder }
        guard let item = entry.item else { throw .protectedFolder }
        return item
    }

    /// Something that may be taken away from where it is.
    private func movable(_ path: [String]) async throws(StorageHubError) -> StorageHubItem {
        guard !path.isEmpty, let item = try await entry(at: path).item,
            ![.sharedFolder, .contextFolder].contains(item.kind)
        else { throw .protectedFolder }
        return item
    }

    /// Throws away what has the name; returns it, so that it can be put back.
    private func makeRoom(
        _ place: Spot,
        _ taken: StorageHubTaken,
        for item: StorageHubItem?,
    ) async throws -> StorageHubItem? {
        guard let old = place.found.entry?.item else {
            _ = try place.freeTitle(item?.id)
            return nil
        }
        guard taken == .moveToTrash else { throw StorageHubError.nameTaken }
        guard ![.sharedFolder, .contextFolder].contains(old.kind) else { throw StorageHubError.protectedFolder }
        try await hub.delete(old.id)
        return old
    }

    private func moved(
        _ item: StorageHubItem,
        from source: StorageHubItem,
        to place: Spot,
    ) async throws -> StorageHubItem {
        var now = item
        if source.id != place.folder.id { now = try await hub.move(item.id, to: place.folder.id) }
        guard ExactText(FolderNames.plainName(now)) != ExactText(place.name) else { return now }
        do {
            let renamed = try await hub.rename(item.id, to: try TitleText.title(for: place.name))
            guard ExactText(FolderNames.plainName(renamed)) == ExactText(place.name) else {
                // Somebody was quicker, and the service chose another name.
                let old = try TitleText.title(for: FolderNames.plainName(item))
                try await takeBack { _ = try await hub.rename(item.id, to: old) }
                throw StorageHubError.nameTaken
            }
            return renamed
        } catch {
            if source.id != place.folder.id { try await takeBack { _ = try await hub.move(item.id, to: source.id) } }
            throw error
        }
    }

    /// Undoes what was begun.
    ///
    /// - Throws: ``StorageHubError/halfDone`` when that fails too.
    private func takeBack(_ work: @escaping @Sendable () async throws -> Void) async throws(StorageHubError) {
        // A task of its own, so that it is done even if whoever wanted the change has gone.
        guard case .success = await Task(operation: work).result else { throw .halfDone }
    }
}
