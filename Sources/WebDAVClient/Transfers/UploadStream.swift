import NIOCore

/// Content on its way to a server: counted, held to its size, and telling how far it is.
struct UploadStream<Content: AsyncSequence<ByteBuffer, any Error> & Sendable>: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let content: Content
    let size: Int64?
    let progress: UploadProgress

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(iterator: content.makeAsyncIterator(), size: size, progress: progress)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var iterator: Content.AsyncIterator
        let size: Int64?
        let progress: UploadProgress
        var count: Int64 = 0

        mutating func next() async throws -> ByteBuffer? {
            try await next(isolation: nil)
        }

        /// Whatever the content throws becomes ``UploadFault``, so that it isn't taken for the server's.
        mutating func next(isolation: isolated (any Actor)?) async throws -> ByteBuffer? {
            let part: ByteBuffer?
            progress.ask()
            do {
                part = try await iterator.next(isolation: isolation)
            } catch {
                progress.end()
                throw UploadFault()
            }
            progress.bring()
            count += Int64(part?.readableBytes ?? 0)
            if part == nil { progress.end() }
            if let size, part == nil ? count != size : count > size { throw UploadFault() }
            return part
        }
    }
}
