import Foundation

/// Lets servers start one after the other, in the order they were asked for.
actor StartQueue {
    private var line: StartLine
    private var sleepers: [Int64: CheckedContinuation<Void, any Error>] = [:]
    private let waitChanged: @Sendable (_ id: Int64, _ wait: StartLine.Wait) -> Void

    /// Makes a queue.
    ///
    /// - Parameters:
    ///   - startsAtOnce: how many servers may be starting at once.
    ///   - capacity: how many servers may run at once.
    ///   - waitChanged: is told what a server waits for at which place, each time somebody moved.
    init(
        startsAtOnce: Int,
        capacity: Int,
        waitChanged: @escaping @Sendable (_ id: Int64, _ wait: StartLine.Wait) -> Void,
    ) {
        line = StartLine(startsAtOnce: startsAtOnce, capacity: capacity)
        self.waitChanged = waitChanged
    }

    /// Waits until this server may start.
    ///
    /// - Parameters:
    ///   - id: the server.
    ///   - room: the room it needs a place in.
    ///   - date: when it was asked for.
    /// - Throws: `CancellationError` when the wait is cancelled; the place in the line is then given up.
    func turn(of id: Int64, room: StartLine.Room? = nil, askedAt date: Date = .distantFuture) async throws {
        line.join(id, room: room, askedAt: date)
        wakeAdmitted()
        guard !line.holdsPlace(id) else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                if Task.isCancelled {
                    line.leave(id)
                    continuation.resume(throwing: CancellationError())
                } else if line.holdsPlace(id) {
                    continuation.resume()
                } else {
                    sleepers[id] = continuation
                }
            }
        } onCancel: {
            Task { await self.giveUp(id) }  // a cancellation handler can't wait for the actor
        }
    }

    /// Whether this server may start, starts, or runs.
    func hasTurn(_ id: Int64) -> Bool {
        line.holdsPlace(id)
    }

    /// The place of a waiting server among those who wait for the same thing, counted from 1.
    func place(of id: Int64) -> Int? {
        line.place(of: id)
    }

    /// What a waiting server waits for.
    func wait(of id: Int64) -> StartLine.Wait? {
        line.waits.first { $0.id == id }?.wait
    }

    /// Takes in a server that was found at work when the hub came back.
    func adopt(_ id: Int64, isReady: Bool, room: StartLine.Room? = nil) {
        line.adopt(id, isReady: isReady, room: room)
    }

    /// Keeps a place for a server that waited when the last hub ended, so that nobody overtakes it; lets nobody go ahead.
    func expect(_ id: Int64, room: StartLine.Room?, askedAt date: Date) {
        line.join(id, room: room, askedAt: date)
    }

    /// Notes that a start is over and the server runs.
    func started(_ id: Int64) {
        line.started(id)
        wakeAdmitted()
    }

    /// Gives up a server's place.
    func leave(_ id: Int64) {
        line.leave(id)
        wakeAdmitted()
    }

    /// Changes the limits; those who wait go ahead as far as the new ones allow.
    func setLimits(startsAtOnce: Int, capacity: Int) {
        line.startsAtOnce = max(1, startsAtOnce)
        line.capacity = max(1, capacity)
        wakeAdmitted()
    }

    /// Changes how much room instances have; one that isn't named has as much as the machine.
    func setRooms(_ rooms: [StartLine.Room]) {
        line.setRooms(rooms)
        wakeAdmitted()
    }

    private func giveUp(_ id: Int64) {
        guard let sleeper = sleepers.removeValue(forKey: id) else { return }
        line.leave(id)
        sleeper.resume(throwing: CancellationError())
        wakeAdmitted()
    }

    private func wakeAdmitted() {
        for id in line.admit() {
            sleepers.removeValue(forKey: id)?.resume()
        }
        for (id, wait) in line.waits { waitChanged(id, wait) }
    }
}
