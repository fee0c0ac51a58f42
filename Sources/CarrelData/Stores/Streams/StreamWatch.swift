import NIOCore
import Synchronization

/// Sees whether a stream stands still, and on whose side.
final class StreamWatch: Sendable {
    private struct State: Equatable {
        /// How often the turn changed.
        var turns = 0
        /// Whether the store is waited for, and not the one who gives or takes the bytes.
        var isStores = true
        var isAtEnd = false
    }

    private let state = Mutex(State())

    /// Whether the store has all that it is to write.
    var isAtEnd: Bool { state.withLock { $0.isAtEnd } }

    /// Waits for the store, which is seen.
    func waiting<Value>(_ work: () async throws -> Value) async rethrows -> Value {
        turn(isStores: true)
        defer { turn(isStores: false) }
        return try await work()
    }

    /// Whose turn it is from now on.
    func turn(isStores: Bool, isAtEnd: Bool = false) {
        state.withLock {
            $0.turns += 1
            $0.isStores = isStores
            $0.isAtEnd = isAtEnd
        }
    }

    /// Returns when the store stood still for that long, or up to a third longer.
    ///
    /// - Parameters:
    ///   - idle: while bytes move.
    ///   - end: after the last one.
    ///   - sleep: waits.
    /// - Throws: what the waiting does, as when it is cancelled.
    func stall(idle: Duration, end: Duration, _ sleep: @Sendable (Duration) async throws -> Void) async throws {
        var seen = state.withLock { $0 }
        var parts = 0
        while parts < 4 {
            try await sleep((seen.isAtEnd ? end : idle) / 3)
            let now = state.withLock { $0 }
            parts = now == seen && now.isStores ? parts + 1 : 0
            seen = now
        }
    }
}

/// Bytes that a store takes, during which it is watched.
struct WatchedPieces: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let base: DataBody
    let watch: StreamWatch

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: base.makeAsyncIterator(), watch: watch) }

    struct AsyncIterator: AsyncIteratorProtocol {
        var pieces: DataBody.AsyncIterator
        let watch: StreamWatch

        mutating func next() async throws -> ByteBuffer? {
            watch.turn(isStores: false)
            let piece = try await pieces.next()
            watch.turn(isStores: true, isAtEnd: piece == nil)
            return piece
        }
    }
}

/// How one of two tasks ended.
private enum RaceEnd<Value: Sendable>: Sendable {
    case done(Result<Value, DataFault>)
    case stalled(DataFault)
    case gone
}

/// What some work ends with; if it stalls it is cancelled, and what it ends with then counts only if it is a success.
///
/// - Parameters:
///   - work: what is to be done.
///   - stall: returns when it takes too long, with what is to be said then.
/// - Returns: what the work does.
/// - Throws: ``DataFault``.
func firstOf<Value: Sendable>(
    _ work: @escaping @Sendable () async throws(DataFault) -> Value,
    stall: @escaping @Sendable () async throws -> DataFault,
) async throws(DataFault) -> Value {
    let result = await withTaskGroup(of: RaceEnd<Value>.self) { group -> Result<Value, DataFault> in
        group.addTask {
            do throws(DataFault) { return .done(.success(try await work())) } catch { return .done(.failure(error)) }
        }
        group.addTask {
            do { return .stalled(try await stall()) } catch { return .gone }
        }
        var stalled: DataFault?
        while let end = await group.next() {
            switch end {
            case .gone: continue
            case .stalled(let fault):
                stalled = fault
                group.cancelAll()
            case .done(let result):
                group.cancelAll()
                if let stalled, case .failure = result { return .failure(stalled) }
                return result
            }
        }
        return .failure(.cancelled)
    }
    return try result.get()
}
