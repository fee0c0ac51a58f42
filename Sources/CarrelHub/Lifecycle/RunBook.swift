import CarrelStore
import Foundation
import Synchronization

/// How long the servers of each instance ran lately, and since when those run that do; for ``WaitEstimate``.
///
/// Kept in memory: after a restart of the hub nothing is said until a few servers have ended.
final class RunBook: Sendable {
    private struct Shelf {
        var runs: [TimeInterval] = []
        var begun: [Int64: Date] = [:]
        var longestRun: TimeInterval?
    }

    private let shelves = Mutex<[Int64: Shelf]>([:])
    private let now: @Sendable () -> Date

    /// How many runs of an instance are remembered.
    private static let mostRuns = 50

    init(now: @escaping @Sendable () -> Date) {
        self.now = now
    }

    /// Notes that a server runs.
    func began(_ owned: OwnedServer, longestRun: Duration?) {
        guard let id = owned.server.id else { return }
        let date = owned.server.startedAt ?? now()
        shelves.withLock { shelves in
            shelves[owned.server.instanceId, default: Shelf()].begun[id] = date
            shelves[owned.server.instanceId]?.longestRun = longestRun?.seconds
        }
    }

    /// Notes that a server has ended, if it ran.
    func ended(_ owned: OwnedServer) {
        guard let id = owned.server.id else { return }
        let date = now()
        shelves.withLock { shelves in
            guard let begun = shelves[owned.server.instanceId]?.begun.removeValue(forKey: id) else { return }
            var runs = shelves[owned.server.instanceId]?.runs ?? []
            runs.append(max(0, date.timeIntervalSince(begun)))
            shelves[owned.server.instanceId]?.runs = runs.suffix(Self.mostRuns)
        }
    }

    /// About how long who waits for a room still waits, in words; nil when it can't be told.
    func text(for wait: StartLine.Wait) -> String? {
        guard let room = wait.room, let shelf = shelves.withLock({ $0[room.id] }) else { return nil }
        let date = now()
        let ages = shelf.begun.values.map { max(0, date.timeIntervalSince($0)) }
        return WaitEstimate(runs: shelf.runs, ages: ages, longestRun: shelf.longestRun).text(atPlace: wait.place)
    }
}
