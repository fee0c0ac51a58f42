/// The items of a folder, a page at a time.
public struct StorageHubPages: AsyncSequence, Sendable {
    /// Items in the order of the service.
    public typealias Element = [StorageHubItem]
    /// What goes wrong.
    public typealias Failure = StorageHubError

    let size: Int
    let fetch: @Sendable (_ start: Int, _ limit: Int) async throws(StorageHubError) -> [StorageHubItem]

    /// Begins at the first page.
    ///
    /// - Returns: an iterator.
    public func makeAsyncIterator() -> Iterator {
        Iterator(pages: self)
    }

    /// Reads one page after the other.
    public struct Iterator: AsyncIteratorProtocol {
        let pages: StorageHubPages
        private var start = 0
        private var seen: Set<StorageHubItem.ID> = []
        private var isOver = false

        init(pages: StorageHubPages) {
            self.pages = pages
        }

        /// The next page; nil after the last.
        ///
        /// A page that is shorter than was asked for is the last one (`Utils.getItemList` fills each page). An item that came
        /// before isn't given again; a page of nothing else means that the service doesn't turn pages.
        ///
        /// - Parameter actor: on which the caller is.
        /// - Returns: items that weren't there before.
        /// - Throws: ``StorageHubError``.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation,
        ) async throws(StorageHubError) -> [StorageHubItem]? {
            guard !isOver else { return nil }
            let page = try await pages.fetch(start, pages.size)
            guard page.count <= pages.size else { throw .nonsense(.list, .page) }
            start += page.count
            isOver = page.count < pages.size
            let new = page.filter { seen.insert($0.id).inserted }
            guard !new.isEmpty || page.isEmpty || isOver else { throw .nonsense(.list, .page) }
            return new.isEmpty ? nil : new
        }
    }
}
