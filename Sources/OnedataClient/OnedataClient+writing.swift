public import NIOCore

/// What happens to a file that is where another one is to be.
public enum OnedataCollision: Sendable, Equatable {
    /// It stays, and ``OnedataError/exists`` is thrown.
    case refuse
    /// It is replaced; a folder never is.
    case replace
}

extension OnedataClient {
    /// Writes a file whole: it is there when all bytes are, and until then the old one is.
    ///
    /// Onedata truncates a file as soon as its content is replaced. So the bytes go into a new file beside it, whose name
    /// tells that it is unfinished, and that is renamed when its size is right.
    ///
    /// - Parameters:
    ///   - source: the bytes; may take its time.
    ///   - length: how many there are, if it is known.
    ///   - path: in a folder that exists.
    ///   - collision: what happens to a file of that name.
    /// - Returns: the new file, with the provider's time.
    /// - Throws: ``OnedataError/exists``, ``OnedataError/isAFolder``, ``OnedataError/notFound`` for the folder,
    ///   ``OnedataError/readOnly``, ``OnedataError/overQuota``, ``OnedataError/incomplete``,
    ///   ``OnedataError/sourceFailed`` and others; the old file is whole then. Only if nobody can be asked any more what
    ///   became of the rename, it may be the new one that is.
    public func write<Source: AsyncSequence & Sendable>(
        _ source: Source,
        length: Int64? = nil,
        to path: OnedataPath,
        ifTaken collision: OnedataCollision = .replace,
    ) async throws(OnedataError) -> OnedataEntry where Source.Element == ByteBuffer {
        let spot = try await changeableSpot(path)
        return try await plainly { () throws(CallFailure) in
            let old = try await occupant(of: spot)
            if old?.isFolder == true { throw CallFailure(.isAFolder) }
            if old != nil, collision == .refuse { throw CallFailure(.exists) }
            let temporary = spot.unused()
            let (id, provider) = try await make("REG", temporary)
            do throws(CallFailure) {
                let sent = try await provider.put(source, length: length, into: id)
                let stored = try await provider.entry(of: id, in: spot.space.id)
                guard stored.size == sent else { throw CallFailure(.incomplete) }
                try await Renaming(client: self, id: id, from: temporary, to: spot, replaced: old).run(at: provider)
                return try await provider.entry(of: id, in: spot.space.id)
            } catch {
                await cleanUp(id, temporary)
                throw error
            }
        }
    }

    /// Makes something at a place, at the first provider that takes it.
    func make(_ type: String, _ spot: Spot) async throws(CallFailure) -> (String, ProviderCalls) {
        try await atProvider(of: spot.space.id, for: .writing, isSafe: false) { provider throws(CallFailure) in
            (try await provider.make(type, spot), provider)
        }
    }

    /// What is at a place; nil if nothing is.
    func occupant(of spot: Spot) async throws(CallFailure) -> OnedataEntry? {
        do throws(CallFailure) {
            return try await entry(at: spot)
        } catch {
            guard error.error == .notFound else { throw error }
            return nil
        }
    }

    /// Removes an unfinished file, as far as that can be done, also for a task that was cancelled.
    ///
    /// It is removed only while it has its unfinished name: with another one it is finished after all.
    private func cleanUp(_ id: String, _ temporary: Spot) async {
        // Of its own, so that it isn't cancelled, too.
        await Task {
            _ = try? await atProvider(of: temporary.space.id, for: .writing) { provider throws(CallFailure) in
                guard try await provider.lookUp(temporary) == id else { return }
                try await provider.delete(id)
            }
        }.value
    }
}
