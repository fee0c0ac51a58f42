import Foundation
import Glibc
import Synchronization

/// Who takes turns with others at the threads.
enum LocalOwner: Sendable, Hashable {
    /// A person, with whose rights it is done.
    case user(uid_t)
    /// Where all is done with our own rights: a folder, by its path.
    case folder(String)
    /// The threads themselves.
    case ourselves
}

/// A piece of work for a thread.
struct LocalJob: Sendable {
    /// What became of it.
    struct Done: Sendable {
        /// Whether the thread has our own rights again.
        let isWhole: Bool
        /// Lets the one who waits go on.
        let tell: @Sendable () -> Void
    }

    /// Who takes a turn with it.
    let owner: LocalOwner
    /// Whether somebody waits for it still.
    let wait: LocalWait
    /// Does it; false for a thread that can't have the rights of others.
    let work: @Sendable (Bool) -> Done
}

/// What threads and those who give them work share.
///
/// The owners of waiting work take turns, and none has more than some of the threads. A thread that a disk holds fast still
/// counts as its owner's, and another stands in for it: so nobody else waits for that disk.
final class LocalQueue: Sendable {
    private struct State {
        /// Work for the next free threads, for each of which the semaphore was raised once.
        var jobs: [LocalOwner: [LocalJob]] = [:]
        var turns: [LocalOwner] = []
        /// Work of owners who have as much under way as they may.
        var held: [LocalOwner: [LocalJob]] = [:]
        /// How much each owner has under way, or may begin.
        var begun: [LocalOwner: Int] = [:]
        /// How much of that nobody waits for any more, as it took too long.
        var stuck: [LocalOwner: Int] = [:]
        var missing = 0

        mutating func add(_ job: LocalJob) {
            if jobs[job.owner] == nil { turns.append(job.owner) }
            jobs[job.owner, default: []].append(job)
        }

        mutating func next() -> LocalJob? {
            guard !turns.isEmpty else { return nil }
            let owner = turns.removeFirst()
            guard var waiting = jobs.removeValue(forKey: owner), !waiting.isEmpty else { return nil }
            let job = waiting.removeFirst()
            if !waiting.isEmpty {
                jobs[owner] = waiting
                turns.append(owner)
            }
            return job
        }

        /// The owner's next work that was held back may begin; false when there is none.
        mutating func release(_ owner: LocalOwner) -> Bool {
            guard var waiting = held.removeValue(forKey: owner), !waiting.isEmpty else {
                begun.count(-1, of: owner)
                return false
            }
            add(waiting.removeFirst())
            if !waiting.isEmpty { held[owner] = waiting }
            return true
        }
    }

    private let most: Int
    private let state = Mutex(State())
    private let waiting = DispatchSemaphore(value: 0)

    /// - Parameter most: how many threads an owner may have at a time.
    init(mostOfOne most: Int) {
        self.most = most
    }

    /// Leaves work to the next thread that is free, as far as its owner may have one more.
    ///
    /// - Returns: how many threads have to be started for those that were lost; nil when all threads that the owner may
    ///   have are stuck: then it isn't taken.
    func add(_ job: LocalJob) -> Int? {
        let (missing, isNext): (Int?, Bool) = state.withLock { state in
            guard state.stuck[job.owner, default: 0] < most else { return (nil, false) }
            defer { state.missing = 0 }
            guard state.begun[job.owner, default: 0] < most else {
                state.held[job.owner, default: []].append(job)
                return (state.missing, false)
            }
            state.begun.count(1, of: job.owner)
            state.add(job)
            return (state.missing, true)
        }
        if isNext { waiting.signal() }
        return missing
    }

    /// Waits for work; nil when there will be none any more.
    func next() -> LocalJob? {
        waiting.wait()
        return state.withLock { $0.next() }
    }

    /// Work of an owner has ended.
    ///
    /// - Parameters:
    ///   - owner: whose.
    ///   - wasStuck: whether ``stick(_:)`` was said of it.
    func end(_ owner: LocalOwner, wasStuck: Bool) {
        let isMore = state.withLock { state in
            if wasStuck { state.stuck.count(-1, of: owner) }
            return state.release(owner)
        }
        if isMore { waiting.signal() }
    }

    /// Work of an owner that is under way took too long.
    func stick(_ owner: LocalOwner) {
        state.withLock { $0.stuck.count(1, of: owner) }
    }

    /// Has another thread tell what came of the last work of one that can't be used any more.
    func lose(threadWith done: LocalJob.Done) {
        state.withLock { state in
            state.missing += 1
            state.begun.count(1, of: .ourselves)
            state.add(
                LocalJob(owner: .ourselves, wait: .forever) { _ in LocalJob.Done(isWhole: true, tell: done.tell) }
            )
        }
        waiting.signal()
    }

    func close(for threads: Int) {
        for _ in 0..<threads { waiting.signal() }
    }
}

extension [LocalOwner: Int] {
    fileprivate mutating func count(_ difference: Int, of owner: LocalOwner) {
        let sum = self[owner, default: 0] + difference
        self[owner] = sum == 0 ? nil : sum
    }
}
