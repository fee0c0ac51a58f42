import Synchronization

/// What happened so far in each start, for everybody who watches it.
///
/// Kept in memory only: after a restart of the hub a start that goes on begins a new story.
final class ProgressBoard: Sendable {
    private struct Story {
        /// Which one of its server's it is; none was begun yet while it is 0.
        var number = 0
        var events: [ProgressEvent] = []
        var listeners: [Int: AsyncStream<ProgressEvent>.Continuation] = [:]
    }

    private struct State {
        var stories: [Int64: Story] = [:]
        var nextListener = 0
        var lastStory = 0
    }

    private let state = Mutex(State())

    /// Begins a new story of a server; those who listened to the old one hear the new one.
    func begin(_ id: Int64) {
        state.withLock { state in
            state.lastStory += 1
            state.stories[id, default: Story()].number = state.lastStory
            state.stories[id]?.events = []
        }
        post(.requested, for: id)
    }

    /// Which story of a server is told now; 0 while none was begun.
    func story(of id: Int64) -> Int {
        state.withLock { $0.stories[id]?.number ?? 0 }
    }

    /// Tells everybody who watches; the same event twice in a row is told once.
    func post(_ event: ProgressEvent, for id: Int64) {
        let listeners = state.withLock { state -> [AsyncStream<ProgressEvent>.Continuation] in
            guard state.stories[id]?.events.last != event else { return [] }
            state.stories[id, default: Story()].events.append(event)
            let listeners = state.stories[id]?.listeners.values.map { $0 } ?? []
            if event.isLast { state.stories[id]?.listeners = [:] }
            return listeners
        }
        for listener in listeners {
            listener.yield(event)
            if event.isLast { listener.finish() }
        }
    }

    /// Clears a story that is over, so that those who listen from now on hear of the stop's end (by ``forget(_:)``).
    func beginStop(_ id: Int64) {
        state.withLock { state in
            if state.stories[id]?.events.last?.isLast == true { state.stories[id]?.events = [] }
        }
    }

    /// A server has stopped because that was wanted: its story, if it was over, is forgotten.
    ///
    /// Not one of a start that was asked for meanwhile.
    func stopped(_ id: Int64, in story: Int) {
        let listeners = state.withLock { state -> [AsyncStream<ProgressEvent>.Continuation] in
            guard let told = state.stories[id], told.number == story, told.events.last?.isLast ?? true else {
                return []
            }
            state.stories[id] = nil
            return Array(told.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }

    /// Nothing more is done for a server: whoever waits for its start hears that it was cancelled.
    ///
    /// Not of a start that was asked for meanwhile.
    func rests(_ id: Int64, in story: Int) {
        let cancelled = ProgressEvent.failed("The start was cancelled.")
        let listeners = state.withLock { state -> [AsyncStream<ProgressEvent>.Continuation] in
            guard let told = state.stories[id], told.number == story, told.events.last?.isLast == false else {
                return []
            }
            state.stories[id]?.events.append(cancelled)
            state.stories[id]?.listeners = [:]
            return Array(told.listeners.values)
        }
        for listener in listeners {
            listener.yield(cancelled)
            listener.finish()
        }
    }

    /// Forgets a server's story.
    func forget(_ id: Int64) {
        let story = state.withLock { $0.stories.removeValue(forKey: id) }
        for listener in story?.listeners.values.map({ $0 }) ?? [] { listener.finish() }
    }

    /// Ends all that is being watched, because the hub ends; starts go on, and the next hub tells of them.
    func close() {
        let listeners = state.withLock { state in
            defer { state.stories = [:] }
            return state.stories.values.flatMap(\.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }

    /// The latest event.
    func latest(of id: Int64) -> ProgressEvent? {
        state.withLock { $0.stories[id]?.events.last }
    }

    /// The story so far and what comes, up to its last event.
    func events(of id: Int64) -> AsyncStream<ProgressEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: ProgressEvent.self)
        let listener = state.withLock { state -> Int? in
            let events = state.stories[id]?.events ?? []
            for event in events { continuation.yield(event) }
            guard events.last?.isLast != true else { return nil }
            state.nextListener += 1
            state.stories[id, default: Story()].listeners[state.nextListener] = continuation
            return state.nextListener
        }
        guard let listener else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.stories[id]?.listeners[listener] = nil }
        }
        return stream
    }
}
