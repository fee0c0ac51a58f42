public import NIOCore

/// Bytes on their way, in pieces; taken once.
///
/// Nothing is asked for before it is wanted, so that a slow reader holds a fast writer back.
public struct DataBody: AsyncSequence, Sendable {
    /// A piece.
    public typealias Element = ByteBuffer

    /// How many bytes there will be; nil when that isn't known before.
    public let size: Int64?
    private let make: @Sendable () -> AsyncIterator

    /// Takes bytes from elsewhere.
    ///
    /// - Parameters:
    ///   - size: how many there will be, if known.
    ///   - source: the bytes.
    public init<Source: AsyncSequence & Sendable>(size: Int64?, _ source: Source) where Source.Element == ByteBuffer {
        self.size = size
        make = {
            var pieces = source.makeAsyncIterator()
            return AsyncIterator { try await pieces.next() }
        }
    }

    /// Takes bytes that are here.
    public init(_ bytes: ByteBuffer) {
        size = Int64(bytes.readableBytes)
        make = {
            var rest: ByteBuffer? = bytes.readableBytes == 0 ? nil : bytes
            return AsyncIterator {
                defer { rest = nil }
                return rest
            }
        }
    }

    /// Begins.
    public func makeAsyncIterator() -> AsyncIterator { make() }

    /// Gives piece after piece.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let take: () async throws -> ByteBuffer?

        init(_ take: @escaping () async throws -> ByteBuffer?) {
            self.take = take
        }

        /// The next piece; nil at the end.
        ///
        /// - Throws: what the source of the bytes throws; for what a store gives that is a ``DataFault``.
        public mutating func next() async throws -> ByteBuffer? { try await take() }
    }
}

/// What reading a file gives.
public struct DataContent: Sendable {
    /// The file, as it was when reading began.
    public let entry: DataEntry
    /// Where the bytes are in the file; to the end when that isn't known.
    public let first: Int64
    /// The bytes; a reading that breaks off throws a ``DataFault``, so that a part is never taken for all.
    public let body: DataBody

    /// Joins them.
    public init(entry: DataEntry, first: Int64, body: DataBody) {
        self.entry = entry
        self.first = first
        self.body = body
    }
}

/// What is in a folder, page by page; taken once.
public struct DataListing: AsyncSequence, Sendable {
    /// A page: some entries.
    public typealias Element = [DataEntry]
    /// What goes wrong on the way.
    public typealias Failure = DataFault

    private let make: @Sendable () -> AsyncIterator

    /// Takes pages from a function that is called until it gives nil.
    public init(_ make: @escaping @Sendable () -> (() async throws(DataFault) -> [DataEntry]?)) {
        self.make = { AsyncIterator(make()) }
    }

    /// Takes entries that are here.
    public init(_ entries: [DataEntry]) {
        self.init {
            var rest: [DataEntry]? = entries
            return {
                defer { rest = nil }
                return rest
            }
        }
    }

    /// Begins.
    public func makeAsyncIterator() -> AsyncIterator { make() }

    /// All entries.
    ///
    /// - Throws: ``DataFault``.
    public func all() async throws(DataFault) -> [DataEntry] {
        var entries: [DataEntry] = []
        var pages = makeAsyncIterator()
        while let page = try await pages.next(isolation: #isolation) { entries += page }
        return entries
    }

    /// Gives page after page.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private let take: () async throws(DataFault) -> [DataEntry]?

        init(_ take: @escaping () async throws(DataFault) -> [DataEntry]?) {
            self.take = take
        }

        /// The next page; nil at the end.
        public mutating func next(isolation: isolated (any Actor)?) async throws(DataFault) -> [DataEntry]? {
            try await take()
        }

        /// The next page; nil at the end.
        public mutating func next() async throws(DataFault) -> [DataEntry]? { try await take() }
    }
}
