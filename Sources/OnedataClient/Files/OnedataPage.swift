import NIOHTTP1

/// A page of a folder.
public struct OnedataPage: Sendable, Equatable {
    /// By the bytes of their names.
    public let entries: [OnedataEntry]
    /// For the next page; nil if this is the last one.
    public let next: Cursor?
    /// How many more there are that can't be shown, for their names or types aren't fit for a folder.
    public let unusable: Int

    /// Where a list goes on.
    public struct Cursor: Sendable, Equatable {
        /// The provider that gave the page, by its id.
        let provider: String
        /// What it wants to see for the next one.
        let token: String
        /// The last name on the page, or on one before it.
        let last: String
    }
}

/// A folder that is listed from somewhere on.
struct Listing: Sendable {
    let spot: Spot
    let cursor: OnedataPage.Cursor?
    let limit: Int

    /// The page at a provider, which need not be the one of the page before.
    func page(at provider: ProviderCalls) async throws(CallFailure) -> OnedataPage {
        let id = try await provider.lookUp(spot)
        guard let cursor, cursor.provider != provider.id else {
            return try await page(of: id, at: provider, token: cursor?.token, last: cursor?.last, behind: nil)
        }
        return try await continued(of: id, at: provider, behind: cursor.last)
    }

    /// The first page at another provider on which there is something new.
    private func continued(
        of id: String,
        at provider: ProviderCalls,
        behind last: String,
    ) async throws(CallFailure) -> OnedataPage {
        var token: String?
        while true {
            let page = try await page(of: id, at: provider, token: token, last: last, behind: last)
            guard page.entries.isEmpty, let next = page.next else { return page }
            token = next.token
        }
    }

    private func page(
        of id: String,
        at provider: ProviderCalls,
        token: String?,
        last: String?,
        behind skipped: String?,
    ) async throws(CallFailure) -> OnedataPage {
        var path = "\(ProviderCalls.data(id))/children?limit=\(limit)"
        if let token { path += "&token=\(PercentCoding.encode(token))" }
        let call = ServiceCall(.GET, path, json: FileAttributes.wanted)
        let told = try await provider.json(call, Children.self)
        let entries = told.children.compactMap { $0.entry(in: spot.space.id) }
        let isNew: (OnedataEntry) -> Bool = { entry in
            skipped.map { $0.utf8.lexicographicallyPrecedes(entry.name.utf8) } ?? true
        }
        var next: OnedataPage.Cursor?
        if !told.isLast {
            guard let nextToken = told.nextPageToken, nextToken != token, !told.children.isEmpty else {
                throw CallFailure(.nonsense(provider.place.service, .endlessList))
            }
            let reached = entries.last?.name ?? last ?? ""
            next = OnedataPage.Cursor(provider: provider.id, token: nextToken, last: reached)
        }
        return OnedataPage(
            entries: entries.filter(isNew),
            next: next,
            unusable: told.children.count - entries.count
        )
    }
}

private struct Children: Decodable {
    let children: [FileAttributes]
    let isLast: Bool
    let nextPageToken: String?
}
