import NIOHTTP1

extension OnedataClient {
    /// What is at a path.
    ///
    /// - Parameter path: of a file, a folder, a space or the top.
    /// - Returns: the entry; of a space, its name is the folder's.
    /// - Throws: ``OnedataError/notFound`` and others.
    public func entry(at path: OnedataPath) async throws(OnedataError) -> OnedataEntry {
        guard let spot = try await spot(path) else { return .top }
        if case .none(let fault) = spot.space.access {
            guard spot.names.isEmpty else { throw .noProvider(fault) }
            return spot.space.entry
        }
        return try await plainly { () throws(CallFailure) in try await entry(at: spot) }
    }

    /// A page of a folder.
    ///
    /// If the provider of the last page fails, the list goes on at another one, behind the last name: pages are sorted by
    /// names, but their tokens are a provider's own.
    ///
    /// - Parameters:
    ///   - path: of a folder, a space or the top.
    ///   - cursor: of the page before; nil for the first one.
    ///   - limit: at most so many entries, 1 to 1000.
    /// - Returns: entries by the bytes of their names; what vanishes meanwhile may still be there.
    /// - Throws: ``OnedataError/notFound``, ``OnedataError/notAFolder`` and others.
    public func list(
        _ path: OnedataPath,
        after cursor: OnedataPage.Cursor? = nil,
        limit: Int = 1000,
    ) async throws(OnedataError) -> OnedataPage {
        guard let spot = try await spot(path) else {
            return OnedataPage(entries: try await spaces().map(\.entry), next: nil, unusable: 0)
        }
        if case .none(let fault) = spot.space.access { throw .noProvider(fault) }
        let listing = Listing(spot: spot, cursor: cursor, limit: min(max(limit, 1), 1000))
        return try await plainly { () throws(CallFailure) in
            let preferred = cursor?.provider
            return try await atProvider(of: spot.space.id, first: preferred) { provider throws(CallFailure) in
                try await listing.page(at: provider)
            }
        }
    }

    /// How much fits into the space in which a path is.
    ///
    /// - Parameter path: in a space, or the space itself.
    /// - Returns: the bytes that the provider gives which would be written to, and those that all files have; nil for what
    ///   isn't told.
    /// - Throws: ``OnedataError/notFound`` and others.
    public func quota(at path: OnedataPath) async throws(OnedataError) -> OnedataQuota {
        guard let spot = try await spot(path) else { return OnedataQuota(limit: nil, used: nil) }
        if case .none(let fault) = spot.space.access { throw .noProvider(fault) }
        let id = PercentCoding.encode(spot.space.id)
        let call = ServiceCall(.GET, "/api/v3/onezone/user/effective_spaces/\(id)")
        let support = try await calls.answer(to: call, at: onezone).json(SpaceSupport.self)
        return try await plainly { () throws(CallFailure) in
            try await atProvider(of: spot.space.id) { provider throws(CallFailure) in
                let used = try await provider.attributes(of: spot.space.id).size
                return OnedataQuota(limit: support.providers[provider.id], used: used)
            }
        }
    }

    /// What is at a place, at the first provider that answers.
    func entry(at spot: Spot) async throws(CallFailure) -> OnedataEntry {
        try await atProvider(of: spot.space.id) { provider throws(CallFailure) in try await provider.entry(at: spot) }
    }
}

/// How much fits into a space.
public struct OnedataQuota: Sendable, Equatable {
    /// In bytes; nil if it isn't told.
    public let limit: Int64?
    /// In bytes; nil if it isn't told, as in a space without statistics.
    public let used: Int64?
}

private struct SpaceSupport: Decodable {
    let providers: [String: Int64]
}

extension OnedataSpace {
    /// The folder, without anything that only a provider knows.
    var entry: OnedataEntry {
        OnedataEntry(id: id, name: folder, kind: .folder, modified: nil, spaceID: id)
    }
}

extension ProviderCalls {
    /// What is at a place.
    func entry(at spot: Spot) async throws(CallFailure) -> OnedataEntry {
        guard !spot.names.isEmpty else {
            let told = try await attributes(of: spot.space.id)
            let space = spot.space.entry
            guard let modified = told.entry(in: spot.space.id)?.modified else { return space }
            return OnedataEntry(id: space.id, name: space.name, kind: .folder, modified: modified, spaceID: space.id)
        }
        return try await entry(of: try await lookUp(spot), in: spot.space.id)
    }

    /// What has an id.
    func entry(of id: String, in spaceID: String) async throws(CallFailure) -> OnedataEntry {
        guard let entry = try await attributes(of: id).entry(in: spaceID) else {
            throw CallFailure(.nonsense(place.service, .notJSON(member: "type")))
        }
        return entry
    }
}
