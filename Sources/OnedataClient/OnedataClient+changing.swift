extension OnedataClient {
    /// Makes a folder in one that exists.
    ///
    /// - Parameter path: where.
    /// - Throws: ``OnedataError/exists``, ``OnedataError/notFound`` for the folder above, ``OnedataError/forbidden`` at the
    ///   top, where only spaces are, and others.
    public func makeFolder(at path: OnedataPath) async throws(OnedataError) {
        let spot = try await changeableSpot(path)
        try await plainly { () throws(CallFailure) in
            do throws(CallFailure) {
                _ = try await make("DIR", spot)
            } catch {
                // Onedata would make it all the same: whoever asked twice, or another, finds it there.
                guard error.isOpen, try await occupant(of: spot)?.isFolder == true else { throw error }
            }
        }
    }

    /// Removes a file or a link.
    ///
    /// - Parameter path: of it.
    /// - Throws: ``OnedataError/isAFolder``, ``OnedataError/notFound``, ``OnedataError/readOnly`` and others.
    public func removeFile(at path: OnedataPath) async throws(OnedataError) {
        try await remove(path) {
            !$0.isFolder
        } otherwise: {
            .isAFolder
        }
    }

    /// Removes a folder with all in it, for ever; never a space.
    ///
    /// - Parameter path: of it.
    /// - Throws: ``OnedataError/notAFolder``, ``OnedataError/notFound``, ``OnedataError/readOnly``,
    ///   ``OnedataError/forbidden`` for a space, and others.
    public func removeFolder(at path: OnedataPath) async throws(OnedataError) {
        try await remove(path) {
            $0.isFolder
        } otherwise: {
            .notAFolder
        }
    }

    /// Renames a file or a folder, also into another folder of its space.
    ///
    /// - Parameters:
    ///   - path: where it is.
    ///   - target: where it is to be.
    ///   - collision: what happens to a file that is there.
    /// - Throws: ``OnedataError/crossesSpaces``; ``OnedataError/unfitName`` for a folder into itself;
    ///   ``OnedataError/exists``, also for every folder that is there; ``OnedataError/notFound`` and others.
    public func move(
        _ path: OnedataPath,
        to target: OnedataPath,
        ifTaken collision: OnedataCollision = .refuse,
    ) async throws(OnedataError) {
        guard path != target else { return }
        guard !target.lies(in: path) else { throw .unfitName }
        let from = try await changeableSpot(path)
        let to = try await changeableSpot(target)
        guard from.space.id == to.space.id else { throw .crossesSpaces }
        try await plainly { () throws(CallFailure) in
            let entry = try await entry(at: from)
            let occupant = try await occupant(of: to)
            if let occupant, occupant.isFolder || entry.isFolder || collision == .refuse {
                throw CallFailure(.exists)
            }
            let renaming = Renaming(client: self, id: entry.id, from: from, to: to, replaced: occupant)
            try await atProvider(of: from.space.id, for: .writing, isSafe: false) { provider throws(CallFailure) in
                try await renaming.run(at: provider)
            }
        }
    }

    private func remove(
        _ path: OnedataPath,
        if isRight: @Sendable (OnedataEntry) -> Bool,
        otherwise error: @Sendable () -> OnedataError,
    ) async throws(OnedataError) {
        let spot = try await changeableSpot(path)
        try await plainly { () throws(CallFailure) in
            let entry = try await entry(at: spot)
            guard isRight(entry) else { throw CallFailure(error()) }
            do throws(CallFailure) {
                try await atProvider(of: spot.space.id, for: .writing, isSafe: false) { provider throws(CallFailure) in
                    try await provider.delete(entry.id)
                }
            } catch {
                guard error.isOpen, try await occupant(of: spot)?.id != entry.id else { throw error }
            }
        }
    }
}
