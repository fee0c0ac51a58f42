import NIOCore
import Synchronization

/// What is to be written, on its way to a client: says afterwards how far it came, and why it ended early.
struct UploadSource: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private let body: DataBody
    private let progress = Progress()
    private let beforeEnd: @Sendable () async throws -> Void

    /// Takes a body.
    ///
    /// - Parameters:
    ///   - body: the bytes; that there are as many as it says is looked after here.
    ///   - beforeEnd: done before the last bytes go; when it throws, they end as if they had failed.
    init(_ body: DataBody, beforeEnd: @escaping @Sendable () async throws -> Void = {}) {
        self.body = body
        self.beforeEnd = beforeEnd
    }

    /// How many bytes were taken.
    var count: Int64 { progress.state.withLock { $0.count } }

    /// What is to be said of a client's fault, by what is known here.
    func fault(_ fault: DataFault) -> DataFault {
        let state = progress.state.withLock { $0 }
        if let own = state.fault { return own }
        switch fault {
        case .unusable(.offline), .unusable(.slow), .interrupted:
            if state.isAtEnd { return .unclear }
            return state.count > 0 ? .interrupted : fault
        default: return fault
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: self, pieces: body.makeAsyncIterator()) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let source: UploadSource
        var pieces: DataBody.AsyncIterator

        mutating func next() async throws -> ByteBuffer? {
            do {
                let piece = try await pieces.next()
                // A body whose reader is cancelled may end as if it were whole.
                try Task.checkCancellation()
                let count = source.count + Int64(piece?.readableBytes ?? 0)
                // Whoever knows how much comes may take the last piece for the end.
                if piece == nil || count == source.body.size { try await end(at: count) }
                if let size = source.body.size, count > size { throw DataFault.bodyFailed }
                source.progress.state.withLock { $0.count = count }
                return piece
            } catch {
                let fault = (error as? DataFault) ?? (error is CancellationError ? .cancelled : .bodyFailed)
                source.progress.state.withLock { $0.fault = $0.fault ?? fault }
                throw fault
            }
        }

        private func end(at count: Int64) async throws {
            guard !source.progress.state.withLock({ $0.isAtEnd }) else { return }
            guard source.body.size ?? count == count else { throw DataFault.bodyFailed }
            try await source.beforeEnd()
            source.progress.state.withLock { $0.isAtEnd = true }
        }
    }

    private final class Progress: Sendable {
        struct State {
            var count: Int64 = 0
            var isAtEnd = false
            var fault: DataFault?
        }

        let state = Mutex(State())
    }
}
