import CarrelModel
import Foundation
import Synchronization

/// The routes that the proxy should have, and how far it has been told.
final class PublishedRoutes: RoutePublisher, Sendable {
    /// All routes at one moment.
    struct Snapshot: Sendable {
        let version: Int
        /// By path, without a slash at its end.
        let routes: [String: ProxyClient.Entry]
    }

    private struct State {
        var version = 0
        var confirmed = -1
        var routes: [String: ProxyClient.Entry] = [:]
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        var sleepers: [Int: (version: Int, continuation: CheckedContinuation<Void, Never>)] = [:]
        var nextID = 0
    }

    private let state: Mutex<State>
    private let patience: Duration

    /// - Parameters:
    ///   - fixed: routes that are always there, by path without a slash at its end.
    ///   - patience: how long ``publish(_:)`` and ``withdraw(_:)`` wait for the proxy.
    init(fixed: [String: ProxyClient.Entry] = [:], patience: Duration = .seconds(5)) {
        state = Mutex(State(routes: fixed))
        self.patience = patience
    }

    func publish(_ route: ServerRoute) async {
        await change { $0[Self.path(of: route.key)] = Self.told(route) }
    }

    func withdraw(_ key: ServerKey) async {
        await change { $0[Self.path(of: key)] = nil }
    }

    /// Notes a route of a server that the last hub left running, before the proxy is told anything.
    func expect(_ route: ServerRoute) {
        state.withLock { $0.routes[Self.path(of: route.key)] = Self.told(route) }
    }

    /// All routes now.
    func snapshot() -> Snapshot {
        state.withLock { Snapshot(version: $0.version, routes: $0.routes) }
    }

    /// Tells of changes, at least one after any number of them.
    func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.nextID += 1
            state.listeners[state.nextID] = continuation
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.listeners[id] = nil } }
        continuation.yield()
        return stream
    }

    /// Notes that the proxy has all routes of a snapshot.
    func confirm(_ version: Int) {
        let awake = state.withLock { state in
            state.confirmed = max(state.confirmed, version)
            let due = state.sleepers.filter { $0.value.version <= state.confirmed }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in awake { continuation.resume() }
    }

    // MARK: How

    private static func told(_ route: ServerRoute) -> ProxyClient.Entry {
        ProxyClient.Entry(target: route.target, user: route.key.user.text, serverName: route.key.server.text)
    }

    private static func path(of key: ServerKey) -> String { String(key.prefix.dropLast()) }

    private func change(_ change: @Sendable (inout [String: ProxyClient.Entry]) -> Void) async {
        let (version, listeners) = state.withLock { state in
            let before = state.routes
            change(&state.routes)
            if state.routes != before { state.version += 1 }
            return (state.version, Array(state.listeners.values))
        }
        for listener in listeners { listener.yield() }
        await withTaskGroup { group in
            group.addTask { await self.confirmed(version) }
            group.addTask { [patience] in try? await Task.sleep(for: patience) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Waits until the proxy has all routes of a version, or the task is cancelled.
    private func confirmed(_ version: Int) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if state.confirmed >= version || Task.isCancelled { return true }
                    state.sleepers[id] = (version, continuation)
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume()
        }
    }
}
