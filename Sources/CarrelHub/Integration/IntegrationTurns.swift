import CarrelModel
import Synchronization

/// The notebooks that are on their way into homes: the hub keeps each until it is whole, so there can't be any number.
final class IntegrationTurns: Sendable {
    /// One on its way; it is over when nobody holds it any more.
    final class Turn: Sendable {
        private let user: Int64
        private let bytes: Int64
        private let turns: IntegrationTurns

        fileprivate init(_ user: Int64, _ bytes: Int64, _ turns: IntegrationTurns) {
            (self.user, self.bytes, self.turns) = (user, bytes, turns)
        }

        deinit { turns.leave(user, bytes) }
    }

    /// How many of all people, and of one.
    static let most = 48
    static let mostOfOne = 24
    /// How much all may hold together, and how much those of one, if not one alone may hold more.
    static let room = ByteCount(bytes: 2_000_000_000)
    static let roomOfOne = ByteCount(bytes: 500_000_000)

    private struct State {
        var users: [Int64: Held] = [:]
        var all = Held()
    }

    private struct Held {
        var count = 0
        var bytes: Int64 = 0

        func hasRoom(for more: Int64, _ most: Int, _ room: ByteCount) -> Bool {
            count < most && (bytes == 0 || bytes + more <= room.bytes)
        }

        mutating func add(_ one: Int, _ more: Int64) {
            count += one
            bytes += more
        }
    }

    private let state = Mutex(State())

    /// Takes a turn.
    ///
    /// - Parameters:
    ///   - user: whose notebook it is.
    ///   - bytes: the most that it will hold.
    /// - Returns: the turn, to be held until the notebook is where it belongs.
    /// - Throws: ``IntegrationError/busy``.
    func enter(_ user: Int64, bytes: Int64) throws(IntegrationError) -> Turn {
        try state.withLock { state throws(IntegrationError) in
            let own = state.users[user] ?? Held()
            guard state.all.hasRoom(for: bytes, Self.most, Self.room),
                own.hasRoom(for: bytes, Self.mostOfOne, Self.roomOfOne)
            else { throw .busy }
            state.users[user, default: Held()].add(1, bytes)
            state.all.add(1, bytes)
        }
        return Turn(user, bytes, self)
    }

    private func leave(_ user: Int64, _ bytes: Int64) {
        state.withLock { state in
            state.users[user]?.add(-1, -bytes)
            if state.users[user]?.count == 0 { state.users[user] = nil }
            state.all.add(-1, -bytes)
        }
    }
}
