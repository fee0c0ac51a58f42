/// Lets servers start one after the other, in the order they were asked for.
actor StartQueue {
    private var line: StartLine
    private var sleepers: [Int64: CheckedContinuation<Void, any Error>] = [:]
    private let placeChanged: @Sendable (_ id: Int64, _ place: Int) -> Void

    /// Makes a queue.
    ///
    /// - Parameters:
    ///   - startsAtOnce: how many servers may be starting at once.
    ///   - capacity: how many servers may run at once.
    ///   - placeChanged: is told the place of a waiting server, counted from 1, each time it changes.
    init(startsAtOnce: Int, capacity: Int, placeChanged: @escaping @Sendable (_ id: Int64, _ place: Int) -> Void) {
        line = StartLine(startsAtOnce: startsAtOnce, capacity: capacity)
        self.placeChanged = placeChanged
    }

    /// Waits until this server may start.
    ///
    /// - Throws: `CancellationError` when the wait is cancelled; the place in the line is then given up.
    func turn(of id: Int64) async throws {
        line.join(id)
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

    /// The place of a waiting server, counted from 1.
    func place(of id: Int64) -> Int? {
        line.place(of: id)
    }

    /// Takes in a server that was found at work when the hub came back.
    func adopt(_ id: Int64, isReady: Bool) {
        line.adopt(id, isReady: isReady)
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
        for (index, id) in line.waiting.enumerated() {
            placeChanged(id, index + 1)
        }
    }
}
