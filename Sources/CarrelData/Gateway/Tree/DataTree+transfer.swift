/// What couldn't be copied, and why.
struct TransferTrouble: Equatable {
    /// Its path in the tree, on the side where it is copied from.
    let path: DataPath
    /// What went wrong.
    let fault: DataFault
}

extension DataTree {
    /// Makes the same again: of a folder with all that is in it, or the folder alone.
    ///
    /// A file that is there is replaced; a folder must not be there.
    ///
    /// - Returns: what of a folder couldn't be copied; what could is there.
    /// - Throws: ``DataFault`` when it couldn't even be begun.
    func copy(
        _ source: DataPath,
        to target: DataPath,
        isDeep: Bool,
    ) async throws(DataFault) -> [TransferTrouble] {
        guard try await entry(at: source).isFolder else {
            try await copyFile(source, to: target)
            return []
        }
        let place = try changeable(target)
        try await place.store.makeFolder(at: place.path)
        return isDeep ? await copyContents(of: source, to: target) : []
    }

    /// Makes the same again in place of what is there, which stays whole until all of the copy is beside it.
    ///
    /// - Returns: what of a folder couldn't be copied; then nothing was changed.
    /// - Throws: ``DataFault``, and nothing was changed.
    func copy(
        _ source: DataPath,
        over target: DataPath,
        isDeep: Bool,
    ) async throws(DataFault) -> [TransferTrouble] {
        let beside = try await freeName(beside: target)
        let (end, copy) = (try changeable(target), try changeable(beside))
        let troubles: [TransferTrouble]
        do {
            troubles = try await self.copy(source, to: beside, isDeep: isDeep)
            if troubles.isEmpty { try await copy.store.move(copy.path, to: end.path, replaces: true) }
        } catch {
            await discard(beside, for: target)
            throw error
        }
        if !troubles.isEmpty { await discard(beside, for: target) }
        return troubles
    }

    /// Moves something; between stores the source is removed when all of it was copied, and stays whole otherwise.
    ///
    /// - Returns: what of a folder couldn't be copied.
    /// - Throws: ``DataFault``.
    func move(
        _ source: DataPath,
        to target: DataPath,
        replaces: Bool,
    ) async throws(DataFault) -> [TransferTrouble] {
        let from = try changeable(source)
        let to = try changeable(target)
        if source.names.first == target.names.first {
            try await from.store.move(from.path, to: to.path, replaces: replaces)
            return []
        }
        let before = try await from.store.entry(at: from.path)
        guard !before.isFolder || !from.store.abilities.hidesThings else {
            throw .notOffered("This folder can’t be moved there whole: copy it, and remove it here when all is there.")
        }
        var isInTheWay = false
        if let there = try await entryIfAny(at: target) {
            guard replaces else { throw .alreadyThere }
            isInTheWay = there.isFolder || before.isFolder
        }
        let troubles =
            isInTheWay
            ? try await copy(source, over: target, isDeep: true) : try await copy(source, to: target, isDeep: true)
        guard troubles.isEmpty else { return troubles }
        // What was written to it meanwhile isn't in the copy.
        if !before.isFolder, try await from.store.entry(at: from.path).version != before.version { throw .changed }
        try await from.store.remove(from.path)
        return []
    }

    /// A path beside another, for a copy that isn't whole yet: people who see it there know what it is.
    private func freeName(beside path: DataPath) async throws(DataFault) -> DataPath {
        guard let folder = path.parent, let name = path.last else { throw .readOnly }
        for _ in 1...20 {
            let mark = "being copied \(String(UInt32.random(in: .min ... .max), radix: 36))"
            guard let other = NameBeside.make(name, mark: mark) else { break }
            let beside = folder.appending(other)
            if try await entryIfAny(at: beside) == nil { return beside }
        }
        throw .unfitName
    }

    /// Removes a copy that isn't needed, unless what it was to replace isn't there any more.
    private func discard(_ copy: DataPath, for target: DataPath) async {
        // A task of its own, because whoever asked may have gone away.
        _ = await Task {
            guard try await entryIfAny(at: target) != nil else { return }
            let place = try changeable(copy)
            try await place.store.remove(place.path)
        }.result
    }

    private func copyFile(_ source: DataPath, to target: DataPath) async throws(DataFault) {
        let place = try changeable(target)
        let content = try await read(source, .all, of: nil)
        let size = content.body.size ?? content.entry.size
        let body = DataBody(size: size, content.body)
        _ = try await place.store.write(body, to: place.path, if: .none, modified: content.entry.modified)
    }

    private func copyContents(of source: DataPath, to target: DataPath) async -> [TransferTrouble] {
        var troubles: [TransferTrouble] = []
        var waiting = [(from: source, to: target)]
        while let (from, to) = waiting.popLast() {
            do {
                for try await page in try await entries(of: from) {
                    for entry in page {
                        guard let name = entry.name else { continue }
                        let (child, copy) = (from.appending(name), to.appending(name))
                        do throws(DataFault) {
                            guard !Task.isCancelled else { throw .cancelled }
                            if entry.isFolder {
                                let place = try changeable(copy)
                                try await place.store.makeFolder(at: place.path)
                                waiting.append((child, copy))
                            } else {
                                try await copyFile(child, to: copy)
                            }
                        } catch {
                            troubles.append(TransferTrouble(path: child, fault: error))
                            if endsAll(error) { return troubles }
                        }
                    }
                }
            } catch {
                troubles.append(TransferTrouble(path: from, fault: error))
                if endsAll(error) { return troubles }
            }
        }
        return troubles
    }

    /// Whether nothing else can be copied either.
    private func endsAll(_ fault: DataFault) -> Bool {
        switch fault {
        case .unusable, .diskSilent, .overQuota, .cancelled, .readOnly: true
        default: false
        }
    }
}
