import Synchronization

/// Hands values from one task to another; who gives waits while one lies there that wasn't taken.
final class HandOver<Value: Sendable>: Sendable {
    private struct State {
        var lying: Value?
        var giver: (value: Value, continuation: CheckedContinuation<Void, any Error>)?
        var taker: CheckedContinuation<Value?, any Error>?
        var end: Result<Void, DataFault>?
    }

    private let state = Mutex(State())

    /// Gives a value.
    ///
    /// - Throws: `CancellationError` when nobody takes any more.
    func give(_ value: Value) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                state.withLock { state in
                    if state.end != nil || Task.isCancelled {
                        continuation.resume(throwing: CancellationError())
                    } else if let taker = state.taker {
                        state.taker = nil
                        taker.resume(returning: value)
                        continuation.resume()
                    } else if state.lying == nil {
                        state.lying = value
                        continuation.resume()
                    } else {
                        state.giver = (value, continuation)
                    }
                }
            }
        } onCancel: {
            end(.cancelled)
        }
    }

    /// Takes the next value; nil at the end.
    ///
    /// - Throws: ``DataFault``, with which the giver ended.
    func take() async throws -> Value? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { state in
                    if let value = state.lying {
                        state.lying = state.giver?.value
                        state.giver?.continuation.resume()
                        state.giver = nil
                        continuation.resume(returning: value)
                    } else if let end = state.end {
                        continuation.resume(with: end.map { nil }.mapError { $0 })
                    } else if Task.isCancelled {
                        continuation.resume(throwing: DataFault.cancelled)
                    } else {
                        state.taker = continuation
                    }
                }
            }
        } onCancel: {
            end(.cancelled)
        }
    }

    /// Says that no more comes; what lies there can still be taken, unless it ends with a fault.
    func end(_ fault: DataFault? = nil) {
        state.withLock { state in
            guard state.end == nil else { return }
            state.end = fault.map { .failure($0) } ?? .success(())
            if fault != nil { state.lying = nil }
            state.giver?.continuation.resume(throwing: CancellationError())
            state.giver = nil
            if let fault { state.taker?.resume(throwing: fault) } else { state.taker?.resume(returning: nil) }
            state.taker = nil
        }
    }
}

/// Values that a task of its own makes; the task ends with the last who holds this.
final class Pumped<Value: Sendable>: AsyncSequence, Sendable {
    typealias Element = Value

    private let channel: HandOver<Value>
    private let task: Task<Void, Never>
    private let first: Value?

    private init(_ channel: HandOver<Value>, _ task: Task<Void, Never>, first: Value?) {
        self.channel = channel
        self.task = task
        self.first = first
    }

    /// Begins.
    ///
    /// - Parameter work: gives values; ends when it is cancelled.
    convenience init(_ work: @escaping @Sendable (HandOver<Value>) async throws -> Void) {
        let channel = HandOver<Value>()
        self.init(channel, Self.task(channel, work), first: nil)
    }

    /// Begins, and waits for the first value, so that what goes wrong at once is thrown at once.
    ///
    /// - Parameter work: gives values; ends when it is cancelled.
    /// - Returns: the values.
    /// - Throws: ``DataFault``.
    static func begin(
        _ work: @escaping @Sendable (HandOver<Value>) async throws -> Void
    ) async throws(DataFault) -> Pumped {
        let channel = HandOver<Value>()
        let task = task(channel, work)
        do {
            return Pumped(channel, task, first: try await channel.take())
        } catch {
            task.cancel()
            throw DataFault(error)
        }
    }

    private static func task(
        _ channel: HandOver<Value>,
        _ work: @escaping @Sendable (HandOver<Value>) async throws -> Void,
    ) -> Task<Void, Never> {
        // Not in a group: the values outlive the call that began them. It is cancelled when nobody holds them any more.
        Task {
            do {
                try await work(channel)
                channel.end()
            } catch {
                channel.end(DataFault(error))
            }
        }
    }

    deinit { task.cancel() }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pumped: self, first: first) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let pumped: Pumped
        var first: Value?

        mutating func next() async throws -> Value? {
            if let value = first {
                first = nil
                return value
            }
            return try await pumped.channel.take()
        }
    }
}
