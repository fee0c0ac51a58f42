import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Synchronization

/// What is being packed at this moment: downloads, and archives that are prepared.
final class TakeoutBoard: Sendable {
    /// A download on its way; it is over when nobody holds it any more.
    final class Place: Sendable {
        fileprivate let id: Int
        private let board: TakeoutBoard

        fileprivate init(id: Int, board: TakeoutBoard) {
            self.id = id
            self.board = board
        }

        deinit { board.leave(id) }

        /// Says what tells how far it is.
        func follow(_ progress: @escaping @Sendable () -> TakeoutProgress) {
            board.state.withLock { $0.streams[id]?.progress = progress }
        }
    }

    /// A download, as others see it.
    struct Stream: Sendable {
        let id: Int
        /// Whose it is; numbers of visitors are used again, names aren't.
        let user: UserName
        let isVisitors: Bool
        let fileName: String
        let begunAt: Date
        /// What it will hold, if that was counted lately.
        let expected: TakeoutProgress?
        fileprivate var progress: @Sendable () -> TakeoutProgress = { TakeoutProgress() }

        /// How far it is.
        var now: TakeoutProgress { progress() }
    }

    /// An archive that is being prepared.
    private struct Making {
        let progress: @Sendable () -> TakeoutProgress
        let cancel: WakeSignal
    }

    private struct State {
        var nextID = 0
        var streams: [Int: Stream] = [:]
        var making: [String: Making] = [:]
    }

    private let state = Mutex(State())

    // MARK: Downloads

    /// Takes a place for a download.
    ///
    /// - Throws: ``TakeoutRefusal`` when there is none.
    func enter(
        user: UserRecord,
        fileName: String,
        expected: TakeoutProgress?,
        at time: Date,
        limits: TakeoutLimits,
    ) throws(TakeoutRefusal) -> Place {
        let id = try state.withLock { state throws(TakeoutRefusal) in
            let streams = state.streams.values
            let most = user.isVisitor ? limits.streamsOfVisitor : limits.streamsOfOne
            guard streams.count(where: { $0.user == user.name }) < most else { throw .tooManyOfYours(limit: most) }
            // Anybody can be many visitors: the rest is for people with accounts.
            let visitors = user.isVisitor ? streams.count(where: \.isVisitors) : 0
            guard streams.count < limits.streamsOfAll, visitors < limits.streamsOfAll / 2 else { throw .tooManyOfAll }
            state.nextID += 1
            let id = state.nextID
            state.streams[id] = Stream(
                id: id,
                user: user.name,
                isVisitors: user.isVisitor,
                fileName: fileName,
                begunAt: time,
                expected: expected,
            )
            return id
        }
        return Place(id: id, board: self)
    }

    private func leave(_ id: Int) { state.withLock { state in _ = state.streams.removeValue(forKey: id) } }

    /// A user's downloads, in the order in which they began.
    func streams(of user: UserName) -> [Stream] {
        state.withLock { state in state.streams.values.filter { $0.user == user } }.sorted { $0.id < $1.id }
    }

    // MARK: Preparing

    /// Notes an archive that is being prepared; the signal is raised when it isn't wanted any more.
    func begin(_ id: String, progress: @escaping @Sendable () -> TakeoutProgress) -> WakeSignal {
        let cancel = WakeSignal()
        state.withLock { $0.making[id] = Making(progress: progress, cancel: cancel) }
        return cancel
    }

    /// Notes that it isn't being prepared any more.
    func end(_ id: String) { state.withLock { state in _ = state.making.removeValue(forKey: id) } }

    /// How far an archive is that is being prepared.
    func progress(of id: String) -> TakeoutProgress? { state.withLock { $0.making[id]?.progress }?() }

    /// Has the preparing of an archive end.
    func cancel(_ id: String) { state.withLock { $0.making[id]?.cancel }?.raise() }

    /// The archives that are being prepared.
    var making: Set<String> { state.withLock { Set($0.making.keys) } }
}
