import CarrelModel
import CarrelSpawn
import Foundation
import Synchronization

/// What servers use and homes hold, as last read; pages read it here and never wait for it.
final class UsageBoard: Sendable {
    /// Whose use somebody looks at.
    enum Interest: Hashable, Sendable {
        case user(UserName)
        /// The admin page.
        case everybody
    }

    private struct State {
        var servers: [String: UsageReading] = [:]
        var homes: [HomeID: HomeUsage] = [:]
        var homesReadAt: Date?
        var looked: [Interest: Date] = [:]
    }

    private let state = Mutex(State())
    /// Raised when somebody looks whom nobody had in view.
    let wake = WakeSignal()

    /// Notes that somebody looks.
    func look(_ interest: Interest, at now: Date) {
        let isNew = state.withLock { state in
            let last = state.looked.updateValue(now, forKey: interest)
            return last.map { now.timeIntervalSince($0) > UsageWatch.attention } ?? true
        }
        if isNew { wake.raise() }
    }

    /// Whose use was looked at a short while ago.
    func interests(at now: Date) -> Set<Interest> {
        state.withLock { state in
            state.looked = state.looked.filter { now.timeIntervalSince($0.value) <= UsageWatch.attention }
            return Set(state.looked.keys)
        }
    }

    // MARK: Servers

    /// What a server used last; nil when it wasn't read.
    func server(_ key: ServerKey) -> UsageReading? {
        state.withLock { $0.servers[key.directoryName] }
    }

    /// Notes readings, and forgets those of servers that don't run.
    ///
    /// - Parameters:
    ///   - usages: by spawner's id; only those that were read.
    ///   - running: the ids of all servers that run.
    ///   - now: the time of the readings.
    func note(_ usages: [String: ServerUsage], running: Set<String>, at now: Date) {
        state.withLock { state in
            state.servers = state.servers.filter { running.contains($0.key) }
            for (id, usage) in usages {
                state.servers[id] = UsageReading(usage, after: state.servers[id], at: now)
            }
        }
    }

    // MARK: Homes

    /// What a home held last; nil when that isn't known.
    func home(_ home: HomeID) -> HomeUsage? {
        state.withLock { $0.homes[home] }
    }

    /// What all homes held last.
    var homes: [HomeID: HomeUsage] { state.withLock { $0.homes } }

    /// When homes were last read.
    var homesReadAt: Date? { state.withLock { $0.homesReadAt } }

    /// Notes what all homes hold.
    func note(_ homes: [HomeID: HomeUsage], at now: Date) {
        state.withLock { state in
            state.homes = homes
            state.homesReadAt = now
        }
    }

    /// Notes a home's new quota before it is read again.
    func note(quota: ByteCount?, of home: HomeID) {
        state.withLock { $0.homes[home]?.quota = quota }
    }
}
