import CarrelSpawn
import Synchronization

/// What builds have printed so far, for everybody who watches them.
///
/// Kept in memory only, as much as a person reads; after a restart of the hub a build that goes on is told from its
/// beginning.
final class BuildBoard: Sendable {
    /// What is told of a build.
    enum Event: Sendable, Equatable {
        /// It waits; the first in line is number 1.
        case waiting(place: Int)
        /// The builder said something.
        case line(BuilderLine)
        /// There is an environment.
        case built
        /// There is none, and why.
        case failed(String)

        var isLast: Bool {
            switch self {
            case .built, .failed: true
            case .waiting, .line: false
            }
        }
    }

    private struct Listener {
        let user: Int64?
        let continuation: AsyncStream<Event>.Continuation
    }

    private struct Story {
        var events: [Event] = []
        var listeners: [Int: Listener] = [:]
    }

    private struct State {
        var stories: [String: Story] = [:]
        var nextListener = 0
    }

    private let state = Mutex(State())

    /// How much of a build is kept for those who come later: its beginning is let go.
    private static let mostEvents = 2000
    /// How many events a watcher may be behind; a slower one misses the oldest.
    private static let backlog = 4000

    /// Begins a story anew; those who listen hear what comes.
    func begin(_ id: String) {
        state.withLock { $0.stories[id, default: Story()].events = [] }
    }

    /// Tells everybody who watches; the same twice in a row is told once.
    func post(_ event: Event, for id: String) {
        let listeners = state.withLock { state -> [Listener] in
            guard state.stories[id]?.events.last != event else { return [] }
            let listeners = state.stories[id]?.listeners.values.map { $0 } ?? []
            if event.isLast {
                // Whoever comes later finds the end in the store.
                state.stories[id] = nil
            } else {
                state.stories[id, default: Story()].events.append(event)
                if let count = state.stories[id]?.events.count, count > Self.mostEvents {
                    state.stories[id]?.events.removeFirst(count - Self.mostEvents)
                }
            }
            return listeners
        }
        for listener in listeners {
            listener.continuation.yield(event)
            if event.isLast { listener.continuation.finish() }
        }
    }

    /// The story so far and what comes, up to its last event.
    ///
    /// - Parameters:
    ///   - id: the build's.
    ///   - user: who watches.
    /// - Returns: the events; they go on being told until nobody holds them.
    func events(of id: String, for user: Int64?) -> AsyncStream<Event> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Event.self,
            bufferingPolicy: .bufferingNewest(Self.backlog),
        )
        let listener = state.withLock { state in
            for event in state.stories[id]?.events ?? [] { continuation.yield(event) }
            state.nextListener += 1
            state.stories[id, default: Story()].listeners[state.nextListener] = Listener(
                user: user,
                continuation: continuation,
            )
            return state.nextListener
        }
        continuation.onTermination = { [weak self] _ in
            self?.leave(id, listener)
        }
        return stream
    }

    private func leave(_ id: String, _ listener: Int) {
        state.withLock { state in
            state.stories[id]?.listeners[listener] = nil
            // One that was never told anything was only looked for.
            if let story = state.stories[id], story.listeners.isEmpty, story.events.isEmpty { state.stories[id] = nil }
        }
    }

    /// Whether anybody watches a build, besides a certain person.
    func isWatched(_ id: String, besidesBy user: Int64? = nil) -> Bool {
        state.withLock { state in
            state.stories[id]?.listeners.values.contains { user == nil || $0.user != user } ?? false
        }
    }

    /// Ends all that is being watched, because the hub ends; builds go on, and the next hub tells of them.
    func close() {
        let listeners = state.withLock { state in
            defer { state.stories = [:] }
            return state.stories.values.flatMap(\.listeners.values)
        }
        for listener in listeners { listener.continuation.finish() }
    }
}
