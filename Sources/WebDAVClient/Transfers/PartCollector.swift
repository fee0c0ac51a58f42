import NIOCore

/// Takes content in pieces of other sizes than it comes in.
struct PartCollector<Content: AsyncSequence<ByteBuffer, any Error>> {
    private var iterator: Content.AsyncIterator
    private var rest = ByteBuffer()
    private var isAtEnd = false

    init(_ content: Content) {
        iterator = content.makeAsyncIterator()
    }

    /// The next bytes: as many as asked for, fewer only at the end, none after it.
    mutating func next(_ size: Int, isolation: isolated (any Actor)? = #isolation) async throws -> ByteBuffer {
        var part = ByteBuffer()
        while part.readableBytes < size {
            if rest.readableBytes == 0 {
                guard !isAtEnd, let more = try await iterator.next(isolation: isolation) else {
                    isAtEnd = true
                    break
                }
                rest = more
            }
            guard var piece = rest.readSlice(length: min(rest.readableBytes, size - part.readableBytes)) else { break }
            part.writeBuffer(&piece)
        }
        return part
    }

    /// Whether there is nothing more; reads a little to know it.
    mutating func isEnded(isolation: isolated (any Actor)? = #isolation) async throws -> Bool {
        while rest.readableBytes == 0, !isAtEnd {
            guard let more = try await iterator.next(isolation: isolation) else {
                isAtEnd = true
                break
            }
            rest = more
        }
        return rest.readableBytes == 0
    }
}
