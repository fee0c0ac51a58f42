public import NIOCore

/// The bytes of a file, as they come; to be read once, by one reader.
///
/// Datasets never change, so if the connection breaks in the middle, reading goes on in a new one where it stopped.
public struct OpenBISContent: AsyncSequence, Sendable {
    /// Parts as they arrive.
    public typealias Element = ByteBuffer
    /// What can go wrong on the way: ``OpenBISError/damaged``, ``OpenBISError/sessionOver`` and others.
    public typealias Failure = OpenBISError

    /// The file.
    public let file: OpenBISFile
    /// Which of its bytes.
    public let range: Range<Int64>
    let download: Download

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
        /// - Throws: when there is no more of the file.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(OpenBISError) -> ByteBuffer? {
            try await download.next()
        }

        /// The next bytes.
        ///
        /// - Returns: nil at the end of the range.
        /// - Throws: when there is no more of the file.
        public mutating func next() async throws(OpenBISError) -> ByteBuffer? {
            try await download.next()
        }
    }
}
