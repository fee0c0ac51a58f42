import NIOCore

/// Bytes as they come, of which every fault is a ``DataFault``.
struct MappedPieces<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element == ByteBuffer {
    typealias Element = ByteBuffer

    let base: Base
    let fault: @Sendable (any Error) -> DataFault

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: base.makeAsyncIterator(), fault: fault) }

    struct AsyncIterator: AsyncIteratorProtocol {
        var pieces: Base.AsyncIterator
        let fault: @Sendable (any Error) -> DataFault

        mutating func next() async throws -> ByteBuffer? {
            do { return try await pieces.next() } catch { throw fault(error) }
        }
    }
}
