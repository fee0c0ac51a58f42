import NIOCore
import Synchronization

/// The bytes of a slice, in pieces that are small enough to see them go.
struct SliceBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let bytes: ByteBuffer
    let watch: SliceWatch

    /// The largest piece, in bytes.
    static let piece = 64 * 1024

    func makeAsyncIterator() -> Iterator {
        Iterator(rest: bytes, watch: watch)
    }

    struct Iterator: AsyncIteratorProtocol {
        var rest: ByteBuffer
        let watch: SliceWatch

        mutating func next() async -> ByteBuffer? {
            watch.moved(isLast: rest.readableBytes <= SliceBody.piece)
            return rest.readableBytes == 0
                ? nil : rest.readSlice(length: Swift.min(rest.readableBytes, SliceBody.piece))
        }
    }
}

/// Watches over a slice's way: whether the server takes more of it.
final class SliceWatch: Sendable {
    private let state = Mutex((moved: ContinuousClock.now, isOver: false))

    func moved(isLast: Bool) {
        state.withLock { $0 = (.now, isLast) }
    }

    /// Returns when nothing has moved for too long, and says for how long.
    ///
    /// - Parameters:
    ///   - idle: between two pieces.
    ///   - deadline: for the answer, after the last one.
    /// - Returns: the limit that was passed.
    /// - Throws: when the task is cancelled.
    func stalled(idle: Duration, deadline: Duration) async throws -> Duration {
        while true {
            let (moved, isOver) = state.withLock { $0 }
            let limit = isOver ? deadline : idle
            if moved + limit <= .now { return limit }
            // The last piece may go meanwhile, and then the other limit counts.
            try await Task.sleep(until: min(moved + limit, .now + min(idle, deadline)))
        }
    }
}
