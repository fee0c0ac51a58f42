public import CarrelModel
public import CarrelSpawn
import Foundation
import Synchronization

/// Archives that hold what a test says, and homes of which it says what is in them.
public final class FakeHomeArchives: HomeArchives {
    private struct State {
        var pieces: [[UInt8]] = [Array("archive".utf8)]
        var failure: TakeoutError?
        var orders: [TakeoutOrder] = []
        var gate: Gate?
    }

    private let state = Mutex(State())

    /// Archives of a few bytes.
    public init() {}

    /// What was asked for, counts too.
    public var orders: [TakeoutOrder] { state.withLock { $0.orders } }

    /// What archives hold from now on.
    public func hold(_ pieces: [[UInt8]]) { state.withLock { $0.pieces = pieces } }

    /// What happens instead from now on.
    public func fail(_ failure: TakeoutError?) { state.withLock { $0.failure = failure } }

    /// Archives don't go on after their first piece until the gate is open.
    public func wait(at gate: Gate?) { state.withLock { $0.gate = gate } }

    /// Three entries of 5 GB in all.
    public func count(_ order: TakeoutOrder) async throws(TakeoutError) -> TakeoutProgress {
        try note(order)
        return TakeoutProgress(entries: 3, bytes: 5_000_000_000)
    }

    /// The pieces.
    public func stream(_ order: TakeoutOrder) async throws(TakeoutError) -> ArchiveStream {
        try note(order)
        return pieces
    }

    /// The pieces.
    public func handIns(_ order: HandInOrder) throws(TakeoutError) -> ArchiveStream { pieces }

    /// A file of the pieces.
    public func prepare(_ order: TakeoutOrder, at path: String, most: ByteCount) async throws(TakeoutError)
        -> ArchiveJob
    {
        try note(order)
        let (pieces, gate) = state.withLock { ($0.pieces, $0.gate) }
        let size = Int64(pieces.joined().count)
        return ArchiveJob(
            finish: { () async throws(TakeoutError) in
                _ = FileManager.default.createFile(atPath: path, contents: Data(pieces.joined()))
                await gate?.passed()
                if Task.isCancelled { throw .failed(reason: "it was given up") }
                if size > most.bytes { throw .tooLarge(limit: most) }
            },
            progress: { TakeoutProgress(entries: 3, bytes: 5_000_000_000, written: size) },
        )
    }

    private func note(_ order: TakeoutOrder) throws(TakeoutError) {
        let failure = state.withLock { state in
            state.orders.append(order)
            return state.failure
        }
        if let failure { throw failure }
    }

    private var pieces: ArchiveStream {
        let (pieces, gate) = state.withLock { ($0.pieces, $0.gate) }
        return ArchiveStream(
            run: { writer in
                for piece in pieces {
                    try await writer(piece)
                    await gate?.passed()
                }
            },
            progress: { TakeoutProgress(entries: 1, bytes: 1_200_000_000, written: 700_000_000) },
        )
    }
}
