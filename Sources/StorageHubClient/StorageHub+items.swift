import Foundation
import NIOHTTP1

extension StorageHub {
    /// Accounting is long and nobody needs it here.
    private static let lean = (name: "exclude", value: "hl:accounting")

    /// The folder in which everything of the person lies.
    ///
    /// - Returns: a folder.
    /// - Throws: ``StorageHubError``.
    public func root() async throws(StorageHubError) -> StorageHubItem {
        try await one(get(.item, "", [Self.lean]))
    }

    /// The folder of the context that the token is for.
    ///
    /// - Returns: a folder.
    /// - Throws: ``StorageHubError``; the token may be for no context.
    public func contextFolder() async throws(StorageHubError) -> StorageHubItem {
        try await one(get(.item, "/vrefolder", [Self.lean]))
    }

    /// The folder of what was thrown away.
    ///
    /// - Returns: a folder of items of kind ``StorageHubItem/Kind/trashed``.
    /// - Throws: ``StorageHubError``.
    public func trash() async throws(StorageHubError) -> StorageHubItem {
        try await one(get(.item, "/trash", [Self.lean]))
    }

    /// An item as it is now.
    ///
    /// - Parameter id: whose.
    /// - Returns: it, which may lie in the trash.
    /// - Throws: ``StorageHubError/notFound(_:)`` and others.
    public func item(_ id: StorageHubItem.ID) async throws(StorageHubError) -> StorageHubItem {
        let item = try await one(get(.item, "/items/\(id.rawValue)", [Self.lean]))
        guard item.id == id else { throw .nonsense(.item, .otherItem) }
        return item
    }

    /// The folders of all contexts of the person.
    ///
    /// - Returns: folders, to be shown under their display names.
    /// - Throws: ``StorageHubError``.
    public func contextFolders() async throws(StorageHubError) -> [StorageHubItem] {
        try await all(pages(at: "/vrefolders/paged", []))
    }

    /// The items of a folder, a page at a time; hidden ones too, for they hold names.
    ///
    /// - Parameter folder: whose.
    /// - Returns: pages of at most ``StorageHubSettings/pageSize`` items, none of them empty.
    public func pages(of folder: StorageHubItem.ID) -> StorageHubPages {
        pages(at: "/items/\(folder.rawValue)/children/paged", [(name: "showHidden", value: "true")])
    }

    /// All items of a folder.
    ///
    /// A folder that changed while its pages were read is read once more, for an item that goes moves all later ones up.
    ///
    /// - Parameter folder: whose.
    /// - Returns: items, each once, in the order of the service.
    /// - Throws: ``StorageHubError/folderTooLarge`` and others.
    public func children(of folder: StorageHubItem.ID) async throws(StorageHubError) -> [StorageHubItem] {
        let items = try await all(pages(of: folder))
        guard items.count >= settings.pageSize, try await count(of: folder) != items.count else { return items }
        return try await all(pages(of: folder))
    }

    /// How many items a folder has, with hidden ones.
    ///
    /// - Parameter folder: whose.
    /// - Returns: their number.
    /// - Throws: ``StorageHubError``.
    public func count(of folder: StorageHubItem.ID) async throws(StorageHubError) -> Int {
        let path = "/items/\(folder.rawValue)/children/count"
        let body = try await calls.answer(get(.list, path, [(name: "showHidden", value: "true")]))
        guard let count = Int(String(decoding: body, as: UTF8.self)), count >= 0 else {
            throw .nonsense(.list, .notJSON)
        }
        return count
    }

    /// The items of a folder whose inner name or title is exactly that, byte by byte.
    ///
    /// - Parameters:
    ///   - name: not with a star at an end, which the service takes for anything; not with a slash.
    ///   - folder: where.
    /// - Returns: mostly one or none; more if titles are the same.
    /// - Throws: ``StorageHubError``.
    public func items(
        named name: String,
        in folder: StorageHubItem.ID,
    ) async throws(StorageHubError) -> [StorageHubItem] {
        let path = "/items/\(folder.rawValue)/items/\(PercentText.encode(name))"
        let list: HubAnswer.List = try await decoded(get(.list, path, [Self.lean]))
        let wanted = ExactText(name)
        return list.itemlist.filter { ExactText($0.name) == wanted || ExactText($0.title) == wanted }
    }

    /// All contents that a file had.
    ///
    /// - Parameter file: whose.
    /// - Returns: the oldest first.
    /// - Throws: ``StorageHubError``.
    public func versions(of file: StorageHubItem.ID) async throws(StorageHubError) -> [StorageHubVersion] {
        let list: HubAnswer.Versions = try await decoded(get(.versions, "/items/\(file.rawValue)/versions"))
        return list.itemlist
    }

    /// Who the token belongs to.
    ///
    /// - Returns: a person and a context.
    /// - Throws: ``StorageHubError``.
    public func profile() async throws(StorageHubError) -> StorageHubProfile {
        let answer: HubAnswer.Profile = try await decoded(HubRequest(call: .profile, method: .GET, url: profileURL))
        return answer.result
    }

    // MARK: - How answers are read

    private func one(_ request: HubRequest) async throws(StorageHubError) -> StorageHubItem {
        let answer: HubAnswer.Single = try await decoded(request)
        return answer.item
    }

    private func decoded<Answer: Decodable>(_ request: HubRequest) async throws(StorageHubError) -> Answer {
        try HubAnswer.read(try await calls.answer(request), request.call)
    }

    private func pages(at path: String, _ query: [(name: String, value: String)]) -> StorageHubPages {
        StorageHubPages(size: settings.pageSize) { start, limit throws(StorageHubError) in
            let range = [(name: "start", value: "\(start)"), (name: "limit", value: "\(limit)")]
            let list: HubAnswer.List = try await decoded(get(.list, path, query + range + [Self.lean]))
            return list.itemlist
        }
    }

    private func all(_ pages: StorageHubPages) async throws(StorageHubError) -> [StorageHubItem] {
        var items: [StorageHubItem] = []
        var iterator = pages.makeAsyncIterator()
        while let page = try await iterator.next() {
            items += page
            guard items.count <= settings.largestFolder else { throw .folderTooLarge }
        }
        return items
    }
}
