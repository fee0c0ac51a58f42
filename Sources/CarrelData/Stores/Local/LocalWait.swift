import Foundation
import Synchronization

/// Whether somebody waits for a piece of work: until it is done, or took too long.
final class LocalWait: Sendable {
    private enum Phase { case waiting, underWay, over }

    private let phase = Mutex(Phase.waiting)
    /// Tells that one that it took too long, and whether it is under way then.
    private let giveUp: @Sendable (_ isUnderWay: Bool) -> Void

    init(giveUp: @escaping @Sendable (_ isUnderWay: Bool) -> Void) {
        self.giveUp = giveUp
    }

    /// Of work that may take what it takes.
    static var forever: LocalWait { LocalWait { _ in } }

    /// The work begins; false when nobody waits for it any more, so that it isn't done.
    func begin() -> Bool {
        phase.withLock { phase in
            guard phase == .waiting else { return false }
            phase = .underWay
            return true
        }
    }

    /// The work is done; false when nobody waits for it any more.
    func end() -> Bool {
        phase.withLock { phase in
            defer { phase = .over }
            return phase == .underWay
        }
    }

    /// It took too long.
    func expire() {
        let before = phase.withLock { phase in
            defer { phase = .over }
            return phase
        }
        if before != .over { giveUp(before == .underWay) }
    }
}

/// Gives up waiting for work that takes too long.
final class LocalPatience: Sendable {
    private struct State {
        var waits: [UInt64: (wait: LocalWait, end: ContinuousClock.Instant)] = [:]
        var last: UInt64 = 0
        var isAsleep = false
        var isClosed = false
    }

    private let limit: Duration
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    /// Starts a thread that looks, which ends with ``close()``.
    init(limit: Duration) {
        self.limit = limit
    }

    /// Begins to wait.
    ///
    /// - Returns: what to end it by.
    func begin(_ wait: LocalWait) -> UInt64 {
        let end = ContinuousClock.now + limit
        let (number, wasAsleep) = state.withLock { state in
            state.last += 1
            state.waits[state.last] = (wait, end)
            defer { state.isAsleep = false }
            return (state.last, state.isAsleep)
        }
        if wasAsleep { wake.signal() }
        return number
    }

    func end(_ number: UInt64) {
        state.withLock { $0.waits[number] = nil }
    }

    /// Looks until it is closed: not more often than the limit while there is work, and not at all while there is none.
    func look() {
        while true {
            let (over, next) = state.withLock { state in
                let now = ContinuousClock.now
                let over = state.waits.filter { $0.value.end <= now }
                for number in over.keys { state.waits[number] = nil }
                let next = state.isClosed ? nil : state.waits.values.map(\.end).min()
                state.isAsleep = next == nil
                return (over.values.map(\.wait), next)
            }
            for wait in over { wait.expire() }
            if let next {
                _ = wake.wait(timeout: .now() + .nanoseconds(Int((next - .now).nanoseconds)))
            } else if state.withLock(\.isClosed) {
                return
            } else {
                wake.wait()
            }
        }
    }

    func close() {
        state.withLock { $0.isClosed = true }
        wake.signal()
    }
}

extension Duration {
    /// In whole nanoseconds, none for a time that is over.
    fileprivate var nanoseconds: Int64 {
        max(0, components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000)
    }
}
