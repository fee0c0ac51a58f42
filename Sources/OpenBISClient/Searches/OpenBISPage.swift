/// A part of a list.
public struct OpenBISPage<Item: Sendable>: Sendable {
    /// What is in it.
    public let items: [Item]
    /// How many there are in all, as openBIS says.
    public let total: Int
    /// Where the next part begins; nil if this was the last one.
    public let next: Int?
    /// How many were left out because they can't be used, such as files with `..` in their paths.
    public let unusable: Int

    static var empty: OpenBISPage { OpenBISPage(items: [], total: 0, next: nil, unusable: 0) }

    init(items: [Item], total: Int, next: Int?, unusable: Int) {
        self.items = items
        self.total = total
        self.next = next
        self.unusable = unusable
    }

    /// Takes a search's result.
    ///
    /// - Parameters:
    ///   - value: with `objects` and `totalCount`.
    ///   - part: what was asked for; a data store may give the whole list all the same.
    ///   - reading: reads one.
    /// - Throws: for what isn't such a result.
    init(
        _ value: JSONValue,
        _ part: FetchOptions.Part,
        _ reading: (JSONValue) throws(Misfit) -> Reading,
    ) throws(Misfit) {
        guard var objects = try value.listIfAny("objects") else { throw Misfit("objects") }
        let total = Int(clamping: try value.integer("totalCount"))
        guard total >= 0 else { throw Misfit("totalCount") }
        // The whole list, though a part was asked for; what was passed over already must not come again.
        if objects.count > part.count { objects = Array(objects.dropFirst(part.from)) }
        var items: [Item] = []
        var unusable = 0
        for object in objects {
            switch try reading(try object.asObject("objects")) {
            case .item(let item): items.append(item)
            case .nothing: break
            case .unusable: unusable += 1
            }
        }
        let end = part.from + objects.count
        self.init(items: items, total: total, next: objects.isEmpty || end >= total ? nil : end, unusable: unusable)
    }

    /// What one of a list is.
    enum Reading {
        case item(Item)
        case nothing
        case unusable
    }
}

/// All parts of a list, one after the other.
public struct OpenBISPages<Item: Sendable>: AsyncSequence, Sendable {
    /// One part.
    public typealias Element = OpenBISPage<Item>
    /// What can go wrong at each.
    public typealias Failure = OpenBISError

    /// The most parts; a longer list has no end.
    static var most: Int { 100_000 }

    let host: String
    let part: @Sendable (_ from: Int) async throws(OpenBISError) -> OpenBISPage<Item>

    /// Begins at the beginning.
    ///
    /// - Returns: an iterator.
    public func makeAsyncIterator() -> Iterator {
        Iterator(pages: self)
    }

    /// Asks for part by part.
    public struct Iterator: AsyncIteratorProtocol {
        let pages: OpenBISPages
        private var from: Int? = 0
        private var count = 0

        init(pages: OpenBISPages) {
            self.pages = pages
        }

        /// The next part.
        ///
        /// - Parameter actor: where it is called from.
        /// - Returns: nil behind the last one.
        /// - Throws: what the search ends with.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(OpenBISError) -> OpenBISPage<Item>? {
            guard let start = from else { return nil }
            guard count < OpenBISPages.most else { throw .nonsense(pages.host, .endlessList) }
            let page = try await pages.part(start)
            count += 1
            from = page.next
            return page
        }

        /// The next part.
        ///
        /// - Returns: nil behind the last one.
        /// - Throws: what the search ends with.
        public mutating func next() async throws(OpenBISError) -> OpenBISPage<Item>? {
            try await next(isolation: nil)
        }
    }
}
