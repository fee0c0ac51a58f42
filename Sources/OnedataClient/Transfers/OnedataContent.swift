public import NIOCore

/// The bytes of a file, as they come; to be read once, by one reader.
///
/// If a provider fails in the middle, reading goes on at another one where it stopped, provided that the file is still the
/// same there by its size and time, which is in whole seconds.
public struct OnedataContent: AsyncSequence, Sendable {
    /// Parts as they arrive.
    public typealias Element = ByteBuffer
    /// What can go wrong on the way: ``OnedataError/changed``, ``OnedataError/token(_:)``, and others.
    public typealias Failure = OnedataError

    /// The file.
    public let entry: OnedataEntry
    /// Which of its bytes.
    public let range: Range<Int64>
    private let download: Download

    init(_ entry: OnedataEntry, _ range: Range<Int64>, _ download: Download) {
        self.entry = entry
        self.range = range
        self.download = download
    }

    /// Goes on where it was left.
    ///
    /// - Returns: the one iterator there should be.
    public func makeAsyncIterator() -> Iterator {
        Iterator(download: download)
    }

    /// Takes part by part.
    public struct Iterator: AsyncIteratorProtocol {
        let download: Download

        /// The next bytes.
        ///
        /// - Parameter actor: where it is called from.
        /// - Returns: nil at the end of the range.
        /// - Throws: when no provider has more of the same file.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(OnedataError) -> ByteBuffer? {
            try await download.next()
        }

        /// The next bytes.
        ///
        /// - Returns: nil at the end of the range.
        /// - Throws: when no provider has more of the same file.
        public mutating func next() async throws(OnedataError) -> ByteBuffer? {
            try await download.next()
        }
    }
}
