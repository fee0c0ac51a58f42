public import NIOCore
import Synchronization

/// What a file is to hold.
public struct StorageHubContent: Sendable {
    /// In bytes; nil if that isn't known before the end.
    public let length: Int64?
    /// Whether it can be sent twice.
    let isReplayable: Bool
    let makePieces: @Sendable () -> Pieces

    /// Bytes that are there already.
    ///
    /// - Parameter bytes: all of them.
    public init(_ bytes: ByteBuffer) {
        length = Int64(bytes.readableBytes)
        isReplayable = true
        makePieces = { Pieces(Once(bytes).makeAsyncIterator()) }
    }

    /// Bytes that come bit by bit and are read once.
    ///
    /// - Parameters:
    ///   - pieces: in order. When it throws, nothing is changed at the other side.
    ///   - length: of all pieces together, which is held to; nil if it isn't known.
    public init<Source: AsyncSequence & Sendable>(
        _ pieces: Source,
        length: Int64?,
    ) where Source.Element == ByteBuffer {
        self.length = length
        isReplayable = false
        makePieces = { Pieces(pieces.makeAsyncIterator()) }
    }

    /// The same, telling how much of it was taken.
    func counted(by counter: SentLength) -> StorageHubContent {
        StorageHubContent(length: length, isReplayable: isReplayable) {
            counter.begin()
            return Pieces(Counting(pieces: makePieces(), counter: counter))
        }
    }

    private init(length: Int64?, isReplayable: Bool, makePieces: @escaping @Sendable () -> Pieces) {
        self.length = length
        self.isReplayable = isReplayable
        self.makePieces = makePieces
    }

    private struct Counting: AsyncIteratorProtocol {
        var pieces: Pieces
        let counter: SentLength

        mutating func next() async throws -> ByteBuffer? {
            let piece = try await pieces.next()
            counter.add(piece?.readableBytes ?? 0)
            return piece
        }
    }

    /// Any iterator over pieces.
    struct Pieces: AsyncIteratorProtocol {
        private var iterator: any AsyncIteratorProtocol<ByteBuffer, any Error>

        init<Iterator: AsyncIteratorProtocol>(_ iterator: Iterator) where Iterator.Element == ByteBuffer {
            self.iterator = Erased(iterator: iterator)
        }

        mutating func next() async throws -> ByteBuffer? {
            try await iterator.next(isolation: nil)
        }
    }

    private struct Erased<Iterator: AsyncIteratorProtocol>: AsyncIteratorProtocol where Iterator.Element == ByteBuffer {
        typealias Failure = any Error
        var iterator: Iterator

        mutating func next() async throws -> ByteBuffer? {
            try await iterator.next()
        }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> ByteBuffer? {
            try await iterator.next(isolation: actor)
        }
    }

    private struct Once: AsyncSequence, Sendable {
        typealias Element = ByteBuffer
        let bytes: ByteBuffer

        init(_ bytes: ByteBuffer) {
            self.bytes = bytes
        }

        func makeAsyncIterator() -> Iterator {
            Iterator(rest: bytes)
        }

        struct Iterator: AsyncIteratorProtocol {
            var rest: ByteBuffer

            /// In pieces, so that progress is seen.
            mutating func next() async -> ByteBuffer? {
                rest.readableBytes == 0 ? nil : rest.readSlice(length: Swift.min(rest.readableBytes, 64 * 1024))
            }
        }
    }
}

/// How many bytes an upload has sent.
final class SentLength: Sendable {
    private let count = Mutex<Int64>(0)

    var bytes: Int64 { count.withLock { $0 } }

    func begin() { count.withLock { $0 = 0 } }

    func add(_ bytes: Int) { count.withLock { $0 += Int64(bytes) } }
}
